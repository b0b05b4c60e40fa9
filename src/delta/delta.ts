import type { Bounds, Reachability } from '../reach/reachability.ts'
import type { Universe, WorkloadPair } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import type { Cause } from './cause.ts'

/** How the connections between two groups of peers differ between base and head. */
export type ChangeKind = 'added' | 'removed' | 'widened' | 'narrowed' | 'replaced'

/**
 * Every source may exchange the same with every destination, before and after. `certain`: `gained` is outside *may* of
 * base and inside *must* of head (and the reverse for `lost`); `possible`: it holds under some reading of the unknowns.
 */
export interface ConnectionChange {
  readonly kind: ChangeKind
  readonly certainty: 'certain' | 'possible'
  readonly sources: PeerGroup
  readonly destinations: PeerGroup
  readonly base: Bounds
  readonly head: Bounds
  readonly gained: ConnectionSet
  readonly lost: ConnectionSet
  /** What made the difference; what cannot be attributed more closely names the changed objects. */
  readonly causes: readonly Cause[]
}

/** Changes that a person would tell in one sentence: the same causes and the same end, some pairs with more than others. */
export interface DeltaSentence {
  readonly kind: ChangeKind
  readonly certainty: ConnectionChange['certainty']
  /** `any pod in any namespace can now reach shop/payments on every TCP port (it was TCP 5432)`. */
  readonly text: string
  readonly sources: string
  readonly destinations: string
  /** Of the largest part; the text names what differs elsewhere. */
  readonly main: ConnectionChange
  readonly changes: readonly ConnectionChange[]
  readonly causes: readonly Cause[]
}

/** Peer classes with a name that is true for each of them and for nobody else. */
export interface PeerGroup {
  readonly members: MemberSet
  readonly name: string
}

/** What a change does to who can talk to whom in one cluster. */
export interface Delta {
  readonly universe: Universe
  readonly base: Reachability
  readonly head: Reachability
  /** Sorted: what is certain first, opened before closed, then by the names of the ends. */
  readonly changes: readonly ConnectionChange[]
  /** The same changes as a person would tell them. */
  readonly sentences: readonly DeltaSentence[]
  readonly addedWorkloads: readonly WorkloadPair[]
  readonly removedWorkloads: readonly WorkloadPair[]
}
