import type { ResourceId } from '../../manifests/resource.ts'
import type { ConnectionSet } from '../../sets/connection-set.ts'
import type { Span } from '../../source/span.ts'
import type { Direction, PeerSelector, PodSelector, PolicyEntry } from '../entry.ts'

/** An admin policy of any kind and version as read, every part with its place. */
export interface AdminPolicySpec {
  readonly id: ResourceId
  readonly tier: 'admin' | 'baseline'
  /** 0 to 1000, lowest first. Undefined: no place among the policies of its tier is known. */
  readonly priority: number | undefined
  readonly subject: PodSelector
  readonly rules: readonly AdminRule[]
  /** Whether the API server refuses the object as it stands. */
  readonly refused: boolean
}

export interface AdminRule {
  readonly direction: Direction
  /** 0-based place in its list. */
  readonly index: number
  /** Its own name; may be empty. */
  readonly name: string
  readonly span: Span
  /** Undefined where the action is none the kind has. */
  readonly verdict: PolicyEntry['verdict'] | undefined
  /** Peers without those known by name only. */
  readonly peers: readonly PeerSelector[]
  /** Domain names of `domainNames` peers: exact, or `*.` before a domain for one or more labels. */
  readonly domainNames: readonly DomainName[]
  /** Whether controllers do not know some peer: an allow then matches nothing, a deny or pass denies everybody. */
  readonly failsClosed: boolean
  /** `any`: every port of every protocol. */
  readonly ports: 'any' | readonly AdminPort[]
}

export interface DomainName {
  readonly name: string
  readonly span: Span
}

export interface AdminPort {
  readonly span: Span
  /** Undefined where the item cannot be read. A name stands for that name in TCP, UDP and SCTP. */
  readonly connections: ConnectionSet | undefined
  /** Whether the port is given by its name on the pods, which neither addresses nor machines have. */
  readonly named: boolean
}
