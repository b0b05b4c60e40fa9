import {
  type CiliumWorld,
  CLUSTER,
  type Identity,
  identitySelects,
  isReserved,
  NAMESPACE,
  NAMESPACE_LABELS,
  sourced,
} from './naive-cilium-identities.ts'
import { prefixHolds, selects } from './naive-selectors.ts'
import { asList, asLoose, isGiven, type Loose, type PlainObject } from './plain-objects.ts'

/** The policy that an entry stands in, and what nobody can read off manifests. */
export interface Scope {
  readonly world: CiliumWorld
  /** Undefined: the policy is of the whole cluster. */
  readonly namespace: string | undefined
  /** Whether the subject selector mentions pods that are starting. */
  readonly ofStarting: boolean
  /** Name under which the address outside was looked up. */
  readonly name: string | undefined
  /** Groups that the address outside is in, as text: those of the cloud, and those that no manifest holds. */
  readonly groups: ReadonlySet<string>
}

/** Fields that select nobody when they are empty lists; the other ones are then as good as absent. */
const strict = ['Endpoints', 'CIDR', 'CIDRSet', 'Entities', 'Nodes']

/** Whether the peer part of an entry holds, or that the entry has none. */
export function peerPart(scope: Scope, entry: Loose, prefix: 'from' | 'to', peer: Identity): boolean | 'none' {
  const lists = Object.entries(entry).flatMap(([field, value]) => {
    const kind = field.startsWith(prefix) ? field.slice(prefix.length) : undefined
    return kind === undefined || kind === 'Ports' || !isGiven(value) ? [] : [{ kind, items: value as unknown[] }]
  })
  const given = lists.filter(({ kind, items }) => strict.includes(kind) || itemsOf(scope, kind, items).length > 0)
  if (given.length === 0) return 'none'
  return given.some(({ kind, items }) =>
    itemsOf(scope, kind, items).some((item) => itemMatches(scope, kind, item, peer)),
  )
}

/** Services that are not there leave nothing behind. */
const itemsOf = ({ world }: Scope, kind: string, items: readonly unknown[]): readonly unknown[] =>
  kind === 'Services' ? items.flatMap((item) => servicesOf(world, asLoose(item))) : items

function itemMatches(scope: Scope, kind: string, item: unknown, peer: Identity): boolean {
  switch (kind) {
    case 'Endpoints':
      return scopedSelects(scope, asLoose(item), peer)
    case 'Entities':
      return entityCovers(String(item), peer)
    case 'CIDR':
      return peer.ip !== undefined && prefixHolds(String(item), peer.ip)
    case 'CIDRSet':
      return peer.ip !== undefined && cidrElementHolds(scope, asLoose(item), peer.ip)
    case 'Nodes':
      return isReserved(peer, 'remote-node') && selects(asLoose(item), peer.machine ?? {})
    case 'Groups':
      return peer.ip !== undefined && scope.groups.has(JSON.stringify(item))
    case 'FQDNs':
      return peer.ip !== undefined && scope.name !== undefined && nameFits(scope.world, asLoose(item), scope.name)
    case 'Services':
      return serviceMatches(scope.world, item as PlainObject, peer)
    default:
      throw new Error(`nobody wrote about ${kind}`)
  }
}

export const keysOf = (selector: unknown): { readonly source: string; readonly key: string }[] => [
  ...Object.keys(asLoose(asLoose(selector).matchLabels)).map(sourced),
  ...asList(asLoose(selector).matchExpressions).map(({ key }) => sourced(String(key))),
]

/** A selector of endpoints with the scope that Cilium adds. */
function scopedSelects({ world, namespace, ofStarting }: Scope, selector: Loose, peer: Identity): boolean {
  if (!identitySelects(selector, peer.labels)) return false
  const keys = keysOf(selector)
  if (keys.some(({ source }) => source === 'reserved')) return true
  const labelOf = (key: string) => peer.labels.find((label) => label.source === 'k8s' && label.key === key)?.value
  if (world.minor >= 19 && !keys.some(({ key }) => key === CLUSTER) && labelOf(CLUSTER) !== 'default') return false
  if (keys.some(({ key }) => key === NAMESPACE)) return true
  if (namespace === undefined) return ofStarting || labelOf(NAMESPACE) !== undefined
  return keys.some(({ key }) => key.startsWith(NAMESPACE_LABELS)) || labelOf(NAMESPACE) === namespace
}

