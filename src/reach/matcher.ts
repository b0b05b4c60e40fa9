import type { Cluster, Workload } from '../model/cluster.ts'
import { identityLabels } from '../model/identity-labels.ts'
import {
  everything,
  expressionKey,
  isEverything,
  type LabelExpression,
  matchLabels,
} from '../model/label-expression.ts'
import { and, type Truth } from '../model/labels.ts'
import { namedPorts } from '../model/service-endpoints.ts'
import type { Entity, PeerSelector, PodSelector, PolicyEntry } from '../policies/entry.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { MemberSet } from '../sets/member-set.ts'
import { namedPort, noPorts, type PortSet, portRanges } from '../sets/port-set.ts'
import { assertNever } from '../source/assert-never.ts'
import type { LabelCell } from './label-space.ts'
import { PodIndex } from './pod-index.ts'
import type { Block } from './row.ts'
import { inScope, scopeExpression, selectorKey } from './selector-scope.ts'
import { type SharedRows, sharedRows } from './shared-rows.ts'
import {
  HOSTS,
  isPlaced,
  isPodClass,
  type PeerClass,
  type PodClass,
  type RemoteClass,
  representative,
  type Side,
  type Universe,
} from './universe.ts'

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

/** Answers which classes a selector, peer or entry speaks of on one side. Every answer is computed once. */
export class Matcher {
  readonly universe: Universe
  readonly side: Side
  readonly #cluster: Cluster
  readonly #shared: SharedRows
  readonly #all: MemberSet
  readonly #selected = new Map<string, Matches>()
  readonly #selectedBy = new WeakMap<PodSelector, Matches>()
  readonly #addressed: Map<string, Matches>
  /** Answers to lists of entities. */
  readonly #named = new Map<string, Matches>()
  readonly #blocks = new WeakMap<PolicyEntry, EntryBlocks>()
  readonly #scopes = new Map<string, readonly string[]>()
  readonly #indexes = new Map<string, PodIndex>()
  /** Pods of whose addresses nothing but the configured range is known: one answer serves them all. */
  readonly #anywhere: MemberSet
  /** Pods that state their addresses or live on the host network. */
  readonly #placed: readonly PeerClass[]

  constructor(universe: Universe, side: Side, cluster: Cluster) {
    this.universe = universe
    this.side = side
    this.#cluster = cluster
    this.#shared = sharedRows(universe)
    this.#addressed = this.#sharedAddresses() ?? new Map()
    this.#all = MemberSet.all(universe.classes.length)
    const pods = universe.classes.filter(isPodClass)
    this.#placed = pods.filter((found) => this.#isPlaced(found))
    this.#anywhere = this.set(pods.filter((found) => !this.#isPlaced(found)).map(({ index }) => index))
  }

