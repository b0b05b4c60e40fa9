import type { Case } from './find-cases.ts'
import type { LoadedSide } from './load-side.ts'
import { assumptionsOf } from './profiles.ts'

/** What makes a case no question to this version of the gate, and why. */
interface Exclusion {
  readonly reason: string
  readonly holds: (found: Case, sides: readonly LoadedSide[]) => boolean
}

const ofKind =
  (...kinds: readonly Case['expected']['kind'][]) =>
  ({ expected }: Case): boolean =>
    kinds.includes(expected.kind)

const holdsGroup =
  (pattern: RegExp) =>
  (_: Case, sides: readonly LoadedSide[]): boolean =>
    sides.some(({ resources }) => resources.some(({ group }) => pattern.test(group)))

const hasFeature =
  (pattern: RegExp) =>
  ({ expected }: Case): boolean =>
    (expected.features ?? []).some((feature) => pattern.test(feature))

/** What is not modelled excuses a case only when it is told. */
const isToldIncomplete = ({ diagnostics }: LoadedSide): boolean =>
  diagnostics.some(({ code }) => code === 'network-not-modelled')

/** Whether everything that decides access in the case is understood; the first exclusion that holds is its reason. */
const exclusions: readonly Exclusion[] = [
  { reason: 'baseline requirements are the next part of the configuration', holds: ofKind('baseline') },
  { reason: 'the mesh layer is compiled by a later policy kind', holds: holdsGroup(/istio\.io$/) },
  { reason: 'the mesh layer is compiled by a later policy kind', holds: hasFeature(/^istio/) },
  {
    reason: 'secondary networks are not modelled: policies of the primary one say nothing about them',
    holds: (found, sides) => hasFeature(/^(C?UDN|NAD|MultiNetworkPolicy)$/)(found) && sides.some(isToldIncomplete),
  },
  {
    reason: 'the source reads an Ingress as an egress policy on the controller, which the design does not',
    holds: (found) =>
      assumptionsOf(found.group).ingress === 'controller-egress' ||
      (found.group === 'nca-calico' && hasFeature(/^Ingress$/)(found)),
  },
]

/** Why a case does not apply; undefined when it does. */
export function reasonNotApplicable(found: Case, sides: readonly LoadedSide[]): string | undefined {
  return exclusions.find(({ holds }) => holds(found, sides))?.reason
}
