import { dump } from 'js-yaml'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { NAME_LABEL } from '../../src/model/namespace-labels.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { admits, type LabelCell } from '../../src/reach/label-space.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Bounds, type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass, Side, SideInput } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import type { Packet, PacketEnd, PlainLabels, PlainObject } from './plain-objects.ts'

export const knownPlugin: NetworkProfile = { ...defaultProfile, ipBlockMatchesPods: 'yes' }

const apiVersions: Readonly<Record<string, string>> = { NetworkPolicy: 'networking.k8s.io/v1' }

/** Manifest text of one object. */
function manifestOf(object: PlainObject): string {
  return dump(JSON.parse(JSON.stringify({ apiVersion: apiVersions[object.kind] ?? 'v1', ...object })))
}

export function resourcesOf(objects: readonly PlainObject[]): readonly Resource[] {
  return parseManifests({ path: 'shop.yaml', text: objects.map(manifestOf).join('---\n') }).resources
}

/** Objects through the whole front of the engine: text, parser, model, compiler. */
export function sideOf(
  objects: readonly PlainObject[],
  profile: NetworkProfile = knownPlugin,
  told: ReadonlySet<string> = new Set(),
): SideInput {
  const cluster = buildCluster({ name: 'shop', open: false, profile, resources: resourcesOf(objects) })
  const { entries, diagnostics } = compilePolicies(cluster)
  const problem = diagnostics.find(({ effect, code }) => effect !== 'none' && !told.has(code))
  if (problem !== undefined) throw new Error(`the generator writes what is refused: ${problem.message}`)
  return { cluster, entries }
}

export function engineFor(input: SideInput): Reachability {
  return reach(partition(input, input), 'head', input)
}

export function enginesFor(base: SideInput, head: SideInput): Readonly<Record<Side, Reachability>> {
  const universe = partition(base, head)
  return { base: reach(universe, 'base', base), head: reach(universe, 'head', head) }
}

/** Namespaces that no manifest declares, by name. */
export type Annexes = Readonly<Record<string, PlainLabels>>

function peerAt({ universe, side }: Reachability, end: PacketEnd, annexes: Annexes): PeerClass {
  const found =
    'ip' in end
      ? universe.addresses.find(({ addresses }) => AddressSet.single(end.ip).isSubsetOf(addresses))
      : 'unseen' in end
        ? cellOf(universe, end, annexes)
        : universe.classOf.get(`${side} /Pod/${end.namespace}/${end.pod}`)
  if (found === undefined) throw new Error(`the engine knows no ${JSON.stringify(end)}`)
  return found
}

type Universe = Reachability['universe']

/** The cell that a pod nobody declared lies in. */
function cellOf(
  { byNamespace, elsewhere }: Universe,
  { namespace, unseen }: Extract<PacketEnd, { unseen: PlainLabels }>,
  annexes: Annexes,
): PeerClass | undefined {
  const annex = annexes[namespace]
  if (annex === undefined)
    return byNamespace.get(namespace)?.find((found) => found.kind === 'cell' && holds(found.pods, unseen))
  const own = { ...annex, [NAME_LABEL]: namespace }
  return elsewhere.find(({ namespace: cell, pods }) => holds(cell as LabelCell, own) && holds(pods, unseen))
}

export function holds({ conjunctions }: LabelCell, labels: PlainLabels): boolean {
  return conjunctions.some((conjunction) => [...conjunction].every(([key, domain]) => admits(domain, labels[key])))
}

export function between(engine: Reachability, from: PacketEnd, to: PacketEnd, annexes: Annexes = {}): Bounds {
  return engine.connections(peerAt(engine, from, annexes), peerAt(engine, to, annexes))
}

/** What the engine makes of single packets. */
export function fateOf(engine: Reachability, annexes: Annexes = {}) {
  return ({ from, to, protocol, port }: Packet): 'arrives' | 'lost' | 'unknown' => {
    const { must, may } = between(engine, from, to, annexes)
    if (must.has(protocol, port)) return 'arrives'
    return may.has(protocol, port) ? 'unknown' : 'lost'
  }
}
