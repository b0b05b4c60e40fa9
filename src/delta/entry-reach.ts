import type { Workload } from '../model/cluster.ts'
import { showId } from '../model/cluster.ts'
import type { EntryPoint } from '../model/entry-point.ts'
import { namespaceOf } from '../model/fields.ts'
import type { Bound } from '../reach/evaluate.ts'
import { addressesWithin, classOfWorkload, internetClasses, privateClasses } from '../reach/peers.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { AddressClass, PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { assertNever } from '../source/assert-never.ts'
import { controllersOf } from './ingress-controllers.ts'
import type { SideView } from './side-view.ts'

/** A pod behind an entry point with what policies leave of the way to it; `must` is a subset of `may`. */
export interface EntryBackend {
  readonly workload: Workload
  readonly must: ConnectionSet
  /** What more is open if the unknown is at its worst: where the controller is, whose address a pod sees. */
  readonly may: ConnectionSet
  /** A peer the connections come from, as the pod sees it. */
  readonly from: PeerClass | undefined
}

const known = new WeakMap<SideView, Map<EntryPoint, readonly EntryBackend[]>>()

/** Which pods an entry point really leads to: the pods behind it that accept who stands in front of them. */
export function entryBackends(view: SideView, entry: EntryPoint): readonly EntryBackend[] {
  const byEntry = known.get(view) ?? new Map<EntryPoint, readonly EntryBackend[]>()
  known.set(view, byEntry)
  const found = byEntry.get(entry) ?? entry.backends.map((backend) => backendOf(view.reach, entry, backend))
  byEntry.set(entry, found)
  return found
}

function backendOf(
  reach: Reachability,
  entry: EntryPoint,
  { workload, connections }: EntryPoint['backends'][number],
): EntryBackend {
  const destination = classOfWorkload(reach, workload)
  const { must, may } = sourcesOfEntry(reach, entry)
  const open = accepted(reach, destination, must, 'must').intersect(connections)
  const perhaps = accepted(reach, destination, may, 'may').intersect(connections)
  return {
    workload,
    must: open,
    may: perhaps.union(open),
    from: open.isEmpty ? undefined : senderOf(reach, destination, must, open),
  }
}

/** One of the sources that the destination accepts. */
function senderOf(
  reach: Reachability,
  destination: PeerClass,
  sources: Sources,
  wanted: ConnectionSet,
): PeerClass | undefined {
  const pod = sources.pods.find((source) => !reach.connections(source, destination).must.intersect(wanted).isEmpty)
  if (pod !== undefined) return pod
  const block = reach
    .row(destination, 'ingress')
    .must.blocks.find(
      ({ peers, connections }) => peers.overlaps(sources.addresses) && !connections.intersect(wanted).isEmpty,
    )
  return reach.universe.classes[block?.peers.intersect(sources.addresses).first() ?? -1]
}

/** Peers that the pods see behind an entry point. */
interface Sources {
  readonly addresses: MemberSet
  readonly pods: readonly PeerClass[]
}

type EntrySources = Readonly<Record<Bound, Sources>>

const sources = new WeakMap<Reachability, Map<string, EntrySources>>()

function sourcesOfEntry(reach: Reachability, entry: EntryPoint): EntrySources {
  const byKey = sources.get(reach) ?? new Map<string, EntrySources>()
  sources.set(reach, byKey)
  const key = `${entry.seenAs} ${entry.scope} ${entry.sources?.key ?? 'all'}`
  const found = byKey.get(key) ?? findSources(reach, entry)
  byKey.set(key, found)
  return found
}

function findSources(reach: Reachability, { seenAs, sources, scope }: EntryPoint): EntrySources {
  const allowed = ({ addresses }: AddressClass): boolean => sources === undefined || addresses.overlaps(sources)
  const internet = internetClasses(reach).filter(allowed)
  const networks = privateClasses(reach)
  const set = (classes: readonly PeerClass[]): MemberSet => reach.matcher.set(classes.map(({ index }) => index))
  switch (seenAs) {
    case 'client': {
      const clients = scope === 'internet' ? internet : [...internet, ...networks.filter(allowed)]
      return {
        must: { addresses: set(clients), pods: [] },
        may: { addresses: set([...clients, ...networks]), pods: [] },
      }
    }
    case 'node': {
      const nodes = addressesWithin(reach, reach.input.cluster.profile.ranges.nodes)
      return {
        must: { addresses: set([...internet, ...nodes]), pods: [] },
        may: { addresses: set([...internet, ...networks]), pods: [] },
      }
    }
    case 'controller': {
      const { classes } = controllersOf(reach)
      // Where pods of namespaces without a trace are admitted, one of them may be the controller.
      return {
        must: { addresses: set([]), pods: classes },
        may: { addresses: set([]), pods: [...classes, ...reach.universe.elsewhere] },
      }
    }
    default:
      return assertNever(seenAs)
  }
}

/** What some of the sources may send to a destination. Addresses are asked all at once: only the destination decides. */
function accepted(
  reach: Reachability,
  destination: PeerClass,
  { addresses, pods }: Sources,
  bound: Bound,
): ConnectionSet {
  const blocks = reach.row(destination, 'ingress')[bound].blocks.filter(({ peers }) => peers.overlaps(addresses))
  return ConnectionSet.union([
    ...blocks.map(({ connections }) => connections),
    ...pods.map((source) => reach.connections(source, destination)[bound]),
  ])
}

/** `Ingress shop/front (shop.example/)`, `LoadBalancer shop/web on TCP 443`: how a person names an entry point. */
export function nameEntry(entry: EntryPoint, view: SideView): string {
  const { kind, via, detail } = entry
  const names = via.map((resource) =>
    showId({ ...resource, namespace: namespaceOf(resource, view.cluster), name: resource.name.value }),
  )
  const [outermost = ''] = names
  switch (kind) {
    case 'load-balancer':
      return `LoadBalancer ${outermost.replace(/^Service /, '')} on ${detail}`
    case 'node-port':
      return `node port ${detail}`
    case 'external-ip':
      return `external addresses ${detail}`
    case 'host-port':
      return `host port ${detail}`
    case 'host-network':
      return `host network, ${detail}`
    case 'ingress':
    case 'route':
      return `${outermost} (${detail})`
    case 'gateway': {
      const onTheWay = names.filter((name) => !name.startsWith('Service '))
      return onTheWay.length === 0 ? detail : onTheWay.join(' → ')
    }
    default:
      return assertNever(kind)
  }
}
