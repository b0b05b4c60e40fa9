import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey, showId, type Workload } from '../model/cluster.ts'
import type { EntryPoint } from '../model/entry-point.ts'
import { namespaceOf } from '../model/fields.ts'
import { classOfWorkload } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { covers } from '../source/span.ts'
import type { Cause } from './cause.ts'
import { type EntryBackend, entryBackends } from './entry-reach.ts'
import { findCauses } from './find-causes.ts'
import { diffResources, type NodeChange } from './node-diff.ts'
import type { SideView } from './side-view.ts'

/** One way from the internet to one workload. */
export interface InternetWay extends EntryBackend {
  readonly entry: EntryPoint
}

/** A Service, or a workload without one, that the internet reaches in head and did not, or not on these ports, in base. */
export interface NewExposure {
  readonly object: ResourceId
  /** The way that is new; where several are, the first in order of place. */
  readonly way: InternetWay
  /** Pod ports that are newly reachable on it. */
  readonly gained: ConnectionSet
  /** Whether nothing of it was reachable before. */
  readonly isFirst: boolean
  /** `likely`: it may have been open before; `possible`: it may be open now. */
  readonly confidence: 'certain' | 'likely' | 'possible'
  /** Never empty: what cannot be told more closely is the line that opens the way. */
  readonly causes: readonly [Cause, ...Cause[]]
}

/** What a change newly exposes to the internet, policies considered: one value for each Service, sorted by name. */
export function newExposures(base: SideView, head: SideView): NewExposure[] {
  const before = waysByObject(base)
  const found = [...waysByObject(head)].flatMap(
    ([key, ways]) => exposureOf(ways, before.get(key) ?? [], base, head) ?? [],
  )
  return found.sort((a, b) => (idKey(a.object) < idKey(b.object) ? -1 : 1))
}

function waysByObject(view: SideView): Map<string, InternetWay[]> {
  const ways = view.entryPoints
    .filter(({ scope }) => scope === 'internet')
    .flatMap((entry) => entryBackends(view, entry).map((backend) => ({ entry, ...backend })))
  return Map.groupBy(ways, (way) => idKey(objectOf(way)))
}

const objectOf = ({ entry, workload }: InternetWay): ResourceId => entry.service?.id ?? workload.id

function exposureOf(
  ways: readonly InternetWay[],
  before: readonly InternetWay[],
  base: SideView,
  head: SideView,
): NewExposure | undefined {
  const open = ConnectionSet.union(before.map(({ must }) => must))
  const perhaps = ConnectionSet.union(before.map(({ may }) => may))
  const sure = pick(ways, ({ must }) => must.subtract(open))
  const way = sure ?? pick(ways, ({ may }) => may.subtract(perhaps))
  if (way === undefined) return undefined
  const gained = sure === undefined ? way.may.subtract(perhaps) : way.must.subtract(open)
  const confidence = sure === undefined ? 'possible' : gained.isSubsetOf(perhaps) ? 'likely' : 'certain'
  return {
    object: objectOf(way),
    way,
    gained,
    isFirst: open.isEmpty,
    confidence,
    causes: causesOf(way, gained, base, head),
  }
}

const pick = (ways: readonly InternetWay[], gainOf: (way: InternetWay) => ConnectionSet): InternetWay | undefined =>
  ways.find((way) => !gainOf(way).isEmpty)

/** What opened a way: an object on it that changed, labels that brought the pod behind it, or a policy. */
function causesOf(
  way: InternetWay,
  gained: ConnectionSet,
  base: SideView,
  head: SideView,
): readonly [Cause, ...Cause[]] {
  const wasOffered = base.entryPoints.some(
    (entry) => isSameWay(entry, way.entry) && offers(entry, way.workload, gained),
  )
  const destination = classOfWorkload(head.reach, way.workload)
  const policies = policyCauses(way.from, destination, gained, base, head)
  const objects = objectCauses(way, base, head)
  const [first, ...others] = wasOffered ? [...policies, ...objects] : [...objects, ...policies]
  return first === undefined ? [openingLine(way.entry, head)] : [first, ...others]
}

