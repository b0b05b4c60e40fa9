import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import type { Cause } from './cause.ts'
import type { ConnectionChange, Delta } from './delta.ts'
import { findCauses } from './find-causes.ts'
import type { SideView } from './side-view.ts'

/** What a change certainly opens, with what opened it (and not what closed something else of the same pair). */
export interface Gain {
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly gained: ConnectionSet
  readonly causes: readonly Cause[]
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
): readonly Cause[] {
  const { classes } = head.reach.universe
  const source = classes[sources.members.first() ?? -1]
  const destination = classes[destinations.members.first() ?? -1]
  if (lost.isEmpty || source === undefined || destination === undefined) return causes
  return findCauses({ source, destination, connections: gained, without: base, having: head })
}

/** Classes of a set. */
export function classesOf({ reach }: SideView, members: MemberSet): PeerClass[] {
  return [...members].flatMap((index) => reach.universe.classes[index] ?? [])
}
