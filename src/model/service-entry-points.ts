import { valueAt } from '../manifests/node.ts'
import type { Span } from '../source/span.ts'
import type { Service, ServicePort } from './cluster.ts'
import { backendsOf, type EntryContext } from './entry-context.ts'
import type { EntryPoint } from './entry-point.ts'
import { spanAt, textAt } from './fields.ts'

/** Entry points that Services open by themselves: balancers, node ports and external addresses. */
export function serviceEntryPoints(context: EntryContext): readonly EntryPoint[] {
  return context.cluster.services.flatMap((service) => [
    ...balancer(service, context),
    ...nodePorts(service, context),
    ...externalAddresses(service, context),
  ])
}

function balancer(service: Service, context: EntryContext): readonly EntryPoint[] {
  if (service.type !== 'LoadBalancer') return []
  const entry = entryOf(service, service.ports, spanAt(service.resource, 'spec', 'type'), context)
  const scope = service.internal ? 'internal' : 'internet'
  const detail = service.ports.map((port) => `${port.protocol} ${port.port}`).join(', ')
  // Whether a balancer hides its clients is the provider's choice; the client is who must not be missed.
  return [{ ...entry, kind: 'load-balancer', scope, seenAs: 'client', sources: service.sourceRanges, detail }]
}

/** Node ports are open to whoever reaches a node: source ranges of a balancer do not narrow them. */
function nodePorts(service: Service, context: EntryContext): readonly EntryPoint[] {
  if (service.type !== 'NodePort' && service.type !== 'LoadBalancer') return []
  const allocates = service.type === 'NodePort' || service.allocatesNodePorts
  const ports = allocates ? service.ports : service.ports.filter(({ nodePort }) => nodePort !== undefined)
  if (ports.length === 0) return []
  const entry = entryOf(service, ports, spanAt(service.resource, 'spec', 'type'), context)
  const numbers = new Set(ports.map(showNodePort))
  return [
    {
      ...entry,
      kind: 'node-port',
      scope: 'node',
      sources: undefined,
      detail: [...numbers].join(', '),
    },
  ]
}

function showNodePort({ protocol, nodePort }: ServicePort): string {
  return nodePort === undefined ? `${protocol}, its number picked by the cluster` : `${protocol} ${nodePort}`
}

/** Nodes take traffic for any address a Service claims, whatever its type. */
function externalAddresses(service: Service, context: EntryContext): readonly EntryPoint[] {
  if (service.externalIps.length === 0) return []
  const entry = entryOf(service, service.ports, spanAt(service.resource, 'spec', 'externalIPs'), context)
  const ports = service.ports.map((port) => `${port.protocol} ${port.port}`).join(', ')
  const detail = `${service.externalIps.join(', ')} on ${ports}`
  return [{ ...entry, kind: 'external-ip', scope: 'internet', sources: undefined, detail }]
}

type Common = Pick<EntryPoint, 'via' | 'service' | 'span' | 'seenAs' | 'backends'>

function entryOf(service: Service, ports: readonly ServicePort[], span: Span, context: EntryContext): Common {
  const policy = textAt(valueAt(service.resource.node, 'spec', 'externalTrafficPolicy'))
  return {
    via: [service.resource],
    service,
    span,
    // With `Cluster`, the default, a node puts its own address in place of the client's.
    seenAs: policy === 'Local' ? 'client' : 'node',
    backends: backendsOf(service, ports, context),
  }
}
