import type { Cluster, Service } from '../../src/model/cluster.ts'
import type { EntryPoint } from '../../src/model/entry-point.ts'
import type { EntryOrigin, PeerSelector, PodSelector, PolicyEntry } from '../../src/policies/entry.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import type { LoadedSide } from './load-side.ts'

/** What a source that knows one controller only takes the names of its Services to contain. */
const CONTROLLER = 'ingress-nginx'

/**
 * Ingresses as a source reads them that sees an egress policy in each: the pods of the controller may reach backends
 * and nobody else. A layer of its own, since it takes nothing away from what other policies say of these pods.
 */
export function ingressAsEgress(
  { cluster, entryPoints }: LoadedSide,
  isRead: (path: string) => boolean,
): PolicyEntry[] {
  const ways = entryPoints.entryPoints.filter(({ kind, span }) => kind === 'ingress' && isRead(span.file.path))
  return ways.length === 0
    ? []
    : controllersOf(cluster).flatMap((subject) => [
        isolation(subject, ways),
        ...ways.flatMap((way) => opening(subject, way)),
      ])
}

const controllersOf = ({ services }: Cluster): PodSelector[] =>
  services.filter(({ id }) => id.name.includes(CONTROLLER)).flatMap((service) => podsOf(service) ?? [])

function podsOf({ id, selector }: Service): PodSelector | undefined {
  if (selector === undefined) return undefined
  return { target: 'pods', namespaces: { kind: 'named', name: id.namespace }, labels: selector }
}

const common = (
  subject: PodSelector,
): Pick<PolicyEntry, 'layer' | 'direction' | 'tier' | 'order' | 'subject' | 'verdict' | 'exists' | 'effect'> => ({
  layer: 'mesh',
  direction: 'egress',
  tier: 0,
  order: [],
  subject,
  verdict: 'allow',
  exists: 'yes',
  effect: 'exact',
})

function isolation(subject: PodSelector, [way]: readonly EntryPoint[]): PolicyEntry {
  return {
    ...common(subject),
    origin: originOf(way as EntryPoint),
    peers: [],
    connections: ConnectionSet.none,
    isolates: true,
  }
}

function opening(subject: PodSelector, way: EntryPoint): PolicyEntry[] {
  const pods = way.service && podsOf(way.service)
  if (pods === undefined) return []
  const peer: PeerSelector = { ...pods, kind: 'pods', span: way.span }
  const connections = ConnectionSet.union(way.backends.map((backend) => backend.connections))
  return [{ ...common(subject), origin: originOf(way), peers: [peer], connections, isolates: false }]
}

function originOf({ span, via }: EntryPoint): EntryOrigin {
  const [ingress] = via
  const policy = {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    namespace: ingress?.namespace?.value ?? '',
    name: ingress?.name.value ?? '',
  }
  return { policy, rule: 'backend', index: 0, span, ports: [] }
}
