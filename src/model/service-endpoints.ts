import { ConnectionSet, protocolNumbers } from '../sets/connection-set.ts'
import { portRange } from '../sets/port-set.ts'
import type { Cluster, Service, ServicePort, Workload } from './cluster.ts'
import { matchLabels } from './label-expression.ts'
import type { Truth } from './labels.ts'

/** Workloads whose pods a Service sends traffic to; `unknown` where a label cannot be read. */
export function endpointsOf(
  service: Service,
  cluster: Pick<Cluster, 'workloads'>,
): { readonly workload: Workload; readonly selected: Truth }[] {
  const { selector } = service
  if (selector === undefined || service.type === 'ExternalName') return []
  return cluster.workloads
    .filter((workload) => workload.id.namespace === service.id.namespace)
    .map((workload) => ({ workload, selected: matchLabels(selector, workload.labels) }))
    .filter(({ selected }) => selected !== 'no')
}

/** Port of a workload that a Service port leads to; undefined where the target's name is not declared there. */
export function targetPort({ protocol, target }: ServicePort, workload: Workload): number | undefined {
  return typeof target === 'number' ? target : namedPorts(workload, protocolNumbers[protocol], target)[0]
}

/** Connections to one workload that a Service port leads to; none where it leads nowhere. */
export function targetOf(port: ServicePort, workload: Workload): ConnectionSet {
  const found = targetPort(port, workload)
  return found === undefined ? ConnectionSet.none : ConnectionSet.of(port.protocol, portRange(found))
}

/** Numbers a workload gives a port name for a protocol, ordinary containers before sidecars; distinct. */
export function namedPorts(workload: Workload, protocol: number, name: string): number[] {
  const matching = workload.ports.filter((port) => port.name === name && protocolNumbers[port.protocol] === protocol)
  const ordered = [...matching.filter((port) => !port.sidecar), ...matching.filter((port) => port.sidecar)]
  return [...new Set(ordered.map((port) => port.port))]
}
