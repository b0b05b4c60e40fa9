import { spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { type BackendReference, type EntryContext, followBackend, groupBy, showForward } from './entry-context.ts'
import type { EntryPoint } from './entry-point.ts'
import { integerAt, isTemplated, itemsAt, nameAt, namespaceOf, resourcesOf, textAt } from './fields.ts'
import { type Attachment, attachmentsOf, hostnamesOf } from './gateway-attachment.ts'
import { GATEWAY_GROUP, routeParents } from './gateway-listeners.ts'
import { isGranted } from './reference-grants.ts'

const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']

/**
 * Entry points of Gateway API routes, one for each Service port that a route which has joined a listener leads to.
 * Reports `gateway-missing`, `backend-missing`, `backend-not-granted`, `backend-unsupported` and `template-value`.
 */
export function gatewayEntryPoints(context: EntryContext): readonly EntryPoint[] {
  const parents = routeParents(context.cluster, context.report)
  return resourcesOf(context.cluster, ...routeKinds.map((kind) => `${GATEWAY_GROUP}/${kind}`)).flatMap((route) => {
    const attachments = attachmentsOf(route, parents, context)
    return attachments.length === 0 ? [] : entriesOf(route, attachments, context)
  })
}

function entriesOf(route: Resource, attachments: readonly Attachment[], context: EntryContext): readonly EntryPoint[] {
  const references = backendNodes(route).flatMap((node) => referenceOf(route, node, context) ?? [])
  const groups = groupBy(references, ({ namespace, service, port }) => `${namespace}/${service} ${port}`)
  return groups.flatMap(([reference]) => {
    const found = followBackend(reference, context)
    if (found === undefined) return []
    const { service, backends } = found
    const forward = showForward(service)
    const gateways = [...new Set(attachments.flatMap(({ via }) => via))]
    return [
      {
        kind: 'gateway',
        scope: attachments.some(({ scope }) => scope === 'internet') ? 'internet' : 'internal',
        via: [...gateways, route, service.resource],
        service,
        span: reference.span,
        seenAs: 'controller',
        sources: undefined,
        backends,
        detail: `${detailOf(route, attachments)}${forward}`,
      },
    ]
  })
}

function detailOf(route: Resource, attachments: readonly Attachment[]): string {
  const hosts = hostnamesOf(route).join(', ') || 'any host'
  return `${hosts} through ${[...new Set(attachments.map(({ detail }) => detail))].join(', ')}`
}

/** References to all that a route sends requests to: backends with a weight, mirrors, and who is asked for leave. */
function backendNodes(route: Resource): readonly YamlNode[] {
  return itemsAt(route.node, 'spec', 'rules').flatMap((rule) => {
    const weighted = itemsAt(rule, 'backendRefs').filter((reference) => integerAt(reference, 'weight') !== 0)
    const filters = [rule, ...weighted].flatMap((holder) => itemsAt(holder, 'filters'))
    return [...weighted, ...filters.flatMap(targetsOfFilter)]
  })
}

function targetsOfFilter(filter: YamlNode): readonly YamlNode[] {
  const fields: Readonly<Record<string, string>> = { RequestMirror: 'requestMirror', ExternalAuth: 'externalAuth' }
  const field = fields[textAt(filter, 'type') ?? '']
  const target = field === undefined ? undefined : valueAt(filter, field, 'backendRef')
  return target === undefined ? [] : [target]
}

/** The Service port a backend names; undefined, and reported, where the reference is not valid or not to a Service. */
function referenceOf(route: Resource, node: YamlNode, context: EntryContext): BackendReference | undefined {
  const span = spanOf(route.provenance.file, node)
  const kind = textAt(node, 'kind') || 'Service'
  const say = sayer(span, context)
  if (['group', 'kind', 'namespace', 'port'].some((field) => isTemplated(route, valueAt(node, field))))
    return say.templated()
  if ((textAt(node, 'group') ?? '') !== '' || kind !== 'Service') return say.unsupported(kind)
  const service = nameAt(route, node, 'name')
  const port = integerAt(node, 'port')
  if (service === undefined || port === undefined) return say.incomplete(service)
  const namespace = textAt(node, 'namespace') || namespaceOf(route, context.cluster)
  if (!isGranted(route, { namespace, name: service }, context.cluster)) return say.notGranted(`${namespace}/${service}`)
  return { namespace, service, port, protocol: route.kind === 'UDPRoute' ? 'UDP' : 'TCP', span }
}

/** The problems of one reference; each ends the reading of it. */
function sayer(span: Span, { cluster, report }: EntryContext) {
  const openEffect = cluster.open ? 'narrower' : 'none'
  return {
    templated(): undefined {
      const message = 'A backend cannot be read before it is rendered: what it exposes is unknown'
      report(
        diagnostic('template-value', span, {
          message,
          hint: 'Let the gate read rendered manifests.',
          effect: 'narrower',
        }),
      )
    },
    unsupported(kind: string): undefined {
      const message = `What a backend of kind ${kind} exposes is unknown`
      report(diagnostic('backend-unsupported', span, { message, hint: 'Lead to a Service.', effect: 'narrower' }))
    },
    incomplete(service: string | undefined): undefined {
      const message =
        service === undefined ? 'A backend needs a name' : `Backend ${service} needs a port: nothing is served`
      report(
        diagnostic('backend-missing', span, {
          message,
          hint: "Give the Service's name and its port number.",
          effect: 'none',
        }),
      )
    },
    notGranted(target: string): undefined {
      const message = `No ReferenceGrant admits this reference to Service ${target}: nothing is served`
      const hint = 'Add a ReferenceGrant to the namespace of the Service.'
      report(diagnostic('backend-not-granted', span, { message, hint, effect: openEffect }))
    },
  }
}
