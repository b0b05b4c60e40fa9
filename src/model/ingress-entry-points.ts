import { entryOf, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import {
  type BackendReference,
  type EntryContext,
  type FoundBackend,
  followBackend,
  groupBy,
  showForward,
} from './entry-context.ts'
import type { EntryPoint } from './entry-point.ts'
import { annotationsAt, integerAt, isSet, itemsAt, nameAt, namespaceOf, resourcesOf, spanAt, textAt } from './fields.ts'
import { checkIngress, checkIngressBackend } from './ingress-checks.ts'

/**
 * Entry points of Ingresses, one for each Service port they lead to. The way in is a controller: hosts and paths do not
 * change who is reachable, and are kept for the message. Reports `ingress-refused`, `ingress-version-removed`,
 * `backend-missing`, `backend-unsupported` and `template-value`.
 */
export function ingressEntryPoints(context: EntryContext): readonly EntryPoint[] {
  const resources = resourcesOf(context.cluster, 'networking.k8s.io/Ingress', 'extensions/Ingress')
  return resources.flatMap((resource) => {
    const old = resource.group === 'extensions' || resource.version === 'v1beta1'
    if (old) reportRemoved(resource, context)
    checkIngress(resource, old, context.report)
    return entriesOf(resource, pathsOf(resource, old), context)
  })
}

/** A backend as written, and the requests it serves. */
interface IngressPath {
  readonly backend: YamlNode
  readonly span: Span
  readonly requests: string
}

function pathsOf(resource: Resource, old: boolean): readonly IngressPath[] {
  const { file } = resource.provenance
  const fallback = entryOf(valueAt(resource.node, 'spec'), old ? 'backend' : 'defaultBackend')
  const rest: readonly IngressPath[] =
    fallback === undefined
      ? []
      : [{ backend: fallback.value, span: spanOf(file, fallback), requests: 'any other request' }]
  const rules = itemsAt(resource.node, 'spec', 'rules').flatMap((rule) =>
    itemsAt(rule, 'http', 'paths').flatMap((item): readonly IngressPath[] => {
      const backend = entryOf(item, 'backend')
      const requests = `${textAt(rule, 'host') || '*'}${textAt(item, 'path') ?? '/'}`
      return backend === undefined ? [] : [{ backend: backend.value, span: spanOf(file, backend), requests }]
    }),
  )
  return [...rest, ...rules]
}

function entriesOf(resource: Resource, paths: readonly IngressPath[], context: EntryContext): readonly EntryPoint[] {
  const served = paths.flatMap((path) => {
    const reference = referenceOf(resource, path, context)
    return reference === undefined ? [] : [{ path, reference }]
  })
  const groups = groupBy(served, ({ reference }) => `${reference.service} ${typeof reference.port} ${reference.port}`)
  return groups.flatMap((group) => {
    const [{ reference }] = group
    const found = followBackend(reference, context)
    return found === undefined
      ? []
      : [
          entryTo(
            resource,
            found,
            reference,
            group.map(({ path }) => path.requests),
          ),
        ]
  })
}

function entryTo(
  resource: Resource,
  { service, backends }: FoundBackend,
  { span }: BackendReference,
  requests: readonly string[],
): EntryPoint {
  const forward = showForward(service)
  return {
    kind: 'ingress',
    scope: isInternal(resource) ? 'internal' : 'internet',
    via: [resource, service.resource],
    service,
    span,
    seenAs: 'controller',
    sources: undefined,
    backends,
    detail: `${[...new Set(requests)].join(', ')}${forward}`,
  }
}

/** The Service port a backend names, in either shape; the Service is always one of the Ingress's own namespace. */
function referenceOf(
  resource: Resource,
  { backend, span }: IngressPath,
  context: EntryContext,
): BackendReference | undefined {
  if (!checkIngressBackend(resource, backend, span, context)) return undefined
  const current = isSet(backend, 'service')
  const service = current ? nameAt(resource, backend, 'service', 'name') : nameAt(resource, backend, 'serviceName')
  const port = current
    ? (integerAt(backend, 'service', 'port', 'number') ?? textAt(backend, 'service', 'port', 'name'))
    : (integerAt(backend, 'servicePort') ?? textAt(backend, 'servicePort'))
  if (service === undefined || port === undefined) return undefined
  return { namespace: namespaceOf(resource, context.cluster), service, port, protocol: 'TCP', span }
}

/** Controllers of cloud providers that put the Ingress on a private address when told so. */
function isInternal(resource: Resource): boolean {
  const annotations = annotationsAt(resource.node, 'metadata', 'annotations')
  const ingressClass =
    textAt(resource.node, 'spec', 'ingressClassName') ?? annotations.get('kubernetes.io/ingress.class')
  return (
    ingressClass === 'gce-internal' ||
    annotations.get('alb.ingress.kubernetes.io/scheme') === 'internal' ||
    annotations.get('appgw.ingress.kubernetes.io/use-private-ip') === 'true'
  )
}

function reportRemoved(resource: Resource, { report }: EntryContext): void {
  const message = `${resource.group}/${resource.version} Ingress was removed in Kubernetes 1.22`
  const hint = 'Use networking.k8s.io/v1 with its backend shape (service.name, service.port).'
  report(diagnostic('ingress-version-removed', spanAt(resource, 'apiVersion'), { message, hint, effect: 'wider' }))
}
