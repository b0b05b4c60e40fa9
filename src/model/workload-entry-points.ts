import { ConnectionSet } from '../sets/connection-set.ts'
import { portRange } from '../sets/port-set.ts'
import type { Span } from '../source/span.ts'
import type { ContainerPort, Workload } from './cluster.ts'
import type { EntryContext } from './entry-context.ts'
import type { EntryPoint } from './entry-point.ts'
import { isSet, spanAt } from './fields.ts'

/** Entry points that pods open on their node without any Service: host ports and host networking. */
export function workloadEntryPoints({ cluster }: EntryContext): readonly EntryPoint[] {
  return cluster.workloads.flatMap((workload) =>
    workload.hostNetwork ? [hostNetwork(workload)] : workload.ports.flatMap((port) => hostPort(workload, port)),
  )
}

/** No policy holds such pods, and an undeclared port listens like a declared one: every port counts. */
function hostNetwork(workload: Workload): EntryPoint {
  const declared = workload.ports.map(({ protocol, port }) => `${protocol} ${port}`).join(', ')
  const backend = { workload, connections: ConnectionSet.all }
  const detail = declared === '' ? 'any port it listens on' : `any port it listens on (declared: ${declared})`
  return { ...onNode(workload), kind: 'host-network', span: hostNetworkSpan(workload), backends: [backend], detail }
}

function hostPort(workload: Workload, { protocol, port, hostPort, span }: ContainerPort): readonly EntryPoint[] {
  if (hostPort === undefined) return []
  const backend = { workload, connections: ConnectionSet.of(protocol, portRange(port)) }
  return [{ ...onNode(workload), kind: 'host-port', span, backends: [backend], detail: `${protocol} ${hostPort}` }]
}

function onNode(workload: Workload): Pick<EntryPoint, 'scope' | 'via' | 'service' | 'seenAs' | 'sources'> {
  return { scope: 'node', via: [workload.resource], service: undefined, seenAs: 'client', sources: undefined }
}

const podSpecs = [
  ['spec'],
  ['spec', 'template', 'spec'],
  ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ['spec', 'virtualMachineTemplate', 'spec', 'template', 'spec'],
]

/** The `hostNetwork` field, or the name where the pod spec is another object's. */
function hostNetworkSpan({ resource }: Workload): Span {
  const path = podSpecs.map((spec) => [...spec, 'hostNetwork']).find((field) => isSet(resource.node, ...field))
  return path === undefined ? resource.name.span : spanAt(resource, ...path)
}
