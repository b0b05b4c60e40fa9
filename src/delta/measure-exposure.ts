import { qualifiedName, type Workload } from '../model/cluster.ts'
import type { EntryPoint } from '../model/entry-point.ts'
import { toAnyName } from '../policies/destination-name.ts'
import type { Direction } from '../policies/entry.ts'
import { namespacesNamedBy } from '../reach/partition.ts'
import {
  addressesWithin,
  classOfWorkload,
  metadataClasses,
  privateClasses,
  unlabelledPod,
  workloadsIn,
} from '../reach/peers.ts'
import type { Block, Row } from '../reach/row.ts'
import { type AddressClass, isPodClass, type Universe, type WorkloadClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { compareText } from '../source/compare-text.ts'
import { internetBucket, internetReach, internetSide } from './egress-reach.ts'
import { entryBackends, nameEntry } from './entry-reach.ts'
import { type Exposure, type ExposureChange, type ExposureMember, type MetricName, metricNames } from './exposure.ts'
import { list } from './name-peers.ts'
import { ownNamespaces } from './own-namespaces.ts'
import { portScope, scopeNames, scopeRank } from './port-scope.ts'
import { sensitiveListeners } from './sensitive-ports.ts'
import { serviceBackends } from './service-backends.ts'
import type { SideView } from './side-view.ts'
import { sourcesOf } from './source-index.ts'

const measured = new WeakMap<SideView, Exposure>()

/** How exposed one side is, by every metric (definitions: docs/metrics.md). Answers from what must hold. */
export function measureExposure(view: SideView): Exposure {
  const found = measured.get(view)
  if (found !== undefined) return found
  const made: Exposure = {
    ...edgeMetrics(view),
    ...serviceMetrics(view),
    ...egressMetrics(view),
    'isolated-ingress': isolatedWorkloads(view, 'ingress'),
    'isolated-egress': isolatedWorkloads(view, 'egress'),
    'default-deny-ingress': deniedNamespaces(view, 'ingress'),
    'default-deny-egress': deniedNamespaces(view, 'egress'),
    'sensitive-ports': sensitiveMembers(view),
  }
  measured.set(view, made)
  return made
}

/** Every metric across the change. A member is the same one where its name is; its detail may differ. */
export function compareExposure(base: SideView, head: SideView): ExposureChange[] {
  const before = measureExposure(base)
  const after = measureExposure(head)
  return metricNames.map((metric) => ({
    metric,
    base: countMembers(before[metric]),
    head: countMembers(after[metric]),
    total: totalOf(metric, head),
    gained: missingFrom(before[metric], after[metric]),
    lost: missingFrom(after[metric], before[metric]),
  }))
}

/** How many a metric counts: a line may stand for several. */
export const countMembers = (members: readonly ExposureMember[]): number =>
  members.reduce((sum, { count }) => sum + (count ?? 1), 0)

/** Most metrics name the same on both sides: that is seen without an index of names. */
function missingFrom(members: readonly ExposureMember[], wanted: readonly ExposureMember[]): ExposureMember[] {
  if (members.length === wanted.length && members.every(({ name }, place) => name === wanted[place]?.name)) return []
  const names = new Set(members.map(({ name }) => name))
  return wanted.filter(({ name, partOf }) => !names.has(name) && (partOf === undefined || !names.has(partOf)))
}

/** What a count is out of: workloads or namespaces; undefined where that means nothing. */
export function totalOf(metric: MetricName, view: SideView): number | undefined {
  if (metric.startsWith('isolated-')) return new Set(view.cluster.workloads.map(({ id }) => qualifiedName(id))).size
  return metric.startsWith('default-deny-') ? ownNamespaces(view).length : undefined
}

/** One member for each name, with everything that was said of it; sorted by name. */
const gather = (found: readonly ExposureMember[]): ExposureMember[] => mergeNames(found.toSorted(compareMembers))

/** Of members sorted by name, those of one name become one. */
function mergeNames(sorted: readonly ExposureMember[]): ExposureMember[] {
  const merged: ExposureMember[] = []
  let end = 0
  for (let start = 0; start < sorted.length; start = end) {
    const member = sorted[start] as ExposureMember
    end = start + 1
    while (sorted[end]?.name === member.name) end++
    merged.push(end === start + 1 ? member : { name: member.name, detail: detailsOf(sorted.slice(start, end)) })
  }
  return merged
}

const detailsOf = (members: readonly ExposureMember[]): string =>
  list([...new Set(members.map(({ detail }) => detail))].filter(Boolean).sort(), 3)

const compareMembers = (a: { readonly name: string }, b: { readonly name: string }): number =>
  compareText(a.name, b.name)

type EdgeMetric =
  | 'internet-services'
  | 'internet-services-effective'
  | 'internal-edge-services'
  | 'internal-edge-services-effective'
  | 'node-services'
  | 'node-services-effective'

function edgeMetrics(view: SideView): Pick<Exposure, EdgeMetric> {
  const inScope = (scope: EntryPoint['scope']): EntryPoint[] =>
    view.entryPoints.filter((entry) => entry.scope === scope)
  const declared = (scope: EntryPoint['scope']): ExposureMember[] =>
    gather(inScope(scope).flatMap((entry) => edgeMembers(view, entry, entry.backends)))
  const effective = (scope: EntryPoint['scope']): ExposureMember[] =>
    gather(inScope(scope).flatMap((entry) => edgeMembers(view, entry, openBackends(view, entry))))
  return {
    'internet-services': declared('internet'),
    'internet-services-effective': effective('internet'),
    'internal-edge-services': declared('internal'),
    'internal-edge-services-effective': effective('internal'),
    'node-services': declared('node'),
    'node-services-effective': effective('node'),
  }
}

/** A Service is counted whether or not pods are behind it; without one the workloads that open a port of their node. */
function edgeMembers(
  view: SideView,
  entry: EntryPoint,
  backends: readonly { readonly workload: Workload }[] | undefined,
): ExposureMember[] {
  if (backends === undefined) return []
  const { service } = entry
  const ids = service === undefined ? backends.map(({ workload }) => workload.id) : [service.id]
  const detail = `through ${nameEntry(entry, view)}`
  return ids.map((id) => ({ name: qualifiedName(id), detail }))
}

/** Pods behind an entry point that accept who knocks there; undefined for none. */
function openBackends(view: SideView, entry: EntryPoint): readonly { readonly workload: Workload }[] | undefined {
  const open = entryBackends(view, entry).filter(({ must }) => !must.isEmpty)
  return open.length === 0 ? undefined : open
}

type ServiceMetric = 'cross-namespace-services' | 'cross-namespace-pairs' | 'open-services'

/** Services some pod of another namespace reaches, with each of these namespaces, and those that a pod of any does. */
function serviceMetrics(view: SideView): Pick<Exposure, ServiceMetric> {
  const { reach } = view
  const cross: ExposureMember[] = []
  const pairs: ExposureMember[] = []
  const open: ExposureMember[] = []
  const namespacesOf = namespaceFinder(view)
  for (const [service, backends] of serviceBackends(view.cluster)) {
    const sources = backends.map(({ workload, connections }) =>
      sourcesOf(reach, classOfWorkload(reach, workload), connections),
    )
    const found = unionOf(sources.map(namespacesOf))
    const own = found.has(service.id.namespace) ? 1 : 0
    if (found.size === own) continue
    const name = qualifiedName(service.id)
    if (sources.some((set) => set.has(reach.universe.anyPod.index))) {
      open.push({ name, detail: '' })
      cross.push({ name, detail: 'from any namespace' })
      pairs.push(...openPairs(name, found.size - own - (found.has(ELSEWHERE) ? 1 : 0)))
    } else {
      const namespaces = [...found].filter((namespace) => namespace !== service.id.namespace).sort()
      cross.push({ name, detail: `from ${list(namespaces, 3)}` })
      pairs.push(...namespaces.map((namespace) => pairMember(name, namespace)))
    }
  }
  return {
    'cross-namespace-services': gather(cross),
    'cross-namespace-pairs': pairs.sort(compareMembers),
    'open-services': gather(open),
  }
}

/** Namespaces that leave no trace in the tree. */
const ELSEWHERE = 'other namespaces'

/** Most Services have one kind of pods behind them. */
function unionOf(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...others] = sets
  return others.reduce((all, set) => all.union(set), first)
}

