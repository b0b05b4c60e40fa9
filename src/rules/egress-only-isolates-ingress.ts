import type { SideView } from '../delta/side-view.ts'
import { entryOf } from '../manifests/node.ts'
import { idKey, showId } from '../model/cluster.ts'
import { isEverything } from '../model/label-expression.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { unlabelledPod, workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { fixIn, insertEntry, setValue } from './edit.ts'
import type { Fix, RuleHit } from './finding.ts'
import { showSubject, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { specNode } from './rule-node.ts'
import { subjectClasses } from './subject-classes.ts'

export default defineRule({
  id: 'egress-only-isolates-ingress',
  title: 'A policy with egress rules alone cuts off ingress as well',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const spec of view.policies.networkPolicies) {
      const untyped = spec.typesSpan === undefined && spec.rulesSpan.ingress === undefined
      if (!untyped || spec.rules.egress.length === 0) continue
      const cut = affectedClasses(view, spec).filter((found) => !isIsolatedByOthers(view, spec, found))
      if (cut.length > 0) yield hit(view, spec, cut)
    }
  },
})

/** A policy for every pod speaks for those to come as well. */
function affectedClasses(view: SideView, spec: NetworkPolicySpec): PeerClass[] {
  const future = isEverything(spec.podSelector) ? unlabelledPod(view.reach, spec.id.namespace) : undefined
  return [...subjectClasses(view, spec), ...(future === undefined ? [] : [future])]
}

function isIsolatedByOthers(view: SideView, spec: NetworkPolicySpec, found: PeerClass): boolean {
  const key = idKey(spec.id)
  return view.reach
    .uses(found, 'ingress')
    .some(({ entry, applies }) => entry.isolates && applies === 'yes' && idKey(entry.origin.policy) !== key)
}

function hit(view: SideView, spec: NetworkPolicySpec, cut: readonly PeerClass[]): RuleHit {
  const workloads = cut.flatMap((found) => workloadsIn(view.reach, found))
  const whom = workloads.length > 0 ? showWorkloads(workloads) : showSubject(spec)
  return {
    object: spec.id,
    discriminator: 'ingress',
    at: { side: view.side, span: spec.rulesSpan.egress ?? spec.podSelectorSpan },
    confidence: 'certain',
    message:
      `${showId(spec.id)} has egress rules and no policyTypes. Ingress is then isolated too, whatever the rules say: ` +
      `no connection to ${whom} gets through unless another policy allows it.`,
    remedy: 'Write policyTypes: Egress alone if ingress was not meant to change, Ingress and Egress if it was.',
    witness: `any pod → ${whom} is denied`,
    ...egressOnly(spec),
  }
}

function egressOnly(spec: NetworkPolicySpec): { readonly fix?: Fix } {
  const node = specNode(spec)
  const egress = entryOf(node, 'egress')
  if (node === undefined || egress === undefined) return {}
  const { file } = spec.resource.provenance
  const written = entryOf(node, 'policyTypes')
  const edit =
    written === undefined
      ? insertEntry(file, node, { entry: egress, side: 'before' }, ['policyTypes', ['Egress']])
      : setValue(file, node, written, ['Egress'])
  return fixIn(spec.resource, 'Isolate egress alone', [edit])
}
