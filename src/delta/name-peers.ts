import { internetOf, metadataAddress, privateOf, rfc1918 } from '../model/address-ranges.ts'
import { qualifiedName } from '../model/cluster.ts'
import { expressionKey, isEverything, type LabelExpression, showExpression } from '../model/label-expression.ts'
import { NAME_LABEL } from '../model/namespace-labels.ts'
import { namedDestinations } from '../policies/destination-name.ts'
import type { NamespaceScope, PodSelector, PolicyEntry } from '../policies/entry.ts'
import type { LabelCell } from '../reach/label-space.ts'
import type { Reachability } from '../reach/reachability.ts'
import {
  type AddressClass,
  type CellClass,
  type EntityClass,
  HOSTS,
  isPodClass,
  type NodeClass,
  type PeerClass,
  type PodClass,
  type RemoteClass,
  type WorkloadClass,
} from '../reach/universe.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'

/** At most this many names are listed before "and N more". */
const LISTED = 4
/** At most this many exceptions make "any pod but …" shorter than a list. */
const EXCEPTIONS = 3

/**
 * A name for a set of classes: true for each of them, never wider. What names it in one word is tried first (everybody,
 * everybody outside a namespace), then the selectors of the entries that caused a change, since those are what the
 * reader has before him, then whole namespaces, then workloads one by one.
 */
export function namePeers(members: MemberSet, reach: Reachability, entries: readonly PolicyEntry[] = []): string {
  const classes = [...members].map((index) => reach.universe.classes[index] as PeerClass)
  const addresses = classes.filter((found) => found.kind === 'addresses')
  const nodes = classes.filter((found) => found.kind === 'nodes')
  const entities = classes.filter((found) => found.kind === 'entity')
  const remote = classes.filter((found) => found.kind === 'remote')
  const hosts = classes.filter((found) => found.kind === 'workloads' && found.isHost) as WorkloadClass[]
  const pods = classes.filter(isPodClass)
  const isEverythingElse = classes.length - pods.length === everythingElse(reach)
  const broad = broadName(pods, reach, entries)
  if (broad !== undefined && isEverythingElse) return broad.replace(/^any pod( in any namespace)?/, 'anybody')
  const podName = pods.length === 0 ? '' : (broad ?? bySelector(pods, reach, entries) ?? byNamespace(pods, reach))
  const names = [
    podName,
    nameNodes(nodes, reach),
    nameEntities(entities),
    nameRemote(remote, reach),
    nameHosts(hosts, reach),
    nameAddresses(addresses, reach),
  ]
  return names.filter((name) => name !== '').join(' and ')
}

/** How many classes there are that are no pods. */
const everythingElse = ({ universe: { classes } }: Reachability): number =>
  classes.reduce((count, found) => (isPodClass(found) ? count : count + 1), 0)

/** `any pod in any namespace`, but for a few namespaces or workloads; undefined when more is missing. */
function broadName(
  pods: readonly PodClass[],
  reach: Reachability,
  entries: readonly PolicyEntry[],
): string | undefined {
  const all = everyPod(reach)
  const members = reach.matcher.set(pods.map(({ index }) => index))
  if (!members.overlaps(all.elsewhere)) return undefined
  const missing = [...all.pods.subtract(members)].map((index) => reach.universe.classes[index] as PodClass)
  if (missing.length === 0) return 'any pod in any namespace'
  const exceptions = missing.some(isElsewhere) ? undefined : exceptionsOf(missing, reach)
  if (exceptions !== undefined) return `any pod${exceptions}`
  const selected = bySelector(missing, reach, entries)
  return selected && `any pod in any namespace but ${selected}`
}

interface EveryPod {
  /** All pods that policies apply to. */
  readonly pods: MemberSet
  /** Those of them in namespaces that leave no trace. */
  readonly elsewhere: MemberSet
}

const everyPods = new WeakMap<Reachability, EveryPod>()

function everyPod(reach: Reachability): EveryPod {
  const known = everyPods.get(reach)
  if (known !== undefined) return known
  const { classes, elsewhere } = reach.universe
  const setOf = (found: readonly PeerClass[]): MemberSet => reach.matcher.set(found.map(({ index }) => index))
  const all = { pods: setOf(classes.filter((found) => reach.isPolicedPod(found))), elsewhere: setOf(elsewhere) }
  everyPods.set(reach, all)
  return all
}

