import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { syntheticSpan } from '../source/span.ts'
import type { Cause } from './cause.ts'
import type { ConnectionChange, Delta } from './delta.ts'
import { findCauses } from './find-causes.ts'
import type { SideView } from './side-view.ts'

/** What a change certainly opens, with what opened it (and not what closed something else of the same pair). */
export interface Gain {
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly gained: ConnectionSet
  readonly causes: readonly [Cause, ...Cause[]]
  readonly change: ConnectionChange
}

const known = new WeakMap<Delta, readonly Gain[]>()

/** Everything that is certainly possible in head and certainly was not in base. */
export function gainsOf(delta: Delta, base: SideView, head: SideView): readonly Gain[] {
  const found = known.get(delta)
  if (found !== undefined) return found
  const certain = delta.changes.filter(({ certainty, gained }) => certainty === 'certain' && !gained.isEmpty)
  const made = certain.map((change) => ({
    sources: change.sources.members,
    destinations: change.destinations.members,
    gained: change.gained,
    causes: causesOfGain(change, base, head),
    change,
  }))
  known.set(delta, made)
  return made
}

function causesOfGain(
  { sources, destinations, gained, lost, causes }: ConnectionChange,
  base: SideView,
  head: SideView,
): Gain['causes'] {
  const [source] = classesOf(head, sources.members)
  const [destination] = classesOf(head, destinations.members)
  const anew = !lost.isEmpty && source !== undefined && destination !== undefined
  const found = anew ? findCauses({ source, destination, connections: gained, without: base, having: head }) : causes
  const [first, ...others] = found
  return first === undefined
    ? [unattributed([...classesOf(head, destinations.members), ...classesOf(head, sources.members)], head)]
    : [first, ...others]
}

/** A gain is never passed over because nothing in the text explains it: it stands at the name of an end of it. */
function unattributed(ends: readonly PeerClass[], head: SideView): Cause {
  const [workload] = ends.flatMap((found) => workloadsIn(head.reach, found))
  const object = workload?.id ?? { group: '', kind: 'Cluster', namespace: '', name: head.cluster.name }
  const span = workload?.resource.name.span ?? head.policies.networkPolicies[0]?.resource.name.span ?? syntheticSpan
  return { kind: 'profile', object, at: { side: 'head', span }, near: undefined, text: 'no single edit explains it' }
}

/** Classes of a set. */
export function classesOf({ reach }: SideView, members: MemberSet): PeerClass[] {
  return [...members].flatMap((index) => reach.universe.classes[index] ?? [])
}
