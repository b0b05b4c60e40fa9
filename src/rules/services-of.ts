import { servicesOf } from '../delta/service-backends.ts'
import type { SideView } from '../delta/side-view.ts'
import type { Service, ServicePort, Workload } from '../model/cluster.ts'

/** Ports of the Services that certainly send traffic to a workload. */
export function servicePortsOf(
  { cluster }: SideView,
  workload: Workload,
): { readonly service: Service; readonly port: ServicePort }[] {
  return servicesOf(cluster, workload).flatMap((service) => service.ports.map((port) => ({ service, port })))
}
