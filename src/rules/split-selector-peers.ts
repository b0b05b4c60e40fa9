import type { SideView } from '../delta/side-view.ts'
import { annotationsAt } from '../model/fields.ts'
import { everything, expressionKey, matchLabels } from '../model/label-expression.ts'
import type { PolicyPeer } from '../policies/kubernetes/spec.ts'
import { absenceIn } from './absence.ts'
import { fixIn, joinItems } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit } from './finding.ts'
import { showNamespaces, showPods, showRule } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { peersNode } from './rule-node.ts'
import { type SelectedWorkloads, selectedBy } from './selected-workloads.ts'
import { type SplitPair, splitPairs } from './split-peers.ts'

/** On a policy whose alternatives are meant as such. */
const ANNOTATION = 'portcullis/alternatives-intended'

export default defineRule({
  id: 'split-selector-peers',
  title: 'Two selectors that look like one peer are alternatives',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      const told = new Set<PolicyPeer>()
      for (const pair of splitPairs(found.rule)) {
        const sets = selectedSets(view, found, pair)
        if (told.has(pair.first) || isIntended(found, pair, sets)) continue
        told.add(pair.second)
        yield hit(view, found, pair, sets)
      }
    }
  },
})

interface SelectedSets {
  readonly own: SelectedWorkloads
  readonly others: SelectedWorkloads
}

function selectedSets(view: SideView, { spec }: EnforcedRule, { pods, namespaces }: SplitPair): SelectedSets {
  return {
    own: selectedBy(view, { target: 'pods', namespaces: { kind: 'named', name: spec.id.namespace }, labels: pods }),
    others: selectedBy(view, {
      target: 'pods',
      namespaces: { kind: 'matching', expression: namespaces },
      labels: everything,
    }),
  }
}

/** Both sets exist, and joined the two would select nobody, or somebody wrote that alternatives are meant. */
function isIntended(found: EnforcedRule, pair: SplitPair, { own, others }: SelectedSets): boolean {
  if (own.certain.length === 0 || others.certain.length === 0) return false
  const joined = others.possible.filter((workload) => matchLabels(pair.pods, workload.labels) !== 'no')
  return joined.length === 0 || saysSo(found, pair)
}

function saysSo({ spec }: EnforcedRule, { first, second }: SplitPair): boolean {
  if (annotationsAt(spec.resource.node, 'metadata', 'annotations').get(ANNOTATION) === 'true') return true
  const { file } = first.span
  const between = file.text.slice(first.span.start, second.span.end)
  return between.split('\n').some((line) => /#.*\b(?:or|either|alternatively)\b/i.test(line))
}

function hit(view: SideView, found: EnforcedRule, pair: SplitPair, { own }: SelectedSets): RuleHit {
  const { spec, rule, entry } = found
  const local = `${showPods(pair.pods)} of ${spec.id.namespace}`
  const nobody = own.possible.length === 0
  const proven = nobody && absenceIn(view, spec.id.namespace) === 'proven'
  const whom = `every pod of ${showNamespaces(pair.namespaces)}, and besides ${local}${nobody ? ` (${proven ? 'there are none' : 'none of them is in the tree'})` : ''}`
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${expressionKey(pair.namespaces)} / ${expressionKey(pair.pods)}`,
    at: { side: view.side, span: pair.second.span },
    related: [{ at: { side: view.side, span: pair.first.span }, message: 'the other half of the pair' }],
    confidence: proven ? 'certain' : 'likely',
    ...(proven ? { severity: 'error' as const } : {}),
    message:
      `${showRule(spec, rule)}: two list items are alternatives, so this ${rule.direction === 'ingress' ? 'admits' : 'leads to'} ${whom}, on ${entry.connections.show()}. ` +
      `Both selectors in one item would mean ${showPods(pair.pods)} within ${showNamespaces(pair.namespaces)}.`,
    remedy: `Join the two items by removing the second dash. If alternatives are meant, say so in a comment ("or") or with the annotation ${ANNOTATION}: "true".`,
    witness: `any pod of ${showNamespaces(pair.namespaces)} ${rule.direction === 'ingress' ? '→' : '←'} ${spec.id.namespace} ${entry.connections.show()}`,
    ...joined(found, pair),
  }
}

function joined({ spec, rule }: EnforcedRule, { first, second }: SplitPair): { readonly fix?: Fix } {
  const list = peersNode(spec, rule)
  if (list === undefined || first.node.kind !== 'mapping' || second.node.kind !== 'mapping') return {}
  const edits = joinItems(spec.resource.provenance.file, list, first.node, second.node)
  return edits === undefined ? {} : fixIn(spec.resource, 'Join the two selectors into one peer', edits)
}
