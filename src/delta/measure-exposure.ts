import { qualifiedName, type Workload } from '../model/cluster.ts'
import type { EntryPoint } from '../model/entry-point.ts'
import type { Direction } from '../policies/entry.ts'
import { addressesWithin, classOfWorkload, metadataClasses, privateClasses, unlabelledPod } from '../reach/peers.ts'
import { type AddressClass, isPodClass, type WorkloadClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { internetBucket, internetReach, internetSide } from './egress-reach.ts'
import { entryBackends, nameEntry } from './entry-reach.ts'
import { type Exposure, type ExposureChange, type ExposureMember, type MetricName, metricNames } from './exposure.ts'
import { list } from './name-peers.ts'
import { ownNamespaces } from './own-namespaces.ts'
import { namespaceMembers, nonPodMembers, portScope, scopeNames, scopeRank } from './port-scope.ts'
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
    base: before[metric].length,
    head: after[metric].length,
    total: totalOf(metric, head),
    gained: missingFrom(before[metric], after[metric]),
    lost: missingFrom(after[metric], before[metric]),
  }))
}

function missingFrom(members: readonly ExposureMember[], wanted: readonly ExposureMember[]): ExposureMember[] {
  const names = new Set(members.map(({ name }) => name))
  return wanted.filter(({ name }) => !names.has(name))
}

function totalOf(metric: MetricName, view: SideView): number | undefined {
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
  return members.sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Behind which name an entry point is counted: its Service, else the workloads that open a port of their node. */
function entryNames({ service, backends }: EntryPoint): string[] {
  return service === undefined
    ? backends.map(({ workload }) => qualifiedName(workload.id))
    : [qualifiedName(service.id)]
}

function edgeMetrics(
  view: SideView,
): Pick<Exposure, 'internet-services' | 'internet-services-effective' | 'internal-edge-services' | 'node-services'> {
  const membersOf = (entry: EntryPoint): ExposureMember[] => {
    const detail = `through ${nameEntry(entry, view)}`
    return entryNames(entry).map((name) => ({ name, detail }))
  }
  const inScope = (scope: EntryPoint['scope']): EntryPoint[] =>
    view.entryPoints.filter((entry) => entry.scope === scope)
  const open = inScope('internet').filter((entry) => entryBackends(view, entry).some(({ must }) => !must.isEmpty))
  return {
    'internet-services': gather(inScope('internet').flatMap(membersOf)),
    'internet-services-effective': gather(open.flatMap(membersOf)),
    'internal-edge-services': gather(inScope('internal').flatMap(membersOf)),
    'node-services': gather(inScope('node').flatMap(membersOf)),
  }
}

/** Services some pod of another namespace reaches, and those that a pod of any namespace does. */
function serviceMetrics(view: SideView): Pick<Exposure, 'cross-namespace-services' | 'open-services'> {
  const { reach } = view
  const cross: ExposureMember[] = []
  const open: ExposureMember[] = []
  for (const [service, backends] of serviceBackends(view.cluster)) {
    for (const { workload, connections } of backends) {
      const found = classOfWorkload(reach, workload)
      const sources = sourcesOf(reach, found, connections)
      const name = qualifiedName(service.id)
      if (sources.has(reach.universe.anyPod.index)) open.push({ name, detail: '' })
      const foreign = sources.subtract(nonPodMembers(reach)).subtract(namespaceMembers(reach, found))
      if (!foreign.isEmpty) cross.push({ name, detail: namespacesOf(view, foreign) })
    }
  }
  return { 'cross-namespace-services': gather(cross), 'open-services': gather(open) }
}

function namespacesOf({ reach }: SideView, members: MemberSet): string {
  const { classes, anyPod } = reach.universe
  if (members.has(anyPod.index)) return 'from any namespace'
  const names = new Set<string>()
  for (const index of members) {
    const found = classes[index]
    if (found !== undefined && isPodClass(found))
      names.add(typeof found.namespace === 'string' ? found.namespace : 'other namespaces')
  }
  return `from ${list([...names].sort(), 3)}`
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
