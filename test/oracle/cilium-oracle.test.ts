import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { type CiliumShop, ciliumShop, packetsOfShop, worldOfShop } from './cilium-clusters.ts'
import { ciliumEngineFor, ciliumFateOf, ciliumSideOf } from './cilium-engine-side.ts'
import { type CiliumPacket, ciliumFate, guessesOf } from './cilium-packet-evaluator.ts'
import { effort, leastPairs } from './effort.ts'
import type { CiliumWorld } from './naive-cilium-identities.ts'

let pairs = 0
/** Pairs whose answer depends on what is not in the manifests, and those of them that the engine leaves open in vain. */
const hidden = { all: 0, vague: 0 }

type Fate = ReturnType<typeof ciliumFate>

/**
 * The engine may leave open what is certain only because two unknowns are one: it does not follow that a machine which
 * is not the own one is another, or that a group is the same group in two entries.
 */
function isVague(world: CiliumWorld, packet: CiliumPacket, engine: Fate): boolean {
  const isHidden = guessesOf(world, packet).length > 1
  if (isHidden && engine === 'unknown') hidden.vague += 1
  return isHidden && engine === 'unknown'
}

function disagreementsIn(shop: CiliumShop): string[] {
  const world = worldOfShop(shop)
  const fateOf = ciliumFateOf(ciliumEngineFor(ciliumSideOf(shop)))
  const packets = packetsOfShop(shop)
  pairs += packets.length
  hidden.all += packets.filter((packet) => guessesOf(world, packet).length > 1).length
  return packets
    .map((packet) => ({ packet, truth: ciliumFate(world, packet), engine: fateOf(packet) }))
    .filter(({ packet, truth, engine }) => truth !== engine && !isVague(world, packet, engine))
    .slice(0, 3)
    .map(({ packet, truth, engine }) => `${JSON.stringify(packet)} ${truth}, the engine says ${engine}`)
}

test('the engine agrees with a packet-by-packet reading of Cilium policies', () => {
  const agree = fc.property(ciliumShop, (shop) => {
    expect(disagreementsIn(shop)).toEqual([])
  })
  fc.assert(agree, effort(25))
})

afterAll(() => {
  if (leastPairs > 20_000) console.log(`${pairs} pairs, ${hidden.vague} of ${hidden.all} left open in vain`)
  expect(pairs).toBeGreaterThanOrEqual(leastPairs)
  expect(hidden.vague / hidden.all).toBeLessThan(0.02)
})
