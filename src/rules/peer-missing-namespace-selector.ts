import type { SideView } from '../delta/side-view.ts'
import { expressionKey, isEverything, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import type { PolicyPeer } from '../policies/kubernetes/spec.ts'
import { absenceIn, onAbsence } from './absence.ts'
import { fixIn, insertEntry, type Written } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit } from './finding.ts'
import { showPods, showRule, showSubject, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { labelledAlike, workloadsOfNamespace } from './selected-workloads.ts'
import { splitPairs } from './split-peers.ts'

export default defineRule({
  id: 'peer-missing-namespace-selector',
  title: 'A peer looks for pods in the wrong namespace',
  severity: 'error',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      const paired = new Set(splitPairs(found.rule).map(({ podsPeer }) => podsPeer))
      for (const peer of found.rule.peers === 'any' ? [] : found.rule.peers) {
        const pods = localPods(peer)
        if (pods === undefined || paired.has(peer) || existsLocally(view, found, pods)) continue
        const namespaces = [...new Set(labelledAlike(view, pods).map(({ id }) => id.namespace))].sort()
        if (namespaces.length > 0) yield hit(view, found, { peer, pods, namespaces })
      }
    }
  },
})

/** Pods a peer looks for in the policy's own namespace; undefined for other peers and for all of them. */
function localPods({ valid, podSelector, namespaceSelector }: PolicyPeer): LabelExpression | undefined {
  const local = valid && podSelector !== undefined && namespaceSelector === undefined
  return local && !isEverything(podSelector) ? podSelector : undefined
}

const existsLocally = (view: SideView, { spec }: EnforcedRule, pods: LabelExpression): boolean =>
  workloadsOfNamespace(view, spec.id.namespace).some(({ labels }) => matchLabels(pods, labels) !== 'no')

interface LostPeer {
  readonly peer: PolicyPeer
  readonly pods: LabelExpression
  /** Where such pods are, sorted. */
  readonly namespaces: readonly string[]
}

function hit(view: SideView, found: EnforcedRule, { peer, pods, namespaces }: LostPeer): RuleHit {
  const { spec, rule, entry } = found
  const home = spec.id.namespace
  const there = showWorkloads(labelledAlike(view, pods))
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${expressionKey(pods)}`,
    at: { side: view.side, span: peer.span },
    ...onAbsence(absenceIn(view, home)),
    message:
      `${showRule(spec, rule)}: a podSelector alone looks into the policy's own namespace, and ${home} has no ${showPods(pods)}. ` +
      `Such pods are ${there}; they stay shut out on ${entry.connections.show()}.`,
    remedy: `Add a namespaceSelector for ${namespaces.join(', ')} to the same list item.`,
    witness:
      rule.direction === 'ingress'
        ? `${there} → ${showSubject(spec)} ${entry.connections.show()} is denied`
        : `${showSubject(spec)} → ${there} ${entry.connections.show()} is denied`,
    ...addNamespaces(found, peer, namespaces),
  }
}

function addNamespaces(
  { spec }: EnforcedRule,
  { node }: PolicyPeer,
  namespaces: readonly string[],
): { readonly fix?: Fix } {
  const anchor = node.kind === 'mapping' ? node.entries.find(({ name }) => name === 'podSelector') : undefined
  if (node.kind !== 'mapping' || anchor === undefined) return {}
  const edit = insertEntry(spec.resource.provenance.file, node, { entry: anchor, side: 'before' }, [
    'namespaceSelector',
    selectorOf(namespaces),
  ])
  return fixIn(spec.resource, `Look into ${namespaces.join(', ')}`, [edit])
}

function selectorOf(namespaces: readonly string[]): Written {
  const [only, ...others] = namespaces
  if (only !== undefined && others.length === 0) return { matchLabels: { [NAME_LABEL]: only } }
  return { matchExpressions: [{ key: NAME_LABEL, operator: 'In', values: namespaces }] }
}