/** ` outside shop but ops/monitor`: what is missing, as whole namespaces and pods; undefined when it is too much to list. */
function exceptionsOf(missing: readonly PodClass[], reach: Reachability): string | undefined {
  const groups = [...Map.groupBy(missing, ({ namespace }) => namespace as string)]
  const isWhole = ([namespace, found]: [string, PodClass[]]): boolean =>
    found.length === podsOf(namespace, reach).length
  const whole = groups.filter(isWhole).map(([namespace]) => namespace)
  const parts = groups.filter((group) => !isWhole(group))
  if (whole.length > EXCEPTIONS || parts.length > EXCEPTIONS) return undefined
  const single = parts.flatMap(([namespace, found]) => namesWithin(namespace, found, reach))
  if (single.length > EXCEPTIONS) return undefined
  const outside = whole.length === 0 ? ' in any namespace' : ` outside ${list(whole, EXCEPTIONS)}`
  return single.length === 0 ? outside : `${outside} but ${list(single, EXCEPTIONS)}`
}

const isElsewhere = ({ namespace }: PodClass): boolean => typeof namespace !== 'string'

/** Pods of a namespace that policies apply to. */
const podsOf = (namespace: string, reach: Reachability): PeerClass[] =>
  (reach.universe.byNamespace.get(namespace) ?? []).filter((found) => reach.isPolicedPod(found))

/** A selector, as written in one of the entries, that matches exactly these pods, or them and what one name excepts. */
function bySelector(
  pods: readonly PodClass[],
  reach: Reachability,
  entries: readonly PolicyEntry[],
): string | undefined {
  const single = singleWorkload(pods, reach)
  if (single !== undefined) return single
  const wanted = reach.matcher.set(pods.map(({ index }) => index))
  const selectors = entries.flatMap(selectorsOf)
  const found = selectors.find((selector) => reach.matcher.select(selector).must.equals(wanted))
  return found === undefined ? bySelectorBut(wanted, selectors, reach) : nameSelector(found)
}

/** `pods tier=front in shop but shop/till`; undefined where nothing short is left over. */
function bySelectorBut(wanted: MemberSet, selectors: readonly PodSelector[], reach: Reachability): string | undefined {
  for (const selector of selectors) {
    const selected = reach.matcher.select(selector).must
    if (!selected.overlaps(wanted) || !wanted.subtract(selected).isEmpty) continue
    const missing = [...selected.subtract(wanted)].flatMap((index) => reach.universe.classes[index] ?? [])
    const exception = oneName(missing.filter(isPodClass), reach)
    if (exception !== undefined) return `${nameSelector(selector)} but ${exception}`
  }
  return undefined
}

/** The one name that takes in exactly these pods of one known namespace. */
function oneName(pods: readonly PodClass[], reach: Reachability): string | undefined {
  const [first, ...others] = new Set(pods.map(({ namespace }) => namespace))
  if (typeof first !== 'string' || others.length > 0) return undefined
  if (pods.length === podsOf(first, reach).length) return `those in ${first}`
  const [name, another] = namesWithin(first, pods, reach)
  return another === undefined ? name : undefined
}

/** Name of the one workload in a set, when nothing but unseen pods that look like it stands beside it. */
function singleWorkload(pods: readonly PodClass[], reach: Reachability): string | undefined {
  const workloads = pods.filter((found) => found.kind === 'workloads')
  if (workloads.length !== 1) return undefined
  const names = workloads.flatMap((found) => workloadNames(found, reach))
  const explained = lookalikes(workloads, reach)
  const alone = pods.every(({ kind, index }) => kind === 'workloads' || explained.has(index))
  return names.length === 1 && alone ? names[0] : undefined
}

function selectorsOf({ subject, peers }: PolicyEntry): PodSelector[] {
  return [subject, ...(peers === 'any' ? [] : peers.filter((peer) => peer.kind === 'pods'))]
}

