import type { SideView } from '../delta/side-view.ts'
import { entryOf } from '../manifests/node.ts'
import { fixIn, setValue } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit } from './finding.ts'
import { peersKey, showRule, showSubject } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { ruleNode } from './rule-node.ts'

export default defineRule({
  id: 'empty-peer-list',
  title: 'An empty list of peers admits everybody',
  severity: 'error',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      if (found.rule.peers === 'any' && found.rule.peersSpan !== undefined) yield hit(view, found)
    }
  },
})

function hit(view: SideView, found: EnforcedRule): RuleHit {
  const { spec, rule, entry } = found
  const ingress = rule.direction === 'ingress'
  const key = peersKey[rule.direction]
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${entry.connections.key}`,
    at: { side: view.side, span: rule.peersSpan ?? rule.span },
    confidence: 'certain',
    message:
      `${showRule(spec, rule)}: an empty \`${key}\` is not "nobody" but everybody: ` +
      (ingress
        ? `any pod and any address may reach ${showSubject(spec)} on ${entry.connections.show()}.`
        : `${showSubject(spec)} may reach any pod and any address on ${entry.connections.show()}.`),
    remedy: `List the peers under \`${key}\`; to admit nobody, remove the rule; to admit everybody on purpose, leave \`${key}\` out.`,
    witness: ingress
      ? `any pod → ${showSubject(spec)} ${entry.connections.show()}`
      : `${showSubject(spec)} → any address ${entry.connections.show()}`,
    ...ownNamespaceOnly(found),
  }
}

/** The narrowest list that is surely meant by somebody who wrote one: pods of the policy's own namespace. */
function ownNamespaceOnly({ spec, rule }: EnforcedRule): { readonly fix?: Fix } {
  const key = peersKey[rule.direction]
  const node = ruleNode(spec, rule)
  const entry = entryOf(node, key)
  if (node === undefined || entry === undefined) return {}
  const edit = setValue(spec.resource.provenance.file, node, entry, [{ podSelector: {} }])
  return fixIn(spec.resource, `Admit pods of ${spec.id.namespace} only`, [edit])
}
