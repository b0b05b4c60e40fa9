import type { SideView } from '../delta/side-view.ts'
import { entryOf } from '../manifests/node.ts'
import { showId, type Workload } from '../model/cluster.ts'
import { isEverything, matchLabels, requirement, showExpression } from '../model/label-expression.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { absenceIn, onAbsence } from './absence.ts'
import { fixIn } from './edit.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { specNode } from './rule-node.ts'
import { workloadsOfNamespace } from './selected-workloads.ts'
import { type LabelRepair, nearestLabel, repairEdits, writtenLabels } from './selector-repair.ts'

export default defineRule({
  id: 'selector-matches-no-workload',
  title: 'A policy selects no workload',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const spec of view.policies.networkPolicies) {
      if (isEverything(spec.podSelector)) continue
      const workloads = workloadsOfNamespace(view, spec.id.namespace)
      const absence = absenceIn(view, spec.id.namespace)
      if (absence === 'unknown' || workloads.some(({ labels }) => matchLabels(spec.podSelector, labels) !== 'no'))
        continue
      yield { ...hit(view, spec, workloads), ...onAbsence(absence) }
    }
  },
})

function hit(view: SideView, spec: NetworkPolicySpec, workloads: readonly Workload[]): RuleHit {
  const repair = repairOf(spec, workloads)
  const span = repair?.written.span ?? spec.podSelectorSpan
  const meant = repair === undefined ? '' : ` Near it is ${repair.key}=${repair.value}.`
  return {
    object: spec.id,
    discriminator: showExpression(spec.podSelector),
    at: { side: view.side, span },
    confidence: 'certain',
    message: `${showId(spec.id)} selects pods ${showExpression(spec.podSelector)}, and no workload of ${spec.id.namespace} (${workloads.length} in the tree) has such labels: it protects nobody.${meant}`,
    remedy: 'Ask for labels of the pod template (not of its owner), or remove the policy.',
    ...(repair === undefined ? {} : fixIn(spec.resource, `Select ${repair.key}=${repair.value}`, repairEdits(repair))),
  }
}

/** The one label whose repair makes the selector match: all other conditions hold on some workload already. */
function repairOf(spec: NetworkPolicySpec, workloads: readonly Workload[]): LabelRepair | undefined {
  const { podSelector } = spec
  if (podSelector.kind !== 'all') return undefined
  for (const written of writtenLabels(spec.resource, entryOf(specNode(spec), 'podSelector')?.value)) {
    const rest = podSelector.of.filter((part) => !isRequirement(part, written.key, written.value))
    const candidates = workloads.filter(
      ({ labels, hostNetwork }) => !hostNetwork && matchLabels({ kind: 'all', of: rest }, labels) === 'yes',
    )
    const repair = nearestLabel(written, candidates.map(plainLabels))
    if (repair !== undefined) return repair
  }
  return undefined
}

const isRequirement = (part: Parameters<typeof matchLabels>[0], key: string, value: string): boolean =>
  showExpression(part) === showExpression(requirement(key, 'In', [value]))

const plainLabels = ({ labels }: Workload): ReadonlyMap<string, string> =>
  new Map([...labels.values].map(([key, { value }]) => [key, value]))
