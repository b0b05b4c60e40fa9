import { everything } from '../../model/label-expression.ts'
import { AddressSet } from '../../sets/address-set.ts'
import type { Span } from '../../source/span.ts'
import type { Entity, PeerSelector } from '../entry.ts'

/** Names that `fromEntities` and `toEntities` take, in the order in which they are told. */
export const entityNames = [
  'all',
  'world',
  'cluster',
  'cluster-mesh',
  'host',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'init',
  'health',
  'unmanaged',
  'none',
] as const
export type EntityName = (typeof entityNames)[number]

/** Every pod of the cluster. */
export const anyPod = (span: Span): Extract<PeerSelector, { kind: 'pods' }> => ({
  kind: 'pods',
  target: 'pods',
  namespaces: { kind: 'matching', expression: everything },
  labels: everything,
  span,
})

/** Every address outside the cluster, of either family. */
export const world = (span: Span, addresses = AddressSet.all): PeerSelector => ({
  kind: 'addresses',
  addresses,
  matchesPods: 'no',
  matchesNodes: 'no',
  span,
})

/** Whom an entity stands for; `any` is everybody. */
export function peersOf(name: EntityName, span: Span): 'any' | readonly PeerSelector[] {
  switch (name) {
    case 'all':
      return 'any'
    case 'none':
      return []
    case 'world':
      return [world(span)]
    case 'cluster':
      return [anyPod(span), ...machinesAndOwn(span)]
    case 'cluster-mesh':
      return [{ ...anyPod(span), clusters: { expression: everything, own: true } }, ...machinesAndOwn(span)]
    default:
      return [{ kind: 'entities', entities: [name], span }]
  }
}

const machinesAndOwn = (span: Span): PeerSelector[] => [
  { kind: 'entities', entities: clusterEntities, besides: ownEndpoints, span },
]

const clusterEntities: readonly Entity[] = ['host', 'remote-node', 'kube-apiserver']
/** Endpoints of the plugin's own, which hardly anybody asks about. */
const ownEndpoints: readonly Entity[] = ['ingress', 'health', 'init', 'unmanaged']

/** Entities that reserved labels stand for. */
export const reservedEntities: Readonly<Record<string, Entity>> = {
  host: 'host',
  'remote-node': 'remote-node',
  'kube-apiserver': 'kube-apiserver',
  ingress: 'ingress',
  health: 'health',
  init: 'init',
  unmanaged: 'unmanaged',
}
