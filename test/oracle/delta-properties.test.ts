import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzeCluster } from '../../src/delta/analyze-cluster.ts'
import type { Delta } from '../../src/delta/delta.ts'
import { expectEveryPairTold, expectMirrored } from './delta-laws.ts'
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

test('a change that changes nothing has an empty delta', () => {
  const same = fc.property(governedCluster, (objects) => {
    expect(deltaOf(objects, objects.toReversed()).changes).toEqual([])
  })
  fc.assert(same, effort(15))
})

test('the delta is the difference of every pair, no more and no less', () => {
  const exact = fc.property(versions, ({ base, head }) => {
    expectEveryPairTold(deltaOf(base, head))
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
    expectMirrored(deltaOf(base, head), deltaOf(head, base))
  })
  fc.assert(swapped, effort(8))
})
