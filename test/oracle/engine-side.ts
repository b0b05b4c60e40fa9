import { dump } from 'js-yaml'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Bounds, type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass, Side, SideInput } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import type { Packet, PacketEnd, PlainObject } from './packet-evaluator.ts'

const knownPlugin: NetworkProfile = { ...defaultProfile, ipBlockMatchesPods: 'yes' }

const apiVersions: Readonly<Record<string, string>> = { NetworkPolicy: 'networking.k8s.io/v1' }

/** Manifest text of one object. */
function manifestOf(object: PlainObject): string {
  return dump(JSON.parse(JSON.stringify({ apiVersion: apiVersions[object.kind] ?? 'v1', ...object })))
}

/** Objects through the whole front of the engine: text, parser, model, compiler. */
export function sideOf(objects: readonly PlainObject[], profile: NetworkProfile = knownPlugin): SideInput {
  const text = objects.map(manifestOf).join('---\n')
  const { resources } = parseManifests({ path: 'shop.yaml', text })
  const cluster = buildCluster({ name: 'shop', open: false, profile, resources })
  return { cluster, entries: compilePolicies(cluster).entries }
}

export function engineFor(input: SideInput): Reachability {
  return reach(partition(input, input), 'head', input)
}

export function enginesFor(base: SideInput, head: SideInput): Readonly<Record<Side, Reachability>> {
  const universe = partition(base, head)
  return { base: reach(universe, 'base', base), head: reach(universe, 'head', head) }
}

function peerAt({ universe, side }: Reachability, end: PacketEnd): PeerClass {
  const found =
    'ip' in end
      ? universe.addresses.find(({ addresses }) => AddressSet.of(`${end.ip}/32`).isSubsetOf(addresses))
      : universe.classOf.get(`${side} /Pod/${end.namespace}/${end.pod}`)
  if (found === undefined) throw new Error(`the engine knows no ${JSON.stringify(end)}`)
  return found
}

export function between(engine: Reachability, from: PacketEnd, to: PacketEnd): Bounds {
  return engine.connections(peerAt(engine, from), peerAt(engine, to))
}

export function engineSays(engine: Reachability, { from, to, protocol, port }: Packet): 'arrives' | 'lost' | 'unknown' {
  const { must, may } = between(engine, from, to)
  if (must.has(protocol, port)) return 'arrives'
  return may.has(protocol, port) ? 'unknown' : 'lost'
}