const anyNamespace = (service: string): string => `${service} ← any namespace`

/** One line for a Service that any namespace reaches, however many of them are known. */
const openPairs = (service: string, count: number): ExposureMember[] =>
  count === 0 ? [] : [{ name: anyNamespace(service), detail: `${count} of them are known`, count }]

const pairMember = (service: string, namespace: string): ExposureMember => ({
  name: `${service} ← ${namespace}`,
  detail: '',
  partOf: anyNamespace(service),
})

/** Names of the namespaces that some classes live in; those without a trace on this side are one. */
type NamespaceFinder = (members: MemberSet) => ReadonlySet<string>

const finders = new WeakMap<Universe, { readonly names: ReadonlySet<string>; readonly find: NamespaceFinder }[]>()

/** One finder for both sides where they know the same namespaces. */
function namespaceFinder({ reach, cluster }: SideView): NamespaceFinder {
  const { dns } = cluster.profile
  const named = [...namespacesNamedBy(reach.input.entries), ...(dns === undefined ? [] : [dns.namespace])]
  const names = new Set([...cluster.namespaces.keys(), ...named])
  const others = finders.get(reach.universe) ?? []
  finders.set(reach.universe, others)
  const same = others.find((other) => other.names.symmetricDifference(names).size === 0)
  if (same !== undefined) return same.find
  const find = makeFinder(reach.universe, names)
  others.push({ names, find })
  return find
}