  #isPlaced(found: PeerClass): boolean {
    return isPlaced(representative(found, this.side))
  }

  /** Answers to address peers that serve both sides: what is an address of a machine each side says for itself. */
  #sharedAddresses(): Map<string, Matches> | undefined {
    return this.#cluster.nodes.length === 0 ? this.#shared.addressed(this.#cluster.profile) : undefined
  }

  get everyone(): MemberSet {
    return this.#all
  }

  set(members: Iterable<number>): MemberSet {
    return MemberSet.of(members)
  }

  /** Classes a selector matches. Pods on the host network are no pods to it, but live on machines. */
  select(selector: PodSelector): Matches {
    const seen = this.#selectedBy.get(selector)
    if (seen !== undefined) return seen
    const key = selectorKey(selector)
    const answers = this.#isShared(selector) ? this.#shared.selected : this.#selected
    const found = answers.get(key) ?? this.#select(selector)
    answers.set(key, found)
    this.#selectedBy.set(selector, found)
    return found
  }

  #isShared({ target, namespaces, clusters, entities }: PodSelector): boolean {
    return target === 'pods' && clusters === undefined && entities === undefined && this.#shared.isShared(namespaces)
  }

  #select(selector: PodSelector): Matches {
    const found = this.#collect(this.#candidates(selector), (candidate) => this.#selects(selector, candidate))
    const { entities } = selector
    return entities === undefined ? found : union([found, this.entities(entities)])
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

  #candidates(selector: PodSelector): readonly PeerClass[] {
    const local = this.#localCandidates(selector)
    return selector.clusters === undefined ? local : [...local, ...this.universe.remote]
  }

  #localCandidates({ target, namespaces, labels }: PodSelector): readonly PeerClass[] {
    const { byNamespace, elsewhere, nodes, addresses } = this.universe
    if (target === 'host-endpoints') return byNamespace.get(HOSTS) ?? []
    if (target === 'nodes') return [...nodes, ...addresses, ...this.#apiServer('inside'), ...this.#placed]
    if (namespaces.kind === 'named') return this.#inNamespace(namespaces.name, labels)
    return [
      ...this.#namesIn(namespaces.expression).flatMap((name) => this.#inNamespace(name, labels)),
      ...elsewhere.filter((cell) => cellTruth(namespaces.expression, cell.namespace as LabelCell) !== 'no'),
    ]
  }

  /** Pods of a namespace that labels may select. */
  #inNamespace(name: string, labels: LabelExpression): readonly PeerClass[] {
    const known = this.#indexes.get(name) ?? new PodIndex(this.universe.byNamespace.get(name) ?? [], this.side)
    this.#indexes.set(name, known)
    return known.candidates(labels)
  }

  /** Namespaces with a trace that a condition on their labels may take in. */
  #namesIn(expression: LabelExpression): readonly string[] {
    const { byNamespace, namespaces } = this.universe
    const key = expressionKey(expression)
    const scope = { kind: 'matching', expression } as const
    const found =
      this.#scopes.get(key) ??
      [...byNamespace.keys()].filter((name) => inScope(scope, name, namespaces[this.side]) !== 'no')
    this.#scopes.set(key, found)
    return found
  }

  /** Whether a selector matches the members of a candidate. */
  #selects(selector: PodSelector, candidate: PeerClass): Truth {
    if (selector.target === 'nodes') return this.#isNode(candidate, selector.labels)
    if (candidate.kind === 'remote') return isInRemote(selector, candidate)
    const within = this.#isWithin(candidate, selector.addresses)
    if (selector.target === 'host-endpoints') {
      const { labels } = representative(candidate, this.side) as Workload
      return and(within, matchLabels(selector.labels, labels))
    }
    if (!isPodClass(candidate) || selector.clusters?.own === false) return 'no'
    const scope = and(within, this.#inScope(selector, candidate))
    if (scope === 'no') return 'no'
    if (candidate.kind === 'cell') return and(scope, cellTruth(selector.labels, candidate.pods))
    const workload = representative(candidate, this.side) as Workload
    return workload.hostNetwork ? 'no' : and(scope, matchLabels(selector.labels, identityLabels(workload)))
  }

  /** Whether the addresses of pods, or of host endpoints, are some of those that a selector is confined to. */
  #isWithin(candidate: PeerClass, addresses: AddressSet | undefined): Truth {
    if (addresses === undefined) return 'yes'
    const { ranges } = this.#cluster.profile
    const range = isPodClass(candidate) ? ranges.pods : ranges.nodes
    return withinAddresses(representative(candidate, this.side)?.addresses, range, addresses)
  }

  #inScope({ namespaces }: PodSelector, candidate: PodClass): Truth {
    if (typeof candidate.namespace === 'string')
      return inScope(namespaces, candidate.namespace, this.universe.namespaces[this.side])
    return namespaces.kind === 'named' ? 'no' : cellTruth(namespaces.expression, candidate.namespace)
  }

  /** Classes that a list of peers speaks of. */
  peers(peers: PolicyEntry['peers']): Matches {
    return peers === 'any' ? { must: this.#all, may: this.#all } : union(peers.map((peer) => this.peer(peer)))
  }

  peer(peer: PeerSelector): Matches {
    switch (peer.kind) {
      case 'pods':
        return this.select(peer)
      case 'addresses':
        return this.#addresses(peer)
      case 'some-addresses':
        return { must: MemberSet.none, may: this.#outside() }
      case 'nodes':
        return this.#nodes(peer)
      case 'entities':
        return this.entities([...peer.entities, ...(peer.besides ?? [])])
      case 'any-of':
        return this.peers(peer.of)
      case 'all-of':
        return peer.of.map((part) => this.peer(part)).reduce(intersection, { must: this.#all, may: this.#all })
      case 'none-of': {
        const { must, may } = this.peers(peer.of)
        return { must: this.#all.subtract(may), may: this.#all.subtract(must) }
      }
      case 'unreadable':
        return { must: this.set([]), may: this.#all }
      default:
        return assertNever(peer)
    }
  }

  #addresses(peer: AddressPeer): Matches {
    const { addresses, matchesPods, matchesNodes } = peer
    const key = `${matchesPods} ${matchesNodes} ${addresses.key}`
    const known = this.#addressed.get(key)
    if (known !== undefined) return known
    const { addresses: outside, nodes, entities, byNamespace } = this.universe
    const hosts = byNamespace.get(HOSTS) ?? []
    const special = this.#collect([...outside, ...nodes, ...entities, ...hosts, ...this.#placed], (candidate) =>
      this.#hasAddress(candidate, peer),
    )
    const pods = and(matchesPods, withinAddresses(undefined, this.#cluster.profile.ranges.pods, addresses))
    const found = {
      must: pods === 'yes' ? special.must.union(this.#anywhere) : special.must,
      may: pods === 'no' ? special.may : special.may.union(this.#anywhere),
    }
    this.#addressed.set(key, found)
    return found
  }

  /** Addresses of nobody in the cluster, as far as anybody knows; that of an API server outside is one of them. */
  #outside(): MemberSet {
    const { addresses } = this.universe
    const found = [...addresses.filter((candidate) => !this.#isMachine(candidate)), ...this.#apiServer('outside')]
    return this.set(found.map(({ index }) => index))
  }

  /** The API server, where it runs there and some policy names it. */
  #apiServer(place: 'inside' | 'outside'): readonly PeerClass[] {
    if (this.#cluster.profile.apiServer !== place) return []
    return this.universe.entities.filter(({ entity }) => entity === 'kube-apiserver')
  }

  /** Machines by their labels: those in the tree by their addresses, those that are not by their cells. */
  #nodes({ labels, which }: Extract<PeerSelector, { kind: 'nodes' }>): Matches {
    const { addresses, nodes } = this.universe
    const places: readonly Entity[] = which === 'all' ? ['host', 'remote-node'] : ['remote-node']
    return this.#collect([...nodes, ...addresses, ...this.#apiServer('inside'), ...this.#placed], (candidate) =>
      and(this.#isNode(candidate, labels), this.#isOneOf(candidate, places)),
    )
  }

  /** Endpoints by what they are. Which machine an address or a pod on the host network is, is not known. */
  entities(named: readonly Entity[]): Matches {
    const key = named.join()
    const known = this.#named.get(key)
    if (known !== undefined) return known
    const { addresses, nodes, entities } = this.universe
    const found = this.#collect([...nodes, ...entities, ...addresses, ...this.#placed], (candidate) =>
      this.#isOneOf(candidate, named),
    )
    this.#named.set(key, found)
    return found
  }

  #isOneOf(candidate: PeerClass, named: readonly Entity[]): Truth {
    const [own, other] = [named.includes('host'), named.includes('remote-node')]
    const machine: Truth = own && other ? 'yes' : own || other ? 'unknown' : 'no'
    if (candidate.kind === 'nodes')
      return candidate.place === 'any' ? machine : (candidate.place === 'own' ? own : other) ? 'yes' : 'no'
    if (candidate.kind === 'entity') {
      if (named.includes(candidate.entity)) return 'yes'
      return candidate.entity === 'kube-apiserver' && this.#cluster.profile.apiServer === 'inside' ? machine : 'no'
    }
    return this.#isMachine(candidate) ? machine : 'no'
  }

  /** Machines in the tree and pods on their network, with the name of the machine where it is told. */
  machines(): { readonly index: number; readonly name: string | undefined }[] {
    const { nodes } = this.#cluster
    return [
      ...this.universe.addresses.flatMap(({ index, addresses }) =>
        nodes.filter((node) => addresses.isSubsetOf(node.addresses)).map(({ name }) => ({ index, name })),
      ),
      ...this.#placed
        .filter((found) => representative(found, this.side)?.hostNetwork === true)
        .map((found) => ({ index: found.index, name: representative(found, this.side)?.nodeName })),
    ]
  }

  /** Whether a class is addresses of machines, or pods on their network. */
  #isMachine(candidate: PeerClass): boolean {
    if (candidate.kind === 'addresses') return this.#machineAt(candidate.addresses, everything) === 'yes'
    return representative(candidate, this.side)?.hostNetwork === true
  }

  #isNode(candidate: PeerClass, labels: LabelExpression): Truth {
    if (candidate.kind === 'nodes') return cellTruth(labels, candidate.nodes)
    if (candidate.kind === 'addresses') return this.#machineAt(candidate.addresses, labels)
    if (candidate.kind === 'entity') return isEverything(labels) ? 'yes' : 'unknown'
    const workload = representative(candidate, this.side)
    if (workload?.hostNetwork !== true) return 'no'
    const bound = this.#cluster.nodes.find(({ name }) => name === workload.nodeName)
    if (isEverything(labels)) return 'yes'
    return bound === undefined ? 'unknown' : matchLabels(labels, bound.labels)
  }

  /** Whether a machine with such labels has the addresses of a class; those of the configured range are somebody's. */
  #machineAt(addresses: AddressSet, labels: LabelExpression): Truth {
    const owner = this.#cluster.nodes.find((node) => addresses.isSubsetOf(node.addresses))
    if (owner !== undefined) return matchLabels(labels, owner.labels)
    if (!addresses.overlaps(this.#cluster.profile.ranges.nodes)) return 'no'
    return isEverything(labels) ? 'yes' : 'unknown'
  }

  /** Whether the peers of a class send from, or listen at, an address of the set. */
  #hasAddress(candidate: PeerClass, { addresses, matchesPods, matchesNodes }: AddressPeer): Truth {
    const { ranges, apiServer } = this.#cluster.profile
    if (candidate.kind === 'addresses') {
      const machine = this.#isMachine(candidate) ? matchesNodes : 'yes'
      return candidate.addresses.isSubsetOf(addresses) ? machine : 'no'
    }
    if (candidate.kind === 'entity' && candidate.entity === 'kube-apiserver' && apiServer === 'outside')
      return withinAddresses(undefined, AddressSet.none, addresses)
    const workload = representative(candidate, this.side)
    if (workload?.hostNetwork === true || !isPodClass(candidate))
      return and(matchesNodes, withinAddresses(workload?.addresses, ranges.nodes, addresses))
    return and(matchesPods, withinAddresses(workload?.addresses, ranges.pods, addresses))
  }

  /** What an entry says about each class, under each bound. Ports named by text are resolved on the destination. */
  blocks(entry: PolicyEntry): EntryBlocks {
    const known = this.#blocks.get(entry) ?? (this.#sharesPeers(entry) ? this.#shared.found.get(entry) : undefined)
    if (known !== undefined) return known
    const matches = this.peers(entry.peers)
    const must = this.#resolve(entry, matches.must)
    const blocks = { must, may: matches.may === matches.must ? must : this.#resolve(entry, matches.may) }
    const found = this.#shared.blocks(entry, blocks)
    this.#blocks.set(entry, found)
    if (this.#sharesPeers(entry)) this.#shared.found.set(entry, found)
    return found
  }

  /** Whether the answer to every peer is one for both sides. */
  #sharesPeers({ peers, connections }: PolicyEntry): boolean {
    const sharesPlaces = !connections.hasNames && this.#sharedAddresses() !== undefined
    const isShared = (peer: PeerSelector): boolean => {
      if ('of' in peer) return peer.of.every(isShared)
      return peer.kind === 'pods' ? this.#isShared(peer) : sharesPlaces && peer.kind !== 'nodes'
    }
    return peers !== 'any' && peers.every(isShared)
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
    if (destination.kind === 'remote') return namedPort(name)
    if (!isPodClass(destination)) return noPorts
    const workload = representative(destination, this.side)
    if (workload === undefined) return namedPort(name)
    return portRanges(namedPorts(workload, protocol, name).map((port) => [port, port]))
  }
}

type AddressPeer = Extract<PeerSelector, { kind: 'addresses' }>

function union(matches: readonly Matches[]): Matches {
  const must = matches.reduce((found, match) => found.union(match.must), MemberSet.none)
  if (matches.every((match) => match.must === match.may)) return { must, may: must }
  return { must, may: matches.reduce((found, match) => found.union(match.may), MemberSet.none) }
}

function intersection(a: Matches, b: Matches): Matches {
  const must = a.must.intersect(b.must)
  return { must, may: a.must === a.may && b.must === b.may ? must : a.may.intersect(b.may) }
}

function isInRemote({ clusters, namespaces, labels }: PodSelector, candidate: RemoteClass): Truth {
  if (clusters === undefined) return 'no'
  const place = and(
    cellTruth(clusters.expression, candidate.cluster),
    cellTruth(scopeExpression(namespaces), candidate.namespace),
  )
  return and(place, cellTruth(labels, candidate.pods))
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
