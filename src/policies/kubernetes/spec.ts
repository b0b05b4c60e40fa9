import type { MappingNode, YamlNode } from '../../manifests/node.ts'
import type { Resource, ResourceId } from '../../manifests/resource.ts'
import type { LabelExpression } from '../../model/label-expression.ts'
import type { AddressSet } from '../../sets/address-set.ts'
import type { ConnectionSet } from '../../sets/connection-set.ts'
import type { Span } from '../../source/span.ts'
import type { Direction } from '../entry.ts'

/** A NetworkPolicy as read: defaults applied, every part with its place. */
export interface NetworkPolicySpec {
  readonly id: ResourceId
  readonly resource: Resource
  /** Unknown where the API server refuses the object, or a template decides what it isolates. */
  readonly exists: 'yes' | 'unknown'
  readonly podSelector: LabelExpression
  /** `podSelector` from key to end; where it is not written, `spec`, else the name. */
  readonly podSelectorSpan: Span
  /** Directions in which its pods are isolated, after defaulting. */
  readonly isolates: Readonly<Record<Direction, boolean>>
  /** `policyTypes` from key to end; undefined when missing, null or empty, so that the API server filled it in. */
  readonly typesSpan: Span | undefined
  /** Rules as written, in a direction that is not enforced as well. */
  readonly rules: Readonly<Record<Direction, readonly NetworkPolicyRule[]>>
  /** `spec.ingress` and `spec.egress` from key to end, where written. */
  readonly rulesSpan: Readonly<Record<Direction, Span | undefined>>
}

export interface NetworkPolicyRule {
  readonly direction: Direction
  /** 0-based place in its list. */
  readonly index: number
  readonly span: Span
  /** `any` when `from` or `to` is missing, null or empty. */
  readonly peers: 'any' | readonly PolicyPeer[]
  /** `from` or `to` from key to end, where written, empty ones included. */
  readonly peersSpan: Span | undefined
  /** `any` when `ports` is missing, null or empty: every port of every protocol. */
  readonly ports: 'any' | readonly PolicyPort[]
  readonly portsSpan: Span | undefined
}

export interface PolicyPeer {
  readonly span: Span
  readonly node: YamlNode
  readonly podSelector: LabelExpression | undefined
  readonly namespaceSelector: LabelExpression | undefined
  readonly ipBlock: IpBlock | undefined
  /** False when the API server would refuse the item: it may then be anybody. */
  readonly valid: boolean
}

export interface IpBlock {
  readonly cidr: string
  readonly except: readonly string[]
  /** `cidr` without `except`. */
  readonly addresses: AddressSet
  readonly node: MappingNode
}

export interface PolicyPort {
  readonly span: Span
  readonly node: YamlNode
  readonly protocol: 'TCP' | 'UDP' | 'SCTP'
  readonly port: number | string | undefined
  /** The `port` value, where written. */
  readonly portSpan: Span | undefined
  readonly endPort: number | undefined
  /** What the item allows; names stay symbolic. */
  readonly connections: ConnectionSet
  /** False when the API server would refuse the item: what it allows is unknown. */
  readonly valid: boolean
}
