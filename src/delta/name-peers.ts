import { internetOf, privateOf } from '../model/address-ranges.ts'
import { showExpression } from '../model/label-expression.ts'
import type { PodSelector, PolicyEntry } from '../policies/entry.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { CellClass, PeerClass, WorkloadClass } from '../reach/universe.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { MemberSet } from '../sets/member-set.ts'

/** At most this many members are listed before "and N more". */
const LISTED = 4

/**
 * A name for a set of classes: true for each of them, never wider. Selectors of the entries that caused a change are
 * tried first, since that is what the reader has before him; then whole namespaces; then workloads one by one.
 */
export function namePeers(members: MemberSet, reach: Reachability, entries: readonly PolicyEntry[] = []): string {
  const classes = [...members].map((index) => reach.universe.classes[index] as PeerClass)
  const addresses = classes.filter((found) => found.kind === 'addresses')
  const pods = classes.filter((found) => found.kind !== 'addresses')
  const names = [namePods(pods, reach, entries), nameAddresses(addresses.map((found) => found.addresses), reach)].filter((name) => name !== '')
  if (pods.length > 0 && isEveryAddress(addresses, reach) && isEveryPod(pods, reach)) return 'anybody, inside the cluster or outside'
  return names.join(' and ')
}

const isEveryAddress = (found: readonly PeerClass[], reach: Reachability): boolean => found.length === reach.universe.addresses.length

/** Whether all pods of the cluster are there that can ever be: every cell, and every workload that is policed. */
function isEveryPod(pods: readonly PeerClass[], reach: Reachability): boolean {
  const members = new Set(pods.map(({ index }) => index))
  return reach.universe.classes.every((found) => found.kind === 'addresses' || members.has(found.index) || (found.kind === 'workloads' && !reach.isPoliced(found)))
}

function nameAddresses(sets: readonly AddressSet[], reach: Reachability): string {
  if (sets.length === 0) return ''
  const all = sets.reduce((found, set) => found.union(set), AddressSet.none)
  const profile = reach.input.cluster.profile
  const internet = internetOf(profile)
  if (AddressSet.all.isSubsetOf(all)) return 'every address outside the cluster'
  if (AddressSet.allV4.isSubsetOf(all) && all.v6.length === 0) return 'every IPv4 address'
  if (AddressSet.allV6.isSubsetOf(all) && all.v4.length === 0) return 'every IPv6 address'
  const families: [string, AddressSet][] = [
    ['the internet', internet],
    ['the internet (IPv4)', internet.intersect(AddressSet.allV4)],
    ['the internet (IPv6)', internet.intersect(AddressSet.allV6)],
    ['private networks', privateOf(profile)],
  ]
  for (const [name, set] of families) {
    if (!set.isEmpty && set.isSubsetOf(all)) {
      const rest = all.subtract(set)
      return rest.isEmpty ? name : `${name} and ${nameCidrs(rest)}`
    }
  }
  return nameCidrs(all)
}

function nameCidrs(set: AddressSet): string {
  return list(set.cidrs(), 3)
}

function namePods(pods: readonly PeerClass[], reach: Reachability, entries: readonly PolicyEntry[]): string {
  if (pods.length === 0) return ''
  if (isEveryPod(pods, reach)) return 'any pod in any namespace'
  return bySelector(pods, reach, entries) ?? byNamespace(pods, reach)
}

/** A selector, as written in one of the entries, that matches exactly these pods. */
function bySelector(pods: readonly PeerClass[], reach: Reachability, entries: readonly PolicyEntry[]): string | undefined {
  if (pods.every(({ kind }) => kind === 'workloads') && pods.length === 1) return undefined
  const wanted = reach.matcher.set(pods.map(({ index }) => index))
  const selectors = entries.flatMap((entry) => [entry.subject, ...(entry.peers === 'any' ? [] : entry.peers.flatMap((peer) => (peer.kind === 'pods' ? [peer] : [])))])
  const workloads = pods.filter((found): found is WorkloadClass => found.kind === 'workloads')
  const found = selectors.find((selector) => {
    const { must } = reach.matcher.select(selector)
    return must.equals(wanted)
  })
  if (found === undefined) return undefined
  const few = workloads.flatMap((workload) => workloadNames(workload, reach))
  return few.length === 1 && isOneNamespace(found) ? few[0] : nameSelector(found)
}

const isOneNamespace = ({ namespaces }: PodSelector): boolean => namespaces.kind === 'named'