function makeFinder({ classes }: Universe, names: ReadonlySet<string>): NamespaceFinder {
  const homes = classes.map((found) => {
    if (!isPodClass(found)) return undefined
    if (typeof found.namespace !== 'string') return ELSEWHERE
    return names.has(found.namespace) ? found.namespace : undefined
  })
  const known = new WeakMap<MemberSet, ReadonlySet<string>>()
  return (members) => {
    const found = known.get(members) ?? new Set([...members].flatMap((index) => homes[index] ?? []))
    known.set(members, found)
    return found
  }
}

/** By class of workloads; which addresses a class reaches depends on its egress row alone. */
function egressMetrics(
  view: SideView,
): Pick<
  Exposure,
  'internet-egress-any' | 'internet-egress-broad' | 'internet-egress-narrow' | 'private-egress' | 'metadata-egress'
> {
  const { reach } = view
  const inBucket = (bucket: string) => (found: WorkloadClass) => internetBucket(reach, found, 'must') === bucket
  const reaches = (classes: readonly AddressClass[]) => {
    const wanted = reach.matcher.set(classes.map(({ index }) => index))
    return ofEgressRow(view, (row) => row.blocks.some((block) => isSentTo(block, wanted)))
  }
  const ports = ofEgressRow(view, (row) => portsTo(row, internetSide(reach).members))
  const ranges = (found: WorkloadClass): string =>
    `${list(internetReach(reach, found, 'must').cidrs(), 3)} on ${ports(found)}`
  return {
    'internet-egress-any': workloadsWhere(view, inBucket('any'), (found) => `on ${ports(found)}`),
    'internet-egress-broad': workloadsWhere(view, inBucket('broad'), ranges),
    'internet-egress-narrow': workloadsWhere(view, inBucket('narrow'), ranges),
    'private-egress': workloadsWhere(view, reaches(withoutClusterRanges(view))),
    'metadata-egress': workloadsWhere(view, reaches(metadataClasses(reach))),
  }
}

