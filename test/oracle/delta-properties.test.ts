import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzeCluster } from '../../src/delta/analyze-cluster.ts'
import type { ConnectionChange, Delta } from '../../src/delta/delta.ts'
import type { Bounds } from '../../src/reach/reachability.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { effort } from './effort.ts'
import { knownPlugin, resourcesOf } from './engine-side.ts'
import type { PlainObject } from './plain-objects.ts'
import { governedCluster } from './shop-clusters.ts'

function deltaOf(base: readonly PlainObject[], head: readonly PlainObject[]): Delta {
  const pair = { name: 'shop', open: false, profile: knownPlugin, base: resourcesOf(base), head: resourcesOf(head) }
  return analyzeCluster(pair).delta as Delta
}

const isPolicy = ({ kind }: PlainObject): boolean => kind.endsWith('Policy')

/** Two versions of a shop that differ in their policies alone, so that every peer is there on both sides. */
const versions = fc.tuple(governedCluster, governedCluster).map(([base, other]) => ({
  base,
  head: [...base.filter((object) => !isPolicy(object)), ...other.filter(isPolicy)],
}))

const speaksOf = ({ sources, destinations }: ConnectionChange, from: PeerClass, to: PeerClass): boolean =>
  sources.members.has(from.index) && destinations.members.has(to.index)

function* pairsOf({ universe }: Delta): Generator<[PeerClass, PeerClass]> {
  for (const from of universe.classes) for (const to of universe.classes) if (from !== to) yield [from, to]
}

/** What is newly there whatever the unknowns are. */
const certainly = (before: Bounds, after: Bounds): ConnectionSet => after.must.subtract(before.may)

test('a change that changes nothing has an empty delta', () => {
  const same = fc.property(governedCluster, (objects) => {
    expect(deltaOf(objects, objects.toReversed()).changes).toEqual([])
  })
  fc.assert(same, effort(15))
})

test('the delta is the difference of every pair, no more and no less', () => {
  const exact = fc.property(versions, ({ base, head }) => {
    const delta = deltaOf(base, head)
    for (const [from, to] of pairsOf(delta)) {
      const [before, after] = [delta.base.connections(from, to), delta.head.connections(from, to)]
      const told = delta.changes.filter((change) => speaksOf(change, from, to))
      const certain = told.filter(({ certainty }) => certainty === 'certain')
      expect(ConnectionSet.union(certain.map(({ gained }) => gained)).key).toBe(certainly(before, after).key)
      expect(ConnectionSet.union(certain.map(({ lost }) => lost)).key).toBe(certainly(after, before).key)
      const differs = before.must.key !== after.must.key || before.may.key !== after.may.key
      expect(told.length > 0).toBe(differs)
    }
  })
  fc.assert(exact, effort(5))
})

test('every change names a cause', () => {
  const caused = fc.property(versions, ({ base, head }) => {
    for (const { causes } of deltaOf(base, head).changes) expect(causes.length).toBeGreaterThan(0)
  })
  fc.assert(caused, effort(10))
})

test('the two sides swapped, what was gained is lost', () => {
  const swapped = fc.property(versions, ({ base, head }) => {
    const there = deltaOf(base, head)
    const back = deltaOf(head, base)
    const count = ({ changes }: Delta, kinds: readonly string[]): number =>
      changes.filter(({ kind, certainty }) => certainty === 'certain' && kinds.includes(kind)).length
    expect(count(back, ['removed']) > 0).toBe(count(there, ['added']) > 0)
    expect(count(back, ['added']) > 0).toBe(count(there, ['removed']) > 0)
    expect(count(back, ['replaced']) > 0).toBe(count(there, ['replaced']) > 0)
  })
  fc.assert(swapped, effort(8))
})
