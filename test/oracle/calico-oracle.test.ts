import fc from 'fast-check'
import { expect, test } from 'vitest'
import { habitsOf } from '../../src/model/network-plugin.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { calicoFields } from '../../src/policies/calico/fields.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { calicoHolders } from '../policies/field-holders.ts'
import { calicoCluster, withoutUnknowns } from './calico-clusters.ts'
import { effort } from './effort.ts'
import { engineFor, enginesFor, fateOf, sideOf } from './engine-side.ts'
import { calicoFate } from './naive-calico.ts'
import { endOf, type Packet, type PacketEnd, type PlainObject, type World, worldOf } from './plain-objects.ts'
import { packetsOf, strangePacketsOf } from './shop-clusters.ts'
import { labels } from './shop-words.ts'

const cni = { name: 'calico', version: undefined }
const profile: NetworkProfile = {
  ...defaultProfile,
  ...habitsOf(cni),
  cni,
  ranges: { ...defaultProfile.ranges, pods: AddressSet.of('10.0.0.0/8') },
}

const told = new Set(['reference-missing'])
const side = (objects: readonly PlainObject[]) => sideOf(objects, profile, told)

function disagreements(
  packets: readonly Packet[],
  engine: (packet: Packet) => string,
  truth: (packet: Packet) => string,
) {
  return packets
    .filter((packet) => engine(packet) !== truth(packet))
    .slice(0, 3)
    .map((packet) => `${JSON.stringify(packet)} ${truth(packet)}, the engine says ${engine(packet)}`)
}

const isIpv6 = (world: World, end: PacketEnd): boolean => endOf(world, end).ip?.includes(':') === true

function wrongIn(objects: readonly PlainObject[], engine = engineFor(side(objects))): string[] {
  const world = worldOf(objects)
  const possible = packetsOf(objects).filter(({ from, to }) => isIpv6(world, from) === isIpv6(world, to))
  return disagreements(possible, fateOf(engine), (packet) => calicoFate(world, packet))
}

test('the engine agrees with a packet-by-packet reading of Calico', () => {
  const agree = fc.property(calicoCluster, (objects) => {
    expect(wrongIn(objects)).toEqual([])
  })
  fc.assert(agree, effort(120))
})

test('each side of one universe gets the answer it would get alone', () => {
  const alone = fc.property(calicoCluster, calicoCluster, (base, head) => {
    const engines = enginesFor(side(base), side(head))
    expect(wrongIn(base, engines.base)).toEqual([])
    expect(wrongIn(head, engines.head)).toEqual([])
  })
  fc.assert(alone, effort(30))
})

test('pods that nobody declared get what a pod with their labels would get', () => {
  const strangers = fc.record({ here: labels, annex: labels, there: labels })
  const agree = fc.property(calicoCluster.map(withoutUnknowns), strangers, (objects, { here, annex, there }) => {
    const annexes = { 'annex-7': annex }
    const account = { 'service account': 'default' }
    const ends: PacketEnd[] = [
      { namespace: 'shop', unseen: { ...here, ...account } },
      { namespace: 'annex-7', unseen: { ...there, ...account } },
    ]
    const engine = engineFor(side(objects))
    // Beyond the limit of cells answers about such pods are unknown, which the summary tells.
    fc.pre(engine.universe.coarse === 0)
    const world = worldOf(objects, annexes)
    // Addresses of pods nobody declared are those of the range, which is of IPv4.
    const possible = strangePacketsOf(objects, ends).filter(
      ({ from, to }) => !isIpv6(world, from) && !isIpv6(world, to),
    )
    const wrong = disagreements(possible, fateOf(engine, annexes), (packet) => calicoFate(world, packet))
    expect(wrong).toEqual([])
  })
  fc.assert(agree, effort(40))
})

/** Fields of a value by the table that speaks of them, wherever they stand. */
function* fieldsIn(value: unknown, path = ''): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* fieldsIn(item, path)
  else if (typeof value === 'object' && value !== null)
    for (const [name, below] of Object.entries(value)) {
      if (below === undefined) continue
      if (path in calicoHolders) yield `${calicoHolders[path]}.${name}`
      yield* fieldsIn(below, path === '' ? name : `${path}.${name}`)
    }
}

test.each(['NetworkPolicy', 'GlobalNetworkPolicy', 'Tier', 'NetworkSet', 'GlobalNetworkSet'] as const)(
  'the generator reaches every field of %s that is modelled',
  (kind) => {
    const objects = fc.sample(calicoCluster, { numRuns: 200, seed: 11 }).flat()
    const own = objects.filter(
      (object) => object.kind === kind && object.apiVersion?.startsWith('projectcalico') === true,
    )
    const reached = new Set(own.flatMap((object) => [...fieldsIn(object)]))
    const wanted = Object.entries(calicoFields[kind]).flatMap(([holder, fields]) =>
      Object.entries(fields)
        .filter(([, treatment]) => treatment === 'modelled')
        .map(([name]) => `${holder}.${name}`),
    )
    expect(wanted.length).toBeGreaterThan(4)
    expect(wanted.filter((field) => !reached.has(field))).toEqual([])
  },
)

test('packets arrive and are lost', () => {
  const fates = fc.sample(calicoCluster, { numRuns: 40, seed: 3 }).flatMap((objects) => {
    const world = worldOf(objects)
    return packetsOf(objects).map((packet) => calicoFate(world, packet))
  })
  const lost = fates.filter((fate) => fate === 'lost').length / fates.length
  expect(lost).toBeGreaterThan(0.2)
  expect(lost).toBeLessThan(0.8)
})