/** `pods app=web in namespaces team=shop`. */
export function nameSelector({ namespaces, labels }: PodSelector): string {
  const pods = labels.kind === 'all' && labels.of.length === 0 ? 'any pod' : `pods ${showExpression(labels)}`
  if (namespaces.kind === 'named') return `${pods} in ${namespaces.name}`
  const { expression } = namespaces
  if (expression.kind === 'all' && expression.of.length === 0) return `${pods} in any namespace`
  return `${pods} in namespaces ${showExpression(expression)}`
}

function byNamespace(pods: readonly PeerClass[], reach: Reachability): string {
  const members = new Set(pods.map(({ index }) => index))
  const whole: string[] = []
  const named: string[] = []
  const groups = Map.groupBy(pods, (found) => (found.kind !== 'addresses' && typeof found.namespace === 'string' ? found.namespace : ''))
  for (const [namespace, found] of groups) {
    if (namespace === '') continue
    const all = (reach.universe.byNamespace.get(namespace) ?? []).filter((candidate) => candidate.kind === 'cell' || reach.isPoliced(candidate))
    if (all.every(({ index }) => members.has(index))) whole.push(namespace)
    else named.push(...namesWithin(namespace, found, reach))
  }
  const elsewhere = nameElsewhere(pods.filter((found): found is CellClass => found.kind === 'cell' && typeof found.namespace !== 'string'), reach)
  const parts = [
    ...(whole.length === 0 ? [] : [`any pod in ${list(whole, LISTED)}`]),
    ...(named.length === 0 ? [] : [list(named, LISTED)]),
    ...(elsewhere === '' ? [] : [elsewhere]),
  ]
  return parts.join(' and ')
}

/** Workloads by name; pods nobody has seen are named only where no workload of the set looks like them. */
function namesWithin(namespace: string, found: readonly PeerClass[], reach: Reachability): string[] {
  const workloads = found.filter((candidate): candidate is WorkloadClass => candidate.kind === 'workloads')
  const names = [...new Set(workloads.flatMap((candidate) => workloadNames(candidate, reach)))]
  const cells = found.filter((candidate): candidate is CellClass => candidate.kind === 'cell')
  if (workloads.length > 0) return names
  return cells.length === 0 ? [] : [`other pods in ${namespace} (${nameCells(cells)})`]
}

function workloadNames(found: WorkloadClass, reach: Reachability): string[] {
  return found.members.map((member) => {
    const workload = member[reach.side] ?? member.head ?? member.base
    return workload === undefined ? '' : `${workload.id.namespace}/${workload.id.name}`
  })
}

/** What the selectors say of pods nobody has seen: those that hold; else that none does. */
function nameCells(cells: readonly CellClass[]): string {
  const texts = cells.map(({ pods }) => {
    const holding = [...pods.truths].filter(([, holds]) => holds).map(([key]) => showKey(key))
    return holding.length === 0 ? 'labels no policy names' : holding.join(' and ')
  })
  return list([...new Set(texts)], 3)
}

/** Turns the canonical text of an expression back into what a person writes. */
function showKey(key: string): string {
  return key
    .replaceAll(/^(all|any)\((.*)\)$/g, '$2')
    .replaceAll(/ In \["([^"]*)"\]/g, '=$1')
    .replaceAll(/ (NotIn|In) \[([^\]]*)\]/g, (_, operator: string, values: string) => ` ${operator === 'In' ? 'in' : 'not in'} (${values.replaceAll('"', '')})`)
    .replaceAll(' Exists []', '')
    .replaceAll(' DoesNotExist []', ' missing')
    .replaceAll('&', ', ')
}

function nameElsewhere(cells: readonly CellClass[], reach: Reachability): string {
  if (cells.length === 0) return ''
  if (cells.length === reach.universe.elsewhere.length) return 'any pod in any other namespace'
  const texts = cells.map(({ namespace, pods }) => {
    const scope = typeof namespace === 'string' ? [] : [...namespace.truths].filter(([, holds]) => holds).map(([key]) => showKey(key))
    const holding = [...pods.truths].filter(([, holds]) => holds).map(([key]) => showKey(key))
    return `pods${holding.length === 0 ? '' : ` ${holding.join(' and ')}`} in ${scope.length === 0 ? 'other namespaces' : `namespaces ${scope.join(' and ')}`}`
  })
  return list([...new Set(texts)], 3)
}

/** `a, b and c`, `a, b, c and 4 more`. */
export function list(names: readonly string[], most: number): string {
  const shown = names.length > most ? names.slice(0, most) : names
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