const inCluster = ['host', 'remote-node', 'init', 'ingress', 'health', 'unmanaged', 'kube-apiserver']

function entityCovers(entity: string, peer: Identity): boolean {
  if (entity === 'all') return true
  if (entity === 'none') return false
  if (entity === 'cluster' || entity === 'cluster-mesh')
    return peer.namespace !== undefined || inCluster.some((name) => isReserved(peer, name))
  return isReserved(peer, entity)
}

function cidrElementHolds({ world, groups: unknown }: Scope, element: Loose, ip: string): boolean {
  const { cidr, except } = element
  if (Array.isArray(except) && except.some((hole) => prefixHolds(String(hole), ip))) return false
  if (isGiven(cidr)) return prefixHolds(String(cidr), ip)
  if (isGiven(element.cidrGroupSelector) && isAboutAddresses(asLoose(element.cidrGroupSelector))) return true
  const groups = groupsOf(world, element)
  if (groups.length === 0) return unknown.has(unknownGroup(element))
  return groups.some(({ spec }) => ((spec?.externalCIDRs ?? []) as string[]).some((block) => prefixHolds(block, ip)))
}

export const unknownGroup = ({ cidrGroupRef, cidrGroupSelector }: Loose): string =>
  JSON.stringify([cidrGroupRef, cidrGroupSelector])

function groupsOf({ objects }: CiliumWorld, { cidrGroupRef, cidrGroupSelector }: Loose): PlainObject[] {
  return objects.filter(
    ({ kind, metadata }) =>
      kind === 'CiliumCIDRGroup' &&
      (isGiven(cidrGroupRef)
        ? metadata.name === cidrGroupRef
        : selects(asLoose(cidrGroupSelector), metadata.labels ?? {})),
  )
}

/** Selectors that ask whether an address is in no group with some label hold for every address outside. */
const isAboutAddresses = (selector: Loose): boolean =>
  keysOf(selector).length === 0 ||
  asList(selector.matchExpressions).some(({ operator }) => operator === 'NotIn' || operator === 'DoesNotExist')

/** Names compare without case. */
export function nameFits({ minor }: CiliumWorld, { matchName, matchPattern }: Loose, asked: string): boolean {
  const name = asked.toLowerCase()
  if (isGiven(matchName)) return String(matchName).toLowerCase() === name
  const pattern = String(matchPattern).toLowerCase()
  if (/^\*+\.?$/.test(pattern)) return true
  const deep = pattern.startsWith('**.') && minor >= 19
  const rest = (deep ? pattern.slice(3) : pattern).replaceAll('.', '\\.').replaceAll(/\*+/g, '[-a-z0-9_]*')
  return new RegExp(deep ? `^([-a-z0-9_]+\\.)+${rest}$` : `^${rest}$`).test(name)
}

function servicesOf({ objects }: CiliumWorld, { k8sService, k8sServiceSelector }: Loose): PlainObject[] {
  const { serviceName } = asLoose(k8sService)
  const { selector } = asLoose(k8sServiceSelector)
  const { namespace } = asLoose(k8sService ?? k8sServiceSelector)
  return objects.filter(
    ({ kind, metadata }) =>
      kind === 'Service' &&
      (!isGiven(namespace) || namespace === '' || (metadata.namespace ?? 'default') === namespace) &&
      (isGiven(k8sService) ? metadata.name === serviceName : selects(asLoose(selector), metadata.labels ?? {})),
  )
}

/** The pods behind a Service; of one without selector the addresses that its slices list. */
function serviceMatches({ objects }: CiliumWorld, { metadata, spec }: PlainObject, peer: Identity): boolean {
  const { namespace = 'default' } = metadata
  if (isGiven(spec?.selector))
    return peer.namespace === namespace && identitySelects({ matchLabels: spec?.selector }, peer.labels)
  return objects.some(
    (slice) =>
      slice.kind === 'EndpointSlice' &&
      (slice.metadata.namespace ?? 'default') === namespace &&
      slice.metadata.labels?.['kubernetes.io/service-name'] === metadata.name &&
      asList((slice as unknown as Loose).endpoints).some(
        ({ addresses }) => peer.ip !== undefined && (addresses as string[]).includes(peer.ip),
      ),
  )
}
