import type { SideView } from '../delta/side-view.ts'
import type { Direction } from '../policies/entry.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { specsOf } from './spec-of.ts'
import { subjectClasses } from './subject-classes.ts'

/** Other policies that certainly speak for some of the same pods in a direction. */
export function otherPoliciesOf(view: SideView, spec: NetworkPolicySpec, direction: Direction): NetworkPolicySpec[] {
  const uses = subjectClasses(view, spec).flatMap((found) => view.reach.uses(found, direction))
  const certain = uses.filter(({ applies }) => applies === 'yes')
  return specsOf(view, certain).filter((other) => other !== spec)
}
