import type { Cluster, Service, Workload } from '../model/cluster.ts'
import { endpointsOf, targetOf } from '../model/service-endpoints.ts'
import { ConnectionSet } from '../sets/connection-set.ts'

export interface ServiceBackend {
  readonly workload: Workload
  /** Ports of the pod to which the Service leads; every port of it for a headless Service. */
  readonly connections: ConnectionSet
}

const known = new WeakMap<Cluster, ReadonlyMap<Service, readonly ServiceBackend[]>>()

/** Pods that a Service certainly leads to, for every Service of a cluster. */
export function serviceBackends(cluster: Cluster): ReadonlyMap<Service, readonly ServiceBackend[]> {
  const found =
    known.get(cluster) ?? new Map([...servedBy(cluster)].map(([service, { backends }]) => [service, backends]))
  known.set(cluster, found)
  return found
}

const serving = new WeakMap<Cluster, ReadonlyMap<Workload, readonly Service[]>>()

/** Services that certainly select a workload, whether or not it serves their ports; in their order. */
export function servicesOf(cluster: Cluster, workload: Workload): readonly Service[] {
  const found = serving.get(cluster) ?? byWorkload(servedBy(cluster))
  serving.set(cluster, found)
  return found.get(workload) ?? []
}

function byWorkload(served: ReadonlyMap<Service, Served>): ReadonlyMap<Workload, readonly Service[]> {
  const found = new Map<Workload, Service[]>()
  for (const [service, { selected }] of served) {
    for (const workload of selected) {
      const services = found.get(workload)
      if (services === undefined) found.set(workload, [service])
      else services.push(service)
    }
  }
  return found
}

/** Workloads that a Service certainly selects, and those of them that serve its ports. */
interface Served {
  readonly selected: readonly Workload[]
  readonly backends: readonly ServiceBackend[]
}

const ofCluster = new WeakMap<Cluster, ReadonlyMap<Service, Served>>()

function servedBy(cluster: Cluster): ReadonlyMap<Service, Served> {
  const found = ofCluster.get(cluster)
  if (found !== undefined) return found
  const homes = Map.groupBy(cluster.workloads, ({ id }) => id.namespace)
  const near = new Map([...homes].map(([name, workloads]) => [name, sharedList(workloads)]))
  const made = new Map(
    cluster.services.map((service) => [service, servedAmong(near.get(service.id.namespace) ?? nobody, service)]),
  )
  ofCluster.set(cluster, made)
  return made
}

const nobody: readonly Workload[] = []
const lists = new WeakMap<Workload, readonly Workload[]>()

/** The list that another side has for a namespace which holds the same workloads there. */
function sharedList(workloads: readonly Workload[]): readonly Workload[] {
  const first = workloads[0] as Workload
  const other = lists.get(first)
  if (other?.length === workloads.length && other.every((workload, place) => workload === workloads[place]))
    return other
  lists.set(first, workloads)
  return workloads
}

const among = new WeakMap<readonly Workload[], Map<Service, Served>>()

function servedAmong(workloads: readonly Workload[], service: Service): Served {
  const byService = among.get(workloads) ?? new Map<Service, Served>()
  among.set(workloads, byService)
  const found = byService.get(service) ?? findServed(workloads, service)
  byService.set(service, found)
  return found
}

function findServed(workloads: readonly Workload[], service: Service): Served {
  const certain = endpointsOf(service, { workloads }).filter(({ selected }) => selected === 'yes')
  const selected = certain.map(({ workload }) => workload)
  return { selected, backends: selected.flatMap((workload) => backendOf(service, workload)) }
}

function backendOf(service: Service, workload: Workload): ServiceBackend[] {
  const ports = ConnectionSet.union(service.ports.map((port) => targetOf(port, workload)))
  const connections = service.headless ? ConnectionSet.all : ports
  return connections.isEmpty ? [] : [{ workload, connections }]
}
