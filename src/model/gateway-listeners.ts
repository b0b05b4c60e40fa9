import { valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { hasTemplate } from '../manifests/template-text.ts'
import { type AdmittedNamespaces, admits, readAdmitted } from './admitted-namespaces.ts'
import type { Cluster } from './cluster.ts'
import { annotationsAt, integerAt, isTemplated, itemsAt, namespaceOf, resourcesOf, textAt } from './fields.ts'
import { hasInternalBalancer } from './internal-balancer.ts'
import type { Reporter } from './read-labels.ts'

export const GATEWAY_GROUP = 'gateway.networking.k8s.io'

/** The second is the name of its experimental time. */
export const listenerSetKinds = [`${GATEWAY_GROUP}/ListenerSet`, 'gateway.networking.x-k8s.io/XListenerSet']

/** What routes name as their parent: a Gateway, or a ListenerSet that adds listeners to one. */
export interface RouteParent {
  readonly kind: 'Gateway' | 'ListenerSet'
  readonly namespace: string
  readonly name: string
  /** Gateway, then ListenerSet: outermost first. Without the Gateway where that is not in the tree. */
  readonly via: readonly Resource[]
  readonly scope: 'internet' | 'internal'
  readonly listeners: readonly Listener[]
  /** Of a Gateway: namespaces whose ListenerSets it takes. */
  readonly listenerSets: AdmittedNamespaces
}

/** What cannot be read admits whatever asks, since exposure may not be missed. */
export interface Listener {
  readonly name: string
  /** Undefined: not written, or a template. */
  readonly port: number | undefined
  /** `any` where the protocol is a template or an implementation's own: such a listener may take every kind. */
  readonly kinds: readonly string[] | 'any'
  readonly hostname: string | undefined
  readonly namespaces: AdmittedNamespaces
}

/** Gateways, and the ListenerSets that one of them admits or whose Gateway is not in the tree. */
export function routeParents(cluster: Cluster, report: Reporter): readonly RouteParent[] {
  const gateways = resourcesOf(cluster, `${GATEWAY_GROUP}/Gateway`).map((gateway) =>
    readGateway(gateway, cluster, report),
  )
  const sets = resourcesOf(cluster, ...listenerSetKinds)
  return [...gateways, ...sets.flatMap((set) => readListenerSet(set, gateways, cluster, report) ?? [])]
}

function readGateway(resource: Resource, cluster: Cluster, report: Reporter): RouteParent {
  const namespace = namespaceOf(resource, cluster)
  const taken = valueAt(resource.node, 'spec', 'allowedListeners', 'namespaces')
  return {
    kind: 'Gateway',
    namespace,
    name: resource.name.value,
    via: [resource],
    scope: isInternal(resource) ? 'internal' : 'internet',
    listeners: readListeners(resource, namespace, report),
    listenerSets: readAdmitted(resource, taken, { home: namespace, missing: 'None' }, report),
  }
}

/** Undefined where its Gateway does not take it. */
function readListenerSet(
  resource: Resource,
  gateways: readonly RouteParent[],
  cluster: Cluster,
  report: Reporter,
): RouteParent | undefined {
  const namespace = namespaceOf(resource, cluster)
  const parent = valueAt(resource.node, 'spec', 'parentRef')
  const home = textAt(parent, 'namespace') || namespace
  const gateway = gateways.find((item) => item.namespace === home && item.name === textAt(parent, 'name'))
  if (gateway !== undefined && admits(gateway.listenerSets, namespace, cluster) === 'no') return undefined
  return {
    kind: 'ListenerSet',
    namespace,
    name: resource.name.value,
    via: [...(gateway?.via ?? []), resource],
    scope: gateway?.scope ?? 'internet',
    listeners: readListeners(resource, namespace, report),
    listenerSets: { from: 'none' },
  }
}

function readListeners(resource: Resource, namespace: string, report: Reporter): readonly Listener[] {
  return itemsAt(resource.node, 'spec', 'listeners').map((item) => {
    const allowed = valueAt(item, 'allowedRoutes', 'namespaces')
    const hostname = textAt(item, 'hostname')
    return {
      name: textAt(item, 'name') ?? '',
      port: integerAt(item, 'port'),
      kinds: readKinds(resource, item),
      hostname: hostname === undefined || hostname === '' || hasTemplate(hostname) ? undefined : hostname,
      namespaces: readAdmitted(resource, allowed, { home: namespace, missing: 'Same' }, report),
    }
  })
}

function readKinds(resource: Resource, listener: YamlNode): readonly string[] | 'any' {
  const kinds = valueAt(listener, 'allowedRoutes', 'kinds')
  const items = itemsAt(kinds)
  if (isTemplated(resource, kinds) || items.some((item) => isTemplated(resource, valueAt(item, 'kind')))) return 'any'
  if (items.length === 0) return kindsOfProtocol(textAt(listener, 'protocol'), textAt(listener, 'tls', 'mode'))
  const ours = items.filter((item) => (textAt(item, 'group') ?? GATEWAY_GROUP) === GATEWAY_GROUP)
  return ours.flatMap((item) => textAt(item, 'kind') ?? [])
}

function kindsOfProtocol(protocol: string | undefined, tlsMode: string | undefined): readonly string[] | 'any' {
  switch (protocol) {
    case 'HTTP':
    case 'HTTPS':
      return ['HTTPRoute', 'GRPCRoute']
    case 'TLS':
      return tlsMode === 'Passthrough' ? ['TLSRoute'] : ['TLSRoute', 'TCPRoute']
    case 'TCP':
      return ['TCPRoute']
    case 'UDP':
      return ['UDPRoute']
    default:
      return 'any'
  }
}

const internalClasses: ReadonlySet<string> = new Set(['gke-l7-rilb', 'gke-l7-cross-regional-internal-managed-lb'])

/** A class that is private by its maker's word, or annotations for the Gateway's own balancer. */
function isInternal({ node }: Resource): boolean {
  return (
    internalClasses.has(textAt(node, 'spec', 'gatewayClassName') ?? '') ||
    hasInternalBalancer(annotationsAt(node, 'metadata', 'annotations')) ||
    hasInternalBalancer(annotationsAt(node, 'spec', 'infrastructure', 'annotations'))
  )
}
