import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { effort, leastPairs } from './effort.ts'
import { engineFor, enginesFor, fateOf, sideOf } from './engine-side.ts'
import { packetFate } from './packet-evaluator.ts'
import { type Packet, type PacketEnd, type PlainObject, worldOf } from './plain-objects.ts'
import { governedCluster, packetsOf, shopCluster, strangePacketsOf } from './shop-clusters.ts'
import { labels } from './shop-words.ts'

let pairs = 0

type Fate = ReturnType<typeof packetFate>

function disagreements(packets: readonly Packet[], engine: (packet: Packet) => Fate, truth: (packet: Packet) => Fate) {
  pairs += packets.length
  return packets
    .filter((packet) => engine(packet) !== truth(packet))
    .slice(0, 3)
    .map((packet) => `${JSON.stringify(packet)} ${truth(packet)}, the engine says ${engine(packet)}`)
}

function disagreementsIn(objects: readonly PlainObject[], engine = engineFor(sideOf(objects))): string[] {
  const world = worldOf(objects)
  return disagreements(packetsOf(objects), fateOf(engine), (packet) => packetFate(world, packet))
}

test('the engine agrees with a packet-by-packet reading of NetworkPolicies', () => {
  const agree = fc.property(shopCluster, (objects) => {
    expect(disagreementsIn(objects)).toEqual([])
  })
  fc.assert(agree, effort(60))
})

test('the engine agrees with a packet-by-packet reading of NetworkPolicies and admin policies', () => {
  const agree = fc.property(governedCluster, (objects) => {
    expect(disagreementsIn(objects)).toEqual([])
  })
  fc.assert(agree, effort(100))
})

test('each side of one universe gets the answer it would get alone', () => {
  const alone = fc.property(governedCluster, governedCluster, (base, head) => {
    const engines = enginesFor(sideOf(base), sideOf(head))
    expect(disagreementsIn(base, engines.base)).toEqual([])
    expect(disagreementsIn(head, engines.head)).toEqual([])
  })
  fc.assert(alone, effort(30))
})

/** Neither addresses nor names of ports: of pods nobody declared neither is known. */
const isPlain = (objects: readonly PlainObject[]): boolean =>
  !/"(cidr|networks|namedPort|destinationNamedPort|port":"[a-z])/.test(JSON.stringify(objects))

const strangers = fc.record({ here: labels, annex: labels, there: labels })

test('pods that nobody declared get what a pod with their labels would get', () => {
  const agree = fc.property(governedCluster.filter(isPlain), strangers, (objects, { here, annex, there }) => {
    const annexes = { 'annex-7': annex }
    const ends: PacketEnd[] = [
      { namespace: 'shop', unseen: here },
      { namespace: 'annex-7', unseen: there },
    ]
    const world = worldOf(objects, annexes)
    const wrong = disagreements(
      strangePacketsOf(objects, ends),
      fateOf(engineFor(sideOf(objects)), annexes),
      (packet) => packetFate(world, packet),
    )
    expect(wrong).toEqual([])
  })
  fc.assert(agree, effort(60))
})

afterAll(() => {
  if (leastPairs > 20_000) console.log(`${pairs} pairs`)
  expect(pairs).toBeGreaterThanOrEqual(leastPairs)
})
