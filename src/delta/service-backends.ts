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
  const found = known.get(cluster)
  if (found !== undefined) return found
  const byNamespace = Map.groupBy(cluster.workloads, ({ id }) => id.namespace)
  const made = new Map(
    cluster.services.map((service) => {
      const near = { ...cluster, workloads: byNamespace.get(service.id.namespace) ?? [] }
      const certain = endpointsOf(service, near).filter(({ selected }) => selected === 'yes')
      return [service, certain.flatMap(({ workload }) => backendOf(service, workload))] as const
    }),
  )
  known.set(cluster, made)
  return made
}

function backendOf(service: Service, workload: Workload): ServiceBackend[] {
  const ports = ConnectionSet.union(service.ports.map((port) => targetOf(port, workload)))
  const connections = service.headless ? ConnectionSet.all : ports
  return connections.isEmpty ? [] : [{ workload, connections }]
}
