import { dump } from 'js-yaml'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import type { Bounds, Reachability } from '../../src/reach/reachability.ts'
import type { PeerClass, SideInput } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { admits } from '../conformance/layer-seven.ts'
import { ciliumProfile } from '../policies/cilium-store.ts'
import { reachOf } from '../policies/store.ts'
import { type CiliumShop, worldOfShop } from './cilium-clusters.ts'
import type { CiliumPacket } from './cilium-packet-evaluator.ts'
import { holds } from './engine-side.ts'
import type { CiliumEnd } from './naive-cilium-identities.ts'
import type { PlainObject } from './plain-objects.ts'

const apiVersions: Readonly<Record<string, string>> = { NetworkPolicy: 'networking.k8s.io/v1' }

const manifestsOf = (objects: readonly PlainObject[]): string =>
  objects
    .map((object) => dump(JSON.parse(JSON.stringify({ apiVersion: apiVersions[object.kind] ?? 'v1', ...object }))))
    .join('---\n')

export const resourcesOfShop = ({ objects }: Pick<CiliumShop, 'objects'>): readonly Resource[] =>
  parseManifests({ path: 'shop.yaml', text: manifestsOf(objects) }).resources

export function profileOf(shop: CiliumShop): NetworkProfile {
  const { enforcement, hostFirewall, nodeSelectors, apiServer, minor } = worldOfShop(shop)
  const version = minor === 18 ? '1.18.4' : undefined
  return { ...ciliumProfile({ enforcement, hostFirewall, nodeSelectors }, version), apiServer }
}

/** What is said of valid objects although the answer is not in the manifests. */
const expected = new Set(['cidr-group-missing', 'service-missing'])

/** A shop through the whole front of the engine: text, parser, model, compiler. */
export function ciliumSideOf(shop: CiliumShop): SideInput {
  const cluster = buildCluster({
    name: 'shop',
    open: false,
    profile: profileOf(shop),
    resources: resourcesOfShop(shop),
  })
  const { entries, diagnostics } = compilePolicies(cluster)
  const problem = [...cluster.diagnostics, ...diagnostics].find(
    ({ effect, code }) => effect !== 'none' && !expected.has(code),
  )
  if (problem !== undefined) throw new Error(`the generator writes what is refused: ${problem.code} ${problem.message}`)
  return { cluster, entries }
}

const told = ['host', 'remote-node', 'kube-apiserver', 'ingress', 'health', 'init', 'unmanaged'] as const

export const ciliumEngineFor = (input: SideInput): Reachability => reachOf({ input, diagnostics: [] }, told)

function peerAt({ universe, side }: Reachability, end: CiliumEnd): PeerClass {
  const found =
    'ip' in end
      ? universe.addresses.find(({ addresses }) => AddressSet.single(end.ip).isSubsetOf(addresses))
      : 'pod' in end
        ? universe.classOf.get(`${side} /Pod/${end.namespace}/${end.pod}`)
        : 'reserved' in end
          ? universe.entities.find(({ entity }) => entity === end.reserved)
          : universe.nodes.find(({ place, nodes }) => place === end.place && holds(nodes, end.labels))
  if (found === undefined) throw new Error(`the engine knows no ${JSON.stringify(end)}`)
  return found
}

export const ciliumConnections =
  (engine: Reachability) =>
  (from: CiliumEnd, to: CiliumEnd): Bounds =>
    engine.connections(peerAt(engine, from), peerAt(engine, to))

/** What the engine makes of single packets. */
export function ciliumFateOf(engine: Reachability) {
  const connections = ciliumConnections(engine)
  return ({ from, to, protocol, port, name }: CiliumPacket): 'arrives' | 'lost' | 'unknown' => {
    const { must, may } = connections(from, to)
    const has = (set: typeof must): boolean =>
      set.withoutQualifiers((text) => !admits(text, { l7: undefined, name })).has(protocol, port)
    if (has(must)) return 'arrives'
    return has(may) ? 'unknown' : 'lost'
  }
}
