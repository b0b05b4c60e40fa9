import { qualifiedName, type Workload } from '../model/cluster.ts'
import type { EntryPoint } from '../model/entry-point.ts'
import type { Direction } from '../policies/entry.ts'
import { namespacesNamedBy } from '../reach/partition.ts'
import { addressesWithin, classOfWorkload, metadataClasses, privateClasses, unlabelledPod } from '../reach/peers.ts'
import { type AddressClass, isPodClass, type WorkloadClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
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

function missingFrom(members: readonly ExposureMember[], wanted: readonly ExposureMember[]): ExposureMember[] {
  const names = new Set(members.map(({ name }) => name))
  return wanted.filter(({ name, partOf }) => !names.has(name) && (partOf === undefined || !names.has(partOf)))
}

/** What a count is out of: workloads or namespaces; undefined where that means nothing. */
export function totalOf(metric: MetricName, view: SideView): number | undefined {
  if (metric.startsWith('isolated-')) return new Set(view.cluster.workloads.map(({ id }) => qualifiedName(id))).size
  return metric.startsWith('default-deny-') ? ownNamespaces(view).length : undefined
}

/** One member for each name, with everything that was said of it; sorted by name. */
function gather(found: Iterable<ExposureMember>): ExposureMember[] {
  const byName = Map.groupBy(found, ({ name }) => name)
  const members = [...byName].map(([name, all]) => ({
    name,
    detail: list([...new Set(all.map(({ detail }) => detail))].filter(Boolean).sort(), 3),
  }))
  return members.sort(compareMembers)
}

const compareMembers = (a: ExposureMember, b: ExposureMember): number => (a.name < b.name ? -1 : 1)

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
    const found = new Set(sources.flatMap(namespacesOf))
    found.delete(service.id.namespace)
    if (found.size === 0) continue
    const namespaces = [...found].sort()
    const isOpen = sources.some((set) => set.has(reach.universe.anyPod.index))
    const name = qualifiedName(service.id)
    cross.push({ name, detail: isOpen ? 'from any namespace' : `from ${list(namespaces, 3)}` })
    pairs.push(...pairMembers(name, namespaces, isOpen))
    if (isOpen) open.push({ name, detail: '' })
  }
  return {
    'cross-namespace-services': gather(cross),
    'cross-namespace-pairs': pairs.sort(compareMembers),
    'open-services': gather(open),
  }
}

/** Namespaces that leave no trace in the tree. */
const ELSEWHERE = 'other namespaces'

/** One line for a Service that any namespace reaches, however many they are. */
function pairMembers(service: string, namespaces: readonly string[], isOpen: boolean): ExposureMember[] {
  const all = `${service} ← any namespace`
  if (isOpen) {
    const count = namespaces.filter((namespace) => namespace !== ELSEWHERE).length
    return count === 0 ? [] : [{ name: all, detail: `${count} of them are known`, count }]
  }
  return namespaces.map((namespace) => ({ name: `${service} ← ${namespace}`, detail: '', partOf: all }))
}

/** Names of the namespaces of this side that some classes live in; those without a trace are one. */
function namespaceFinder({ reach, cluster }: SideView): (members: MemberSet) => readonly string[] {
  const { dns } = cluster.profile
  const named = [...namespacesNamedBy(reach.input.entries), ...(dns === undefined ? [] : [dns.namespace])]
  const own = new Set([...cluster.namespaces.keys(), ...named])
  const homes = reach.universe.classes.map((found) => {
    if (!isPodClass(found)) return undefined
    if (typeof found.namespace !== 'string') return ELSEWHERE
    return own.has(found.namespace) ? found.namespace : undefined
  })
  const known = new Map<MemberSet, readonly string[]>()
  return (members) => {
    const found = known.get(members) ?? [...new Set([...members].flatMap((index) => homes[index] ?? []))]
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
    return (found: WorkloadClass) => reach.row(found, 'egress').must.blocks.some(({ peers }) => peers.overlaps(wanted))
  }
  const ports = (found: WorkloadClass): string => portsTo(view, found, internetSide(reach).members)
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

/** Private networks around the cluster: its own pods, Services and nodes are no network outside. */
function withoutClusterRanges({ reach }: SideView): AddressClass[] {
  const { pods, services, nodes } = reach.input.cluster.profile.ranges
  const own = new Set(addressesWithin(reach, pods.union(services).union(nodes)))
  return privateClasses(reach).filter((found) => !own.has(found))
}

function portsTo({ reach }: SideView, found: WorkloadClass, wanted: MemberSet): string {
  const blocks = reach.row(found, 'egress').must.blocks.filter(({ peers }) => peers.overlaps(wanted))
  return ConnectionSet.union(blocks.map(({ connections }) => connections)).show()
}

function workloadsWhere(
  view: SideView,
  test: (found: WorkloadClass) => boolean,
  detail: (found: WorkloadClass) => string = () => '',
): ExposureMember[] {
  const members = view.reach.universe.classes.flatMap((found) => {
    if (found.kind !== 'workloads') return []
    const present = found.members.flatMap((member) => member[view.side] ?? [])
    if (present.length === 0 || !test(found)) return []
    const text = detail(found)
    return present.map((workload) => ({ name: qualifiedName(workload.id), detail: text }))
  })
  return gather(members)
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
