import type { YamlNode } from '../../manifests/node.ts'
import type { Resource, ResourceId } from '../../manifests/resource.ts'
import type { ConnectionSet } from '../../sets/connection-set.ts'
import type { Span } from '../../source/span.ts'
import type { Direction, PeerSelector, PodSelector, PolicyEntry } from '../entry.ts'
import type { Section } from './context.ts'

/** A CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy as read, every part with its place. */
export interface CiliumPolicySpec {
  readonly id: ResourceId
  readonly resource: Resource
  /** `spec` and the items of `specs`. */
  readonly rules: readonly CiliumRule[]
  /** Whether agents or the API server refuse the object: one bad rule makes all of it ineffective. */
  readonly refused: boolean
}

export interface CiliumRule {
  /** `spec, `, `specs item 2, `: in front of the name of an entry; empty where there is only one rule. */
  readonly name: string
  readonly node: YamlNode
  readonly subject: PodSelector
  /** Whether it has a say at all: a rule for machines has none without the host firewall. */
  readonly enforced: boolean
  readonly isolations: readonly CiliumIsolation[]
  readonly entries: readonly CiliumEntry[]
}

/** That the subjects of a rule are default-deny in a direction. */
export interface CiliumIsolation {
  readonly direction: Direction
  /** The list that brings it. */
  readonly span: Span
  /** Unknown where a template decides. */
  readonly exists: 'yes' | 'unknown'
}

export interface CiliumEntry {
  readonly node: YamlNode
  readonly direction: Direction
  readonly verdict: Exclude<PolicyEntry['verdict'], 'pass'>
  /** List that holds it. */
  readonly section: Section['name']
  /** 0-based place in the list. */
  readonly index: number
  readonly span: Span
  /** `[]`: nobody. */
  readonly peers: 'any' | readonly PeerSelector[]
  /** Peers known by name alone, as conditions on connections to addresses outside. */
  readonly names: readonly NamedPeer[]
  /** `any`: every port of every protocol. Else what is allowed is the union of the items. */
  readonly ports: 'any' | readonly CiliumPort[]
  /** What connections have to meet beyond ports, whichever they go to. */
  readonly condition: string | undefined
  readonly effect: PolicyEntry['effect']
}

export interface NamedPeer {
  readonly condition: string
  readonly span: Span
}

export interface CiliumPort {
  readonly span: Span
  /** Undefined where the item cannot be read. */
  readonly connections: ConnectionSet | undefined
}