/** `pods app=web in namespaces team=shop`. */
export function nameSelector({ namespaces, labels }: PodSelector): string {
  const pods = isEverything(labels) ? 'any pod' : `pods ${showExpression(labels)}`
  return `${pods} in ${nameScope(namespaces)}`
}

/** `shop`, `namespaces team=shop`, `any namespace`; one chosen by its name label is called by its name. */
export function nameScope(scope: NamespaceScope): string {
  if (scope.kind === 'named') return scope.name
  if (isEverything(scope.expression)) return 'any namespace'
  return nameByLabel(scope.expression) ?? `namespaces ${showExpression(scope.expression)}`
}

function nameByLabel(expression: LabelExpression): string | undefined {
  const [only, another] = expression.kind === 'all' ? expression.of : [expression]
  if (another !== undefined || only?.kind !== 'requirement') return undefined
  return only.key === NAME_LABEL && only.operator === 'In' ? list(only.values, LISTED) : undefined
}

function byNamespace(pods: readonly PodClass[], reach: Reachability): string {
  const known = pods.filter((found) => !isElsewhere(found))
  const groups = [...Map.groupBy(known, ({ namespace }) => namespace as string)]
  const isWhole = ([namespace, found]: [string, PodClass[]]): boolean =>
    found.length === podsOf(namespace, reach).length
  const whole = groups.filter(isWhole).map(([namespace]) => namespace)
  const named = groups
    .filter((group) => !isWhole(group))
    .flatMap(([namespace, found]) => nameInside(namespace, found, reach))
  const elsewhere = nameElsewhere(
    pods.filter((found): found is CellClass => found.kind === 'cell' && isElsewhere(found)),
    reach,
  )
  const parts = [whole.length === 0 ? '' : `any pod in ${list(whole, LISTED)}`, list(named, LISTED), elsewhere]
  return parts.filter((part) => part !== '').join(' and ')
}

/** The pods of one namespace by name, or all but a few of them. */
function nameInside(namespace: string, found: readonly PodClass[], reach: Reachability): string[] {
  const names = namesWithin(namespace, found, reach)
  const members = new Set(found.map(({ index }) => index))
  const missing = podsOf(namespace, reach).filter(
    (candidate): candidate is PodClass => isPodClass(candidate) && !members.has(candidate.index),
  )
  const exceptions = namesWithin(namespace, missing, reach)
  if (exceptions.length > EXCEPTIONS || exceptions.length >= names.length) return names
  return [`any pod in ${namespace} but ${list(exceptions, EXCEPTIONS)}`]
}

/**
 * Workloads by name; unseen pods are named apart unless a workload of the set looks like them. Where one condition holds
 * for these pods of the namespace and no others, it names them all.
 */
function namesWithin(namespace: string, found: readonly PodClass[], reach: Reachability): string[] {
  const names = namesOneByOne(namespace, found, reach)
  const shared = names.length < 2 ? undefined : sharedLabels(namespace, found, reach)
  return shared === undefined ? names : [`pods ${showExpression(shared)} in ${namespace}`]
}

/** A condition that some selector asks, which holds for exactly these pods of a namespace. */
function sharedLabels(namespace: string, found: readonly PodClass[], reach: Reachability): LabelExpression | undefined {
  const cell = found.find((candidate) => candidate.kind === 'cell')
  if (cell === undefined) return undefined
  const wanted = reach.matcher.set(found.map(({ index }) => index))
  const asked = [...cell.pods.truths.agreed].flatMap((key) => reach.universe.expressions.get(key) ?? [])
  return asked.find((labels) => {
    const selector: PodSelector = { target: 'pods', namespaces: { kind: 'named', name: namespace }, labels }
    const { must, may } = reach.matcher.select(selector)
    return must.equals(wanted) && may.equals(wanted)
  })
}

function namesOneByOne(namespace: string, found: readonly PodClass[], reach: Reachability): string[] {
  const workloads = found.filter((candidate) => candidate.kind === 'workloads')
  const names = workloads.flatMap((candidate) => workloadNames(candidate, reach))
  const explained = lookalikes(workloads, reach)
  const cells = found.filter((candidate) => candidate.kind === 'cell').filter(({ index }) => !explained.has(index))
  return [...new Set([...names, ...cells.map((cell) => nameCell(cell, namespace, reach))])]
}

