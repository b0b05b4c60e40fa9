import type { Cluster, Workload } from '../model/cluster.ts'
import { namedPorts } from '../model/service-endpoints.ts'
import { expressionKey, isEverything, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import { and, type Truth } from '../model/labels.ts'
import type { PeerSelector, PodSelector, PolicyEntry } from '../policies/entry.ts'
import { AddressSet } from '../sets/address-set.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { MemberSet } from '../sets/member-set.ts'
import { namedPort, noPorts, type PortSet, portRanges } from '../sets/port-set.ts'
import { assertNever } from '../source/assert-never.ts'
import type { LabelCell } from './label-space.ts'
import type { Block } from './row.ts'
import { inScope, type PeerClass, type Side, selectorKey, type Universe } from './universe.ts'

/** Classes that match for certain, and those that may. `must` is a subset of `may`. */
export interface Matches {
  readonly must: MemberSet
  readonly may: MemberSet
}

/** Blocks an entry speaks of under each bound, its names of ports resolved per destination. */
export interface EntryBlocks {
  readonly must: readonly Block[]
  readonly may: readonly Block[]
}

/** The workload that stands for a class on one side; the other side's where it exists on that one only. */
export function representative(found: PeerClass, side: Side): Workload | undefined {
  if (found.kind !== 'workloads') return undefined
  const member = found.members[0]
  return side === 'base' ? (member?.base ?? member?.head) : (member?.head ?? member?.base)
}

/** Answers which classes a selector, peer or entry speaks of on one side. Every answer is computed once. */
export class Matcher {
  readonly universe: Universe
  readonly side: Side
  readonly #cluster: Cluster
  readonly #all: MemberSet
  readonly #selected = new Map<string, Matches>()
  readonly #addressed = new Map<string, Matches>()
  readonly #blocks = new WeakMap<PolicyEntry, EntryBlocks>()

  constructor(universe: Universe, side: Side, cluster: Cluster) {
    this.universe = universe
    this.side = side
    this.#cluster = cluster
    this.#all = MemberSet.all(universe.classes.length)
  }

  get everyone(): MemberSet {
    return this.#all
  }

  set(members: Iterable<number>): MemberSet {
    return MemberSet.of(this.universe.classes.length, members)
  }

  /** Classes of pods a selector matches. Pods on the host network never match; host selectors match none of them. */
  select(selector: PodSelector): Matches {
    const key = selectorKey(selector)
    const known = this.#selected.get(key)
    if (known !== undefined) return known
    const found = this.#collect(this.#candidates(selector), (candidate) => this.selects(selector, candidate))
    this.#selected.set(key, found)
    return found
  }

  #collect(candidates: Iterable<PeerClass>, test: (candidate: PeerClass) => Truth): Matches {
    const must: number[] = []
    const may: number[] = []
    for (const candidate of candidates) {
      const truth = test(candidate)
      if (truth === 'yes') must.push(candidate.index)
      if (truth !== 'no') may.push(candidate.index)
    }
    const mustSet = this.set(must)
    return { must: mustSet, may: must.length === may.length ? mustSet : this.set(may) }
  }

  *#candidates({ target, namespaces }: PodSelector): Generator<PeerClass> {
    if (target === 'hosts') return
    const { byNamespace, namespaces: labels } = this.universe
    if (namespaces.kind === 'named') {
      yield* byNamespace.get(namespaces.name) ?? []
      return
    }
    for (const [name, classes] of byNamespace) {
      if (inScope(namespaces, name, labels[this.side]) !== 'no') yield* classes
    }
    yield* this.universe.elsewhere
  }

  /** Whether a selector matches the pods of one class. */
  selects(selector: PodSelector, candidate: PeerClass): Truth {
    if (selector.target !== 'pods' || candidate.kind === 'addresses') return 'no'
    const scope = this.#inScope(selector, candidate)
    if (scope === 'no') return 'no'
    if (candidate.kind === 'cell') return and(scope, cellTruth(selector.labels, candidate.pods))
    const workload = representative(candidate, this.side) as Workload
    return workload.hostNetwork ? 'no' : and(scope, matchLabels(selector.labels, workload.labels))
  }

  #inScope({ namespaces }: PodSelector, candidate: PeerClass): Truth {
    if (candidate.kind === 'addresses') return 'no'
    if (typeof candidate.namespace === 'string') return inScope(namespaces, candidate.namespace, this.universe.namespaces[this.side])
    return namespaces.kind === 'named' ? 'no' : cellTruth(namespaces.expression, candidate.namespace)
  }

  /** Classes that a list of peers speaks of. */
  peers(peers: PolicyEntry['peers']): Matches {
    if (peers === 'any') return { must: this.#all, may: this.#all }
    const matches = peers.map((peer) => this.peer(peer))
    return {
      must: matches.reduce((found, { must }) => found.union(must), this.set([])),
      may: matches.reduce((found, { may }) => found.union(may), this.set([])),
    }
  }

  peer(peer: PeerSelector): Matches {
    switch (peer.kind) {
      case 'pods':
        return this.select(peer)
      case 'addresses':
        return this.#addresses(peer.addresses, peer.matchesPods)
      case 'unreadable':
        return { must: this.set([]), may: this.#all }
      default:
        return assertNever(peer)
    }
  }

  #addresses(addresses: AddressSet, matchesPods: Truth): Matches {
    const key = `${matchesPods} ${addresses.key}`
    const known = this.#addressed.get(key)
    if (known !== undefined) return known
    const found = this.#collect(this.universe.classes, (candidate) => this.#hasAddress(candidate, addresses, matchesPods))
    this.#addressed.set(key, found)
    return found
  }

  /** Whether the peers of a class send from, or listen at, an address of the set. */
  #hasAddress(candidate: PeerClass, addresses: AddressSet, matchesPods: Truth): Truth {
    if (candidate.kind === 'addresses') return candidate.addresses.isSubsetOf(addresses) ? 'yes' : 'no'
    const { ranges } = this.#cluster.profile
    const workload = representative(candidate, this.side)
    if (workload?.hostNetwork === true) return withinAddresses(workload.addresses, ranges.nodes, addresses)
    return matchesPods === 'no' ? 'no' : and(matchesPods, withinAddresses(workload?.addresses, ranges.pods, addresses))
  }

  /** What an entry says about each class, under each bound. Ports named by text are resolved on the destination. */
  blocks(entry: PolicyEntry): EntryBlocks {
    const known = this.#blocks.get(entry)
    if (known !== undefined) return known
    const matches = this.peers(entry.peers)
    const must = this.#resolve(entry, matches.must)
    const found = { must, may: matches.may === matches.must ? must : this.#resolve(entry, matches.may) }
    this.#blocks.set(entry, found)
    return found
  }

  #resolve({ connections, direction }: PolicyEntry, peers: MemberSet): Block[] {
    if (direction === 'ingress' || !connections.hasNames) return [{ peers, connections }]
    const byConnections = Map.groupBy([...peers], (index) => {
      const resolved = this.resolveOn(connections, this.universe.classes[index] as PeerClass)
      return resolved.key
    })
    return [...byConnections.values()].map((members) => ({
      peers: this.set(members),
      connections: this.resolveOn(connections, this.universe.classes[members[0] as number] as PeerClass),
    }))
  }

  /** Puts numbers in place of port names, as the pods of the class declare them. Pods nobody has seen keep the name. */
  resolveOn(connections: ConnectionSet, destination: PeerClass): ConnectionSet {
    if (!connections.hasNames) return connections
    return connections.resolveNames((protocol, name) => this.#portsNamed(destination, protocol, name))
  }

  #portsNamed(destination: PeerClass, protocol: number, name: string): PortSet {
    if (destination.kind === 'addresses') return noPorts
    const workload = representative(destination, this.side)
    if (workload === undefined) return namedPort(name)
    return portRanges(namedPorts(workload, protocol, name).map((port) => [port, port]))
  }
}

function cellTruth(expression: LabelExpression, cell: LabelCell): Truth {
  if (isEverything(expression)) return 'yes'
  const truth = cell.truths.get(expressionKey(expression))
  return truth === undefined ? 'unknown' : truth ? 'yes' : 'no'
}

/**
 * Whether addresses that are known, or lie in a known range, are in a set. Without either, only a set that holds a
 * whole address family is certain to hold them.
 */
function withinAddresses(known: AddressSet | undefined, range: AddressSet, set: AddressSet): Truth {
  const own = known ?? (range.isEmpty ? undefined : range)
  if (own === undefined) return AddressSet.allV4.isSubsetOf(set) ? 'yes' : 'unknown'
  if (own.isSubsetOf(set)) return 'yes'
  return own.overlaps(set) ? 'unknown' : 'no'
}
