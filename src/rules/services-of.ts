import type { SideView } from '../delta/side-view.ts'
import type { Cluster, Service, ServicePort, Workload } from '../model/cluster.ts'
import { matchLabels } from '../model/label-expression.ts'

const byNamespace = new WeakMap<Cluster, ReadonlyMap<string, readonly Service[]>>()

/** Ports of the Services that certainly send traffic to a workload. */
export function servicePortsOf(
  { cluster }: SideView,
  { id, labels }: Workload,
): { readonly service: Service; readonly port: ServicePort }[] {
  const found = byNamespace.get(cluster) ?? Map.groupBy(cluster.services, (service) => service.id.namespace)
  byNamespace.set(cluster, found)
  return (found.get(id.namespace) ?? [])
    .filter(
      ({ selector, type }) =>
        selector !== undefined && type !== 'ExternalName' && matchLabels(selector, labels) === 'yes',
    )
    .flatMap((service) => service.ports.map((port) => ({ service, port })))
}