/** Cells of unseen pods that some selector picks out and that look like one of the workloads: its replicas, so to speak. */
function lookalikes(workloads: readonly WorkloadClass[], reach: Reachability): ReadonlySet<number> {
  const cells = workloads.flatMap((found) => reach.universe.classes[found.cells[reach.side] ?? -1] ?? [])
  return new Set(
    cells.filter((cell) => cell.kind === 'cell' && cell.pods.truths.agreed.size > 0).map(({ index }) => index),
  )
}

function workloadNames({ members }: WorkloadClass, reach: Reachability): string[] {
  return members.flatMap((member) => {
    const workload = member[reach.side] ?? member.head ?? member.base
    return workload === undefined ? [] : [qualifiedName(workload.id)]
  })
}

/** Pods nobody has seen, by the selectors they match, or the one they do not match; else the other pods of the namespace. */
function nameCell({ pods }: CellClass, namespace: string, reach: Reachability): string {
  const holding = showHolding(pods, reach)
  if (holding !== '') return `pods ${holding} in ${namespace}`
  const [only, another] = [...pods.truths.keys()]
  const missing = only === undefined ? undefined : reach.universe.expressions.get(only)
  if (missing === undefined || another !== undefined) return `other pods in ${namespace}`
  return `pods without ${showExpression(missing)} in ${namespace}`
}

/** The most telling selectors that hold in a cell: one that follows from another is left out. */
function showHolding(cell: LabelCell, reach: Reachability): string {
  const holding = [...cell.truths.agreed].flatMap((key) => reach.universe.expressions.get(key) ?? [])
  const telling = holding.filter(
    (expression) => !holding.some((other) => other !== expression && implies(other, expression)),
  )
  return telling.map(showExpression).join(' and ')
}

/** Whether every condition of `b` is one of `a`; of two that say the same the first stays. */
function implies(a: LabelExpression, b: LabelExpression): boolean {
  const conditions = new Set(conditionsOf(a))
  const wanted = conditionsOf(b)
  return wanted.length < conditions.size && wanted.every((condition) => conditions.has(condition))
}

const conditionsOf = (expression: LabelExpression): string[] =>
  expression.kind === 'all' ? expression.of.map(expressionKey) : [expressionKey(expression)]

function nameElsewhere(cells: readonly CellClass[], reach: Reachability): string {
  if (cells.length === 0) return ''
  if (cells.length === reach.universe.elsewhere.length) return 'any pod in any other namespace'
  const texts = cells.map(({ namespace, pods }) => {
    const scope = typeof namespace === 'string' ? '' : showHolding(namespace, reach)
    const labels = showHolding(pods, reach)
    return `pods${labels === '' ? '' : ` ${labels}`} in ${scope === '' ? 'other namespaces' : `namespaces ${scope}`}`
  })
  return list([...new Set(texts)], LISTED)
}

/** `nodes`, `nodes role=worker`, `unlabelled nodes`, `its own node`, `other nodes`. */
function nameNodes(classes: readonly NodeClass[], reach: Reachability): string {
  const all = reach.universe.nodes
  if (classes.length === 0 || classes.length === all.length) return classes.length === 0 ? '' : 'nodes'
  const places = [...Map.groupBy(classes, ({ place }) => place)]
  const texts = places.flatMap(([place, found]) => {
    const whole = place === 'own' ? 'its own node' : 'other nodes'
    if (found.length === all.filter((node) => node.place === place).length) return [whole]
    return found.map(({ nodes }) => nameLabelled(nodes, place, reach))
  })
  return list(texts, LISTED)
}

function nameLabelled(nodes: LabelCell, place: NodeClass['place'], reach: Reachability): string {
  const labels = showHolding(nodes, reach)
  if (place === 'own') return labels === '' ? 'its own node without such labels' : `its own node if ${labels}`
  return labels === '' ? 'other nodes' : `nodes ${labels}`
}