function policyCauses(
  source: PeerClass | undefined,
  destination: PeerClass,
  gained: ConnectionSet,
  base: SideView,
  head: SideView,
): Cause[] {
  if (source === undefined) return []
  const before = base.reach.connections(source, destination).must
  return gained.isSubsetOf(before)
    ? []
    : findCauses({ source, destination, connections: gained.subtract(before), without: base, having: head })
}

function isSameWay(a: EntryPoint, b: EntryPoint): boolean {
  return a.kind === b.kind && a.scope === b.scope && a.via.map(keyOf).join() === b.via.map(keyOf).join()
}

const keyOf = (resource: Resource): string =>
  `${resource.group}/${resource.kind}/${resource.namespace?.value ?? ''}/${resource.name.value}`

function offers({ backends }: EntryPoint, { id }: Workload, gained: ConnectionSet): boolean {
  return backends.some(
    ({ workload, connections }) => idKey(workload.id) === idKey(id) && gained.isSubsetOf(connections),
  )
}

/** Changes of the objects on the way: those at the line that opens it first. */
function objectCauses({ entry, workload }: InternetWay, base: SideView, head: SideView): Cause[] {
  const resources = [...entry.via, workload.resource]
  const found = [...new Set(resources)].flatMap((resource) => changesOf(resource, entry, base, head))
  const near = (cause: Cause): boolean => covers(entry.span, cause.at.span) || covers(cause.at.span, entry.span)
  return [...found.filter(near), ...found.filter((cause) => !near(cause))]
}

function changesOf(resource: Resource, entry: EntryPoint, base: SideView, head: SideView): Cause[] {
  const object = {
    group: resource.group,
    kind: resource.kind,
    namespace: namespaceOf(resource, head.cluster),
    name: resource.name.value,
  }
  const before = base.cluster.resources
    .get(`${resource.group}/${resource.kind}`)
    ?.find((other) => keyOf(other) === keyOf(resource))
  const kind = 'workload'
  if (before === undefined) {
    const span = covers(resource.provenance.document, entry.span) ? entry.span : resource.name.span
    return [{ kind, object, at: { side: 'head', span }, near: undefined, text: `${showId(object)} was added` }]
  }
  return diffResources(before, resource)
    .filter(opensWays)
    .map((change) => {
      const span = change.head ?? change.base ?? change.parent.head
      const side = change.head === undefined ? 'base' : 'head'
      const near = change.head === undefined ? ({ side: 'head', span: change.parent.head } as const) : undefined
      return { kind, object, at: { side, span }, near, text: `${showId(object)}: ${showPath(change)}` }
    })
}

/** Fields that lead traffic: images, replicas and the like of a workload do not. */
function opensWays({ path }: NodeChange): boolean {
  if (path.includes('template') || path.includes('jobTemplate'))
    return path.includes('labels') || path.includes('ports') || path.includes('hostNetwork')
  return !path.includes('replicas') && !path.includes('image')
}

function showPath({ path, base, head }: NodeChange): string {
  const field = path
    .filter((part) => typeof part === 'string')
    .slice(-2)
    .join('.')
  return `${field} ${base === undefined ? 'was added' : head === undefined ? 'was removed' : 'changed'}`
}

function openingLine(entry: EntryPoint, head: SideView): Cause {
  const [resource] = entry.via
  const object = {
    group: resource?.group ?? '',
    kind: resource?.kind ?? '',
    namespace: resource === undefined ? '' : namespaceOf(resource, head.cluster),
    name: resource?.name.value ?? '',
  }
  return {
    kind: 'workload',
    object,
    at: { side: 'head', span: entry.span },
    near: undefined,
    text: `${showId(object)} leads there`,
  }
}
