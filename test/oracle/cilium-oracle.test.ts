import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type CiliumShop, ciliumShop, packetsOfShop, worldOfShop } from './cilium-clusters.ts'
import { ciliumEngineFor, ciliumFateOf, ciliumSideOf } from './cilium-engine-side.ts'
import { ciliumFate } from './cilium-packet-evaluator.ts'
import { effort, leastPairs } from './effort.ts'

let pairs = 0
/** Pairs whose answer depends on what is not in the manifests, and those of them that the engine leaves open in vain. */
const hidden = { all: 0, vague: 0 }

/**
 * The engine may leave open what is certain only because two unknowns are one: it does not follow that a machine which
 * is not the own one is another, or that a group is the same group in two entries.
 */
function disagreementsIn(shop: CiliumShop): string[] {
  const world = worldOfShop(shop)
  const fateOf = ciliumFateOf(ciliumEngineFor(ciliumSideOf(shop)))
  return packetsOfShop(shop).flatMap((packet) => {
    const { fate, isHidden } = ciliumFate(world, packet)
    const engine = fateOf(packet)
    const isVague = isHidden && fate !== engine && engine === 'unknown'
    pairs += 1
    hidden.all += isHidden ? 1 : 0
    hidden.vague += isVague ? 1 : 0
    return fate === engine || isVague ? [] : [`${JSON.stringify(packet)} ${fate}, the engine says ${engine}`]
  })
}

test('the engine agrees with a packet-by-packet reading of Cilium policies', () => {
  const agree = fc.property(ciliumShop, (shop) => {
    expect(disagreementsIn(shop).slice(0, 3)).toEqual([])
  })
  fc.assert(agree, effort(120))
})

afterAll(() => {
  if (leastPairs > 20_000) console.log(`${pairs} pairs, ${hidden.vague} of ${hidden.all} left open in vain`)
  expect(pairs).toBeGreaterThanOrEqual(leastPairs)
  expect(hidden.vague / hidden.all).toBeLessThan(0.02)
})
