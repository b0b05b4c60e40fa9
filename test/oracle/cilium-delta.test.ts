import fc from 'fast-check'
import { expect, test } from 'vitest'
import { analyzeCluster } from '../../src/delta/analyze-cluster.ts'
import type { Delta } from '../../src/delta/delta.ts'
import { isLocal } from '../../src/reach/is-local.ts'
import { type CiliumShop, ciliumShop } from './cilium-clusters.ts'
import { profileOf, resourcesOfShop } from './cilium-engine-side.ts'
import { expectEveryPairTold, expectMirrored } from './delta-laws.ts'
import { effort } from './effort.ts'
import type { PlainObject } from './plain-objects.ts'

type Objects = readonly PlainObject[]

interface Versions {
  readonly settings: CiliumShop['settings']
  readonly base: Objects
  readonly head: Objects
}

/** What agents are set to has to fit both sides. */
function deltaOf({ settings, base, head }: Versions): Delta {
  const profile = profileOf({ settings, objects: [...base, ...head] })
  const sides = { base: resourcesOfShop({ objects: base }), head: resourcesOfShop({ objects: head }) }
  return analyzeCluster({ name: 'shop', open: false, profile, ...sides }).delta as Delta
}

const isPeer = ({ kind }: PlainObject): boolean => ['Namespace', 'Node', 'Pod'].includes(kind)

/** Two versions of a shop that differ in policies and in what these refer to, so that every peer is there on both sides. */
const versions: fc.Arbitrary<Versions> = fc.tuple(ciliumShop, ciliumShop).map(([{ settings, objects }, other]) => ({
  settings,
  base: objects,
  head: [...objects.filter(isPeer), ...other.objects.filter((object) => !isPeer(object))],
}))

/** One policy is left out, or a group or a Service that a policy may name. */
const smallVersions: fc.Arbitrary<Versions> = fc.tuple(ciliumShop, fc.nat()).map(([{ settings, objects }, choice]) => {
  const others = objects.filter((object) => !isPeer(object))
  const gone = others[choice % others.length]
  return { settings, base: objects, head: objects.filter((object) => object !== gone) }
})

test('a change that changes nothing has an empty delta', () => {
  const same = fc.property(ciliumShop, ({ settings, objects }) => {
    expect(deltaOf({ settings, base: objects, head: objects.toReversed() }).changes).toEqual([])
  })
  fc.assert(same, effort(25))
})

test('the delta is the difference of every pair, no more and no less', () => {
  const exact = fc.property(fc.oneof(versions, smallVersions), (found) => {
    const delta = deltaOf(found)
    // The rows that are compared know nothing of pairs that no policy comes between.
    expectEveryPairTold(delta, (from, to) => !isLocal(delta.head, from, to))
  })
  fc.assert(exact, effort(8))
})

test('every change names a cause', () => {
  const caused = fc.property(fc.oneof(versions, smallVersions), (found) => {
    for (const { causes } of deltaOf(found).changes) expect(causes.length).toBeGreaterThan(0)
  })
  fc.assert(caused, effort(20))
})

test('the two sides swapped, what was gained is lost', () => {
  const swapped = fc.property(fc.oneof(versions, smallVersions), ({ settings, base, head }) => {
    expectMirrored(deltaOf({ settings, base, head }), deltaOf({ settings, base: head, head: base }))
  })
  fc.assert(swapped, effort(12))
})
