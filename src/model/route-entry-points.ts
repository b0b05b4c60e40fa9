import { spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { portRange } from '../sets/port-set.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Service, ServicePort } from './cluster.ts'
import { type Backend, backendsOf, type EntryContext, showForward } from './entry-context.ts'
import type { EntryPoint } from './entry-point.ts'
import { integerAt, isTemplated, itemsAt, nameAt, namespaceOf, resourcesOf, spanAt, textAt } from './fields.ts'
import { targetOf } from './service-endpoints.ts'

/**
 * Entry points of OpenShift Routes, one for each Service with a weight. Reports `backend-missing`,
 * `backend-unsupported` and `template-value`.
 */
export function routeEntryPoints(context: EntryContext): readonly EntryPoint[] {
  return resourcesOf(context.cluster, 'route.openshift.io/Route').flatMap((route) => {
    const to = valueAt(route.node, 'spec', 'to')
    const targets = [...(to === undefined ? [] : [to]), ...itemsAt(route.node, 'spec', 'alternateBackends')]
    return targets
      .filter((target) => integerAt(target, 'weight') !== 0)
      .flatMap((target) => entryTo(route, target, context) ?? [])
  })
}

function entryTo(route: Resource, target: YamlNode, context: EntryContext): EntryPoint | undefined {
  const service = serviceOf(route, target, context)
  if (service === undefined) return undefined
  const backends = service.type === 'ExternalName' ? [] : routedBackends(route, service, context)
  if (backends === undefined) return undefined
  const forward = showForward(service)
  return {
    kind: 'route',
    scope: 'internet',
    via: [route, service.resource],
    service,
    span: spanOf(route.provenance.file, target),
    seenAs: 'controller',
    sources: undefined,
    backends,
    detail: `${textAt(route.node, 'spec', 'host') || 'a generated host'}${textAt(route.node, 'spec', 'path') ?? ''}${forward}`,
  }
}

/** The Service of a target, always one of the Route's own namespace. */
function serviceOf(
  route: Resource,
  target: YamlNode,
  { cluster, report, serviceAt }: EntryContext,
): Service | undefined {
  const span = spanOf(route.provenance.file, target)
  const kind = textAt(target, 'kind') || 'Service'
  if (kind !== 'Service') {
    const message = `What a backend of kind ${kind} exposes is unknown`
    report(diagnostic('backend-unsupported', span, { message, hint: 'Lead to a Service.', effect: 'narrower' }))
    return undefined
  }
  const namespace = namespaceOf(route, cluster)
  const name = nameAt(route, target, 'name')
  const service = name === undefined ? undefined : serviceAt(namespace, name)
  if (service !== undefined) return service
  const templated = isTemplated(route, valueAt(target, 'name')) || isTemplated(route, target)
  const message = templated
    ? 'The name of the backend Service cannot be read before it is rendered'
    : `There is no Service ${namespace}/${name ?? ''}: nothing is served`
  const hint = templated ? 'Let the gate read rendered manifests.' : 'Name a Service of this namespace.'
  const effect = templated || cluster.open ? 'narrower' : 'none'
  report(diagnostic(templated ? 'template-value' : 'backend-missing', span, { message, hint, effect }))
  return undefined
}

/**
 * Pods behind a Route. A port name is that of a Service port, a number that of an endpoint, which is the pod's; without
 * either, every endpoint port counts. Undefined, and reported, where the Service has no such port.
 */
function routedBackends(route: Resource, service: Service, context: EntryContext): readonly Backend[] | undefined {
  const ports = service.ports.filter(({ protocol }) => protocol === 'TCP')
  const node = valueAt(route.node, 'spec', 'port', 'targetPort')
  if (isTemplated(route, node)) return backendsOf(service, ports, context)
  const number = integerAt(node)
  const name = textAt(node)
  if (number !== undefined) return numberedBackends(route, service, { ports, number }, context)
  if (name === undefined) return backendsOf(service, ports, context)
  const named = ports.filter((port) => port.name === name)
  if (named.length > 0) return backendsOf(service, named, context)
  return reportPort(route, `Service ${service.resource.name.value} has no port named ${name}`, context)
}

function numberedBackends(
  route: Resource,
  service: Service,
  { ports, number }: { readonly ports: readonly ServicePort[]; readonly number: number },
  context: EntryContext,
): readonly Backend[] | undefined {
  const workloads = context.workloadsOf(service)
  const connections = ConnectionSet.of('TCP', portRange(number))
  const served = workloads.filter((workload) => ports.some((port) => targetOf(port, workload).has('TCP', number)))
  if (served.length > 0 || workloads.length === 0) return served.map((workload) => ({ workload, connections }))
  return reportPort(route, `No pod behind Service ${service.resource.name.value} has endpoint port ${number}`, context)
}

function reportPort(route: Resource, problem: string, { report }: EntryContext): undefined {
  const hint = 'Give the name of a Service port, or the number its targetPort leads to.'
  const span = spanAt(route, 'spec', 'port', 'targetPort')
  report(diagnostic('backend-missing', span, { message: `${problem}: nothing is served`, hint, effect: 'none' }))
}
