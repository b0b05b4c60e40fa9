import { entryOf, spanOf, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { hasTemplate } from '../manifests/template-text.ts'
import { diagnostic } from '../source/diagnostic.ts'
import { admits } from './admitted-namespaces.ts'
import type { EntryContext } from './entry-context.ts'
import { integerAt, itemsAt, nameAt, namespaceOf, resourcesOf, textAt } from './fields.ts'
import { hostnamesMeet } from './gateway-hostnames.ts'
import { GATEWAY_GROUP, type Listener, listenerSetKinds, type RouteParent } from './gateway-listeners.ts'

/** A parent a route has joined. */
export interface Attachment {
  readonly via: readonly Resource[]
  readonly scope: 'internet' | 'internal'
  /** For the message: the Gateway, and what is not known of it. */
  readonly detail: string
}

/**
 * Parents through which a route takes traffic from outside. A Gateway that is not in the tree counts as joined, from
 * the internet: exposure may not be missed. Reports `gateway-missing`.
 */
export function attachmentsOf(
  route: Resource,
  parents: readonly RouteParent[],
  context: EntryContext,
): readonly Attachment[] {
  return itemsAt(route.node, 'spec', 'parentRefs').flatMap((reference) => {
    const wanted = readReference(route, reference, context)
    if (wanted === undefined) return []
    const named = parents.filter(
      (parent) => parent.kind === wanted.kind && parent.namespace === wanted.namespace && parent.name === wanted.name,
    )
    if (named.length === 0 && !isRefusedSet(wanted, context)) return [unseen(route, reference, wanted, context)]
    return named
      .filter((parent) => parent.listeners.some((listener) => joins(route, listener, wanted, context)))
      .map(seen)
  })
}

interface ParentReference {
  readonly kind: RouteParent['kind']
  readonly namespace: string
  readonly name: string
  readonly sectionName: string | undefined
  readonly port: number | undefined
}

/** Undefined for a parent that is no way in, such as the Service of a mesh. */
function readReference(route: Resource, item: YamlNode, { cluster }: EntryContext): ParentReference | undefined {
  const group = textAt(item, 'group') ?? GATEWAY_GROUP
  const kind = textAt(item, 'kind') ?? 'Gateway'
  const isSet = kind === 'ListenerSet' || kind === 'XListenerSet'
  if (!group.startsWith('gateway.networking.') || !(kind === 'Gateway' || isSet)) return undefined
  const namespace = textAt(item, 'namespace') || namespaceOf(route, cluster)
  const section = textAt(item, 'sectionName')
  return {
    kind: isSet ? 'ListenerSet' : 'Gateway',
    namespace,
    name: textAt(item, 'name') ?? '',
    sectionName: section === '' ? undefined : section,
    port: integerAt(item, 'port'),
  }
}

/** Whether the tree holds the ListenerSet, and its Gateway does not take it. */
function isRefusedSet({ kind, namespace, name }: ParentReference, { cluster }: EntryContext): boolean {
  if (kind !== 'ListenerSet') return false
  const found = resourcesOf(cluster, ...listenerSetKinds)
  return found.some((resource) => resource.name.value === name && namespaceOf(resource, cluster) === namespace)
}

function unseen(
  route: Resource,
  item: YamlNode,
  { kind, namespace, name }: ParentReference,
  { report }: EntryContext,
): Attachment {
  const { file } = route.provenance
  const detail = `${kind} ${namespace}/${name} is not among the manifests`
  const message = `${detail}: ${route.kind} ${route.name.value} counts as reachable from the internet`
  const hint = 'Add the Gateway to the sources of this cluster to have its listeners and namespaces respected.'
  report(diagnostic('gateway-missing', spanOf(file, entryOf(item, 'name') ?? item), { message, hint, effect: 'none' }))
  return { via: [], scope: 'internet', detail }
}

function seen({ kind, namespace, name, via, scope }: RouteParent): Attachment {
  return { via, scope, detail: `${kind} ${namespace}/${name}` }
}

function joins(route: Resource, listener: Listener, wanted: ParentReference, { cluster }: EntryContext): boolean {
  if (wanted.sectionName !== undefined && !hasTemplate(wanted.sectionName) && wanted.sectionName !== listener.name)
    return false
  if (wanted.port !== undefined && listener.port !== undefined && wanted.port !== listener.port) return false
  if (listener.kinds !== 'any' && !listener.kinds.includes(route.kind)) return false
  if (admits(listener.namespaces, namespaceOf(route, cluster), cluster) === 'no') return false
  return sharesHostname(route, listener)
}

function sharesHostname(route: Resource, { hostname }: Listener): boolean {
  const hosts = hostnamesOf(route)
  if (hostname === undefined || hosts.length === 0) return true
  return hosts.some((host) => hasTemplate(host) || hostnamesMeet(host, hostname))
}

/** Names a route answers to; none for every name, and for kinds that know no names. */
export function hostnamesOf(route: Resource): readonly string[] {
  if (route.kind === 'TCPRoute' || route.kind === 'UDPRoute') return []
  return itemsAt(route.node, 'spec', 'hostnames').flatMap((item) => nameAt(route, item) ?? [])
}