/** An answer that the egress row of a class gives; rows are few and shared. */
function ofEgressRow<T>({ reach }: SideView, answer: (row: Row) => T): (found: WorkloadClass) => T {
  const known = new Map<Row, T>()
  return (found) => {
    const row = reach.row(found, 'egress').must
    const seen = known.get(row)
    if (seen !== undefined) return seen
    const made = answer(row)
    known.set(row, made)
    return made
  }
}

/** Whatever name the destination is known by: where a name leads nobody knows beforehand. */
const isSentTo = ({ peers, connections }: Block, wanted: MemberSet): boolean =>
  peers.overlaps(wanted) && !toAnyName(connections).isEmpty

/** Private networks around the cluster: its own pods, Services and nodes are no network outside. */
function withoutClusterRanges({ reach }: SideView): AddressClass[] {
  const { pods, services, nodes } = reach.input.cluster.profile.ranges
  const own = new Set(addressesWithin(reach, pods.union(services).union(nodes)))
  return privateClasses(reach).filter((found) => !own.has(found))
}

function portsTo({ blocks }: Row, wanted: MemberSet): string {
  const sent = blocks.filter(({ peers }) => peers.overlaps(wanted))
  return ConnectionSet.union(sent.map(({ connections }) => connections)).show()
}

/** A workload under the name that metrics give it. */
interface NamedWorkload {
  readonly name: string
  readonly found: WorkloadClass
}

const named = new WeakMap<SideView, readonly NamedWorkload[]>()

/** Workloads of a side, sorted by name. */
function namedWorkloads(view: SideView): readonly NamedWorkload[] {
  const known = named.get(view)
  if (known !== undefined) return known
  const made = view.reach.universe.classes.flatMap((found) =>
    found.kind === 'workloads'
      ? workloadsIn(view.reach, found).map(({ id }) => ({ name: qualifiedName(id), found }))
      : [],
  )
  named.set(view, made.sort(compareMembers))
  return made
}

function workloadsWhere(
  view: SideView,
  test: (found: WorkloadClass) => boolean,
  detail: (found: WorkloadClass) => string = () => '',
): ExposureMember[] {
  const members = namedWorkloads(view).filter(({ found }) => test(found))
  return mergeNames(members.map(({ name, found }) => ({ name, detail: detail(found) })))
}

function isolatedWorkloads(view: SideView, direction: Direction): ExposureMember[] {
  return workloadsWhere(view, (found) => view.reach.isolated(found, direction) === 'yes')
}

function deniedNamespaces(view: SideView, direction: Direction): ExposureMember[] {
  const denied = ownNamespaces(view).filter(({ name }) => {
    const pod = unlabelledPod(view.reach, name)
    return pod !== undefined && view.reach.isolated(pod, direction) === 'yes'
  })
  return denied.map(({ name }) => ({ name, detail: '' }))
}

/** Sensitive ports that more can reach than the port's class allows. */
function sensitiveMembers(view: SideView): ExposureMember[] {
  const served = new Map<Workload, ConnectionSet[]>()
  for (const backends of serviceBackends(view.cluster).values()) {
    for (const { workload, connections } of backends)
      served.set(workload, [...(served.get(workload) ?? []), connections])
  }
  const listeners = view.cluster.workloads.flatMap((workload) =>
    sensitiveListeners(workload, served.get(workload) ?? []),
  )
  const members = listeners
    .filter(({ sure }) => sure)
    .flatMap(({ workload, port, sensitive }) => {
      const scope = portScope(view, workload, tcp(port), 'must')
      if (scopeRank[scope] <= scopeRank[sensitive.allowed]) return []
      return [
        { name: `${qualifiedName(workload.id)} TCP ${port}`, detail: `${sensitive.what}, from ${scopeNames[scope]}` },
      ]
    })
  return gather(members)
}

const tcp = (port: number): ConnectionSet =>
  ConnectionSet.of('TCP', { numbers: [port, port], names: [], everyName: false })