const entityNames: Readonly<Record<EntityClass['entity'], string>> = {
  'kube-apiserver': 'the API server',
  ingress: 'the ingress proxy of the network plugin',
  health: 'health probes of the network plugin',
  init: 'starting pods',
  unmanaged: 'pods the network plugin does not manage',
}

const nameEntities = (classes: readonly EntityClass[]): string =>
  list(
    classes.map(({ entity }) => entityNames[entity]),
    LISTED,
  )

/** `pods app=till in shop of cluster=east`; all of them in one word. */
function nameRemote(classes: readonly RemoteClass[], reach: Reachability): string {
  if (classes.length === 0) return ''
  if (classes.length === reach.universe.remote.length) return 'pods of other clusters'
  const texts = classes.map(({ cluster, namespace, pods }) => {
    const labels = showHolding(pods, reach)
    const scope = showHolding(namespace, reach)
    const where = scope === '' ? '' : ` in namespaces ${scope}`
    return `pods${labels === '' ? '' : ` ${labels}`}${where} of ${showHolding(cluster, reach) || 'other clusters'}`
  })
  return list([...new Set(texts)], LISTED)
}

/** `host endpoint edge-1`; all of them in one word. */
function nameHosts(classes: readonly WorkloadClass[], reach: Reachability): string {
  if (classes.length === 0) return ''
  if (classes.length === reach.universe.byNamespace.get(HOSTS)?.length) return 'host endpoints'
  const names = classes.flatMap(({ members }) =>
    members.flatMap((member) => member[reach.side] ?? member.head ?? member.base ?? []),
  )
  return `host endpoint ${list(
    names.map(({ id }) => id.name),
    LISTED,
  )}`
}

function nameAddresses(classes: readonly AddressClass[], reach: Reachability): string {
  if (classes.length === 0) return ''
  const all = classes.map(({ addresses }) => addresses).reduce((found, set) => found.union(set))
  const profile = reach.input.cluster.profile
  const internet = internetOf(profile)
  const { pods, services, nodes, private: own } = profile.ranges
  const known: readonly (readonly [string, AddressSet])[] = [
    ['every address outside the cluster', AddressSet.all],
    ['every IPv4 address', AddressSet.allV4],
    ['every IPv6 address', AddressSet.allV6],
    ['the internet', internet],
    ['the internet (IPv4)', internet.intersect(AddressSet.allV4)],
    ['the internet (IPv6)', internet.intersect(AddressSet.allV6)],
    ['private networks', privateOf(profile)],
    ['RFC 1918', rfc1918],
    ['the metadata address', metadataAddress],
    ['the pod range', pods],
    ['the Service range', services],
    ['the node range', nodes],
    ['the configured private ranges', own],
  ]
  const names = known.flatMap(([name, set]) => nameAround(name, set, all) ?? [])
  const shortest = names.sort((a, b) => a.cidrs - b.cidrs)[0]
  const plain = all.cidrs()
  return shortest === undefined || plain.length <= shortest.cidrs ? list(plain, LISTED) : shortest.text
}

/** A known set with what is missing of it or what comes on top; undefined when it has little to do with the addresses. */
function nameAround(
  name: string,
  set: AddressSet,
  all: AddressSet,
): { readonly text: string; readonly cidrs: number } | undefined {
  const missing = set.subtract(all).cidrs()
  const extra = all.subtract(set).cidrs()
  if (set.isEmpty || missing.length > EXCEPTIONS) return undefined
  const but = missing.length === 0 ? '' : ` but ${list(missing, EXCEPTIONS)}`
  const and = extra.length === 0 ? '' : ` and ${list(extra, LISTED)}`
  return { text: `${name}${but}${and}`, cidrs: missing.length + extra.length }
}

/** `shop/till on TCP 8080`; `bank.example on TCP 443` where nothing but names is reached. */
export function sayWay(peers: string, connections: ConnectionSet): string {
  const named = namedDestinations(connections)
  return named === undefined
    ? `${peers} on ${connections.show()}`
    : `${list(named.names, LISTED)} on ${named.ports.show()}`
}

/** `a, b and c`; `a, b, c, d and 4 more`. */
export function list(names: readonly string[], most: number): string {
  if (names.length > most) return `${names.slice(0, most).join(', ')} and ${names.length - most} more`
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
