import { expect } from 'vitest'
import type { ConnectionChange, Delta } from '../../src/delta/delta.ts'
import type { Bounds } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'

const speaksOf = ({ sources, destinations }: ConnectionChange, from: PeerClass, to: PeerClass): boolean =>
  sources.members.has(from.index) && destinations.members.has(to.index)

/** What is newly there whatever the unknowns are. */
const certainly = (before: Bounds, after: Bounds): ConnectionSet => after.must.subtract(before.may)

/** Every pair that is compared is told exactly; `isCompared` leaves out those that no policy comes between. */
export function expectEveryPairTold(
  delta: Delta,
  isCompared: (from: PeerClass, to: PeerClass) => boolean = () => true,
): void {
  const { classes } = delta.universe
  for (const from of classes)
    for (const to of classes) if (from !== to && isCompared(from, to)) expectPairTold(delta, from, to)
}

function expectPairTold(delta: Delta, from: PeerClass, to: PeerClass): void {
  const [before, after] = [delta.base.connections(from, to), delta.head.connections(from, to)]
  const told = delta.changes.filter((change) => speaksOf(change, from, to))
  const certain = told.filter(({ certainty }) => certainty === 'certain')
  expect(ConnectionSet.union(certain.map(({ gained }) => gained)).key).toBe(certainly(before, after).key)
  expect(ConnectionSet.union(certain.map(({ lost }) => lost)).key).toBe(certainly(after, before).key)
  const differs = before.must.key !== after.must.key || before.may.key !== after.may.key
  expect(told.length > 0).toBe(differs)
}

/** With the sides swapped, what was gained for certain is lost and the reverse. */
export function expectMirrored(there: Delta, back: Delta): void {
  const has = ({ changes }: Delta, wanted: string): boolean =>
    changes.some(({ kind, certainty }) => certainty === 'certain' && kind === wanted)
  expect(has(back, 'removed')).toBe(has(there, 'added'))
  expect(has(back, 'added')).toBe(has(there, 'removed'))
  expect(has(back, 'replaced')).toBe(has(there, 'replaced'))
}
