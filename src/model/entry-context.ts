import { hasTemplate } from '../manifests/template-text.ts'
import { ConnectionSet, type ProtocolName } from '../sets/connection-set.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { type Cluster, idKey, type Service, type ServicePort, type Workload } from './cluster.ts'
import type { EntryPoint } from './entry-point.ts'
import { comparableName, textAt } from './fields.ts'
import { endpointsOf, targetOf } from './service-endpoints.ts'

export type Backend = EntryPoint['backends'][number]

/** What finding the entry points of one cluster needs: its objects at hand, and a place for problems. */
export interface EntryContext {
  readonly cluster: Cluster
  report(problem: Diagnostic): void
  serviceAt(namespace: string, name: string): Service | undefined
  /** Workloads whose pods may be behind a Service; a label nobody can read counts as a match. */
  workloadsOf(service: Service): readonly Workload[]
}

export function entryContext(cluster: Cluster, report: (problem: Diagnostic) => void): EntryContext {
  const services = new Map(
    cluster.services.map((service) => [`${service.id.namespace}/${comparableName(service.id.name)}`, service]),
  )
  const byNamespace = Map.groupBy(cluster.workloads, ({ id }) => id.namespace)
  const known = new Map<Service, readonly Workload[]>()
  const workloadsOf = (service: Service): readonly Workload[] => {
    const near = { workloads: byNamespace.get(service.id.namespace) ?? [] }
    const found = known.get(service) ?? sorted(endpointsOf(service, near).map(({ workload }) => workload))
    known.set(service, found)
    return found
  }
  return { cluster, report, serviceAt: (namespace, name) => services.get(`${namespace}/${name}`), workloadsOf }
}

function sorted(workloads: readonly Workload[]): readonly Workload[] {
  const keyed = workloads.map((workload) => ({ workload, key: idKey(workload.id) }))
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ workload }) => workload)
}

/** Pods behind some ports of a Service, with the pod ports these lead to; a pod that serves none of them is left out. */
export function backendsOf(service: Service, ports: readonly ServicePort[], context: EntryContext): readonly Backend[] {
  return context
    .workloadsOf(service)
    .map((workload) => ({ workload, connections: ConnectionSet.union(ports.map((port) => targetOf(port, workload))) }))
    .filter(({ connections }) => !connections.isEmpty)
}

/** A Service port as Ingresses and routes refer to it. */
export interface BackendReference {
  readonly namespace: string
  readonly service: string
  /** Number or name of the Service's own port. */
  readonly port: number | string
  readonly protocol: ProtocolName
  readonly span: Span
}

export interface FoundBackend {
  readonly service: Service
  readonly backends: readonly Backend[]
}

/** Follows a reference. Nothing is served where the Service or the port is missing: `backend-missing`. */
export function followBackend(reference: BackendReference, context: EntryContext): FoundBackend | undefined {
  const { namespace, service: name, port, protocol } = reference
  const service = context.serviceAt(namespace, name)
  if (service === undefined) return missing(`There is no Service ${namespace}/${name}`, reference, context)
  if (service.type === 'ExternalName') return { service, backends: [] }
  const ports = service.ports.filter((item) => item.protocol === protocol && (item.port === port || item.name === port))
  if (ports.length > 0) return { service, backends: backendsOf(service, ports, context) }
  const offered = service.ports.map((item) => `${item.port}${item.name === undefined ? '' : ` (${item.name})`}`)
  const message = `Service ${namespace}/${name} has no ${protocol} port ${port}; it has ${offered.join(', ') || 'none'}`
  return missing(message, reference, context)
}

/** In an open cluster the object may exist outside of what is seen, so more may be reachable than we say. */
function missing(message: string, { service, span }: BackendReference, { cluster, report }: EntryContext): undefined {
  if (hasTemplate(service)) {
    const hint = 'Let the gate read rendered manifests, or write the name out.'
    const text = 'The name of the backend Service cannot be read before it is rendered'
    report(diagnostic('template-value', span, { message: text, hint, effect: 'narrower' }))
    return undefined
  }
  const hint = 'Name a Service of this namespace and one of its ports (not the port of the pod).'
  const effect = cluster.open ? 'narrower' : 'none'
  report(diagnostic('backend-missing', span, { message: `${message}: nothing is served`, hint, effect }))
  return undefined
}

/** What leads to one Service port, gathered from several paths or rules: it counts once, at its first place. */
export function groupBy<T>(items: readonly T[], key: (item: T) => string): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group === undefined) groups.set(key(item), [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/** How a way to an ExternalName Service reads: the controller forwards out of the cluster. Empty for any other. */
export function showForward({ type, resource }: Service): string {
  return type === 'ExternalName' ? ` (forwards to ${textAt(resource.node, 'spec', 'externalName') ?? 'nowhere'})` : ''
}
