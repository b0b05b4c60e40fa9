import type { SideView } from '../delta/side-view.ts'
import { entryOf, spanOf, valueAt } from '../manifests/node.ts'
import { showId } from '../model/cluster.ts'
import type { CiliumPolicySpec, CiliumRule } from '../policies/cilium/spec.ts'
import { directions } from '../policies/entry.ts'
import { showSubjectOf } from './cilium-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { classesOf } from './selected-workloads.ts'
export default defineRule({
  id: 'cnp-default-deny-disabled',
  title: 'Allow entries that change nothing, since nothing isolates their pods',
  severity: 'note',
  fix: 'none',
  tags: ['correctness', 'cilium'],
  scope: 'side',
  onlyTouched: true,
  options: noOptions,
  *check({ view, isAsked }) {
    for (const spec of view.policies.ciliumPolicies) {
      if (!isAsked(spec.id) || spec.refused) continue
      for (const rule of spec.rules)
        for (const direction of directions) if (isIdle(view, rule, direction)) yield hit(view, spec, rule, direction)
    }
  },
})

/** Whether a rule allows in a direction, does not isolate, and no other policy isolates any of its pods for certain or perhaps. */
function isIdle(
  view: SideView,
  { node, subject, entries, enforced }: CiliumRule,
  direction: 'ingress' | 'egress',
): boolean {
  const written = valueAt(node, 'enableDefaultDeny', direction)
  if (!enforced || written?.kind !== 'scalar' || written.value !== false) return false
  const allows = entries.some((entry) => entry.direction === direction && entry.verdict === 'allow')
  const classes = classesOf(view, view.reach.matcher.select(subject).may)
  return allows && classes.length > 0 && classes.every((found) => view.reach.isolated(found, direction) === 'no')
}

function hit(view: SideView, spec: CiliumPolicySpec, rule: CiliumRule, direction: 'ingress' | 'egress'): RuleHit {
  const { file } = spec.resource.provenance
  const written = entryOf(valueAt(rule.node, 'enableDefaultDeny'), direction)
  return {
    object: spec.id,
    discriminator: `${rule.name}${direction}`,
    at: { side: view.side, span: written === undefined ? spec.resource.name.span : spanOf(file, written) },
    confidence: view.cluster.open ? 'possible' : 'certain',
    message: `${showId(spec.id)}: nothing isolates ${showSubjectOf(rule)} for ${direction}, so everything is allowed there and what this rule allows makes no difference.`,
    remedy: 'Leave enableDefaultDeny out to isolate these pods, or keep it for a policy that isolates them later.',
  }
}
