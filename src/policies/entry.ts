import type { ResourceId } from '../manifests/resource.ts'
import type { LabelExpression } from '../model/label-expression.ts'
import type { Truth } from '../model/labels.ts'
import type { AddressSet } from '../sets/address-set.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { compareText } from '../source/compare-text.ts'
import type { Effect } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'

export type Direction = 'ingress' | 'egress'

export const directions: readonly Direction[] = ['ingress', 'egress']

/** Which namespaces a selector looks into: one by name, or those whose labels match. */
export type NamespaceScope =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'matching'; readonly expression: LabelExpression }

/**
 * Endpoints that are neither workloads nor addresses. `host` is the machine of the other end, `remote-node` any other
 * machine; `ingress` the proxy of the network plugin that brings traffic of Ingresses in; `health` its probes, `init`
 * pods that are starting, `unmanaged` pods it does not run.
 */
export type Entity = 'host' | 'remote-node' | 'kube-apiserver' | 'ingress' | 'health' | 'init' | 'unmanaged'

/**
 * Pods by namespace and labels, those of `identityLabels` included; or machines by their labels; or the host endpoints
 * that a manifest declares.
 */
export interface PodSelector {
  readonly target: 'pods' | 'nodes' | 'host-endpoints'
  /** Ignored but for pods. */
  readonly namespaces: NamespaceScope
  readonly labels: LabelExpression
  /** Clusters of a mesh it looks into; undefined: its own. `own`: whether that is one of them. */
  readonly clusters?: { readonly expression: LabelExpression; readonly own: boolean }
  /** Only those with an address of the set; undefined: whatever their address. */
  readonly addresses?: AddressSet
  /** Endpoints without labels that a policy selects besides. */
  readonly entities?: readonly Entity[]
}

/** One end of a connection as a rule writes it, with the place of the item that says so. */
export type PeerSelector =
  | (PodSelector & { readonly kind: 'pods'; readonly span: Span })
  | {
      readonly kind: 'addresses'
      readonly addresses: AddressSet
      /** Whether the block also speaks of pods that have such an address; the network profile says. */
      readonly matchesPods: Truth
      /** Whether it also speaks of machines of the cluster that have such an address. */
      readonly matchesNodes: Truth
      readonly span: Span
    }
  /** Addresses outside the cluster of which nobody can tell from the manifests which they are. */
  | { readonly kind: 'some-addresses'; readonly span: Span }
  /**
   * Machines of the cluster by their labels; pods on the host network are reached through them. `others`: only those
   * the other end does not run on.
   */
  | { readonly kind: 'nodes'; readonly which: 'all' | 'others'; readonly labels: LabelExpression; readonly span: Span }
  /** `besides`: endpoints it covers as well, which get no class of their own for that. */
  | {
      readonly kind: 'entities'
      readonly entities: readonly Entity[]
      readonly besides?: readonly Entity[]
      readonly span: Span
    }
  /** Whoever all of the parts speak of, any of them, or none of them. */
  | { readonly kind: 'all-of' | 'any-of' | 'none-of'; readonly of: readonly PeerSelector[]; readonly span: Span }
  /** A peer that could not be read: it may be anybody. */
  | { readonly kind: 'unreadable'; readonly span: Span }

/** Where an entry was written: for explanations, causes and comments. */
export interface EntryOrigin {
  readonly policy: ResourceId
  /** What a person calls it: `ingress rule 2`, `policyTypes`. */
  readonly rule: string
  /** 0-based index of the rule in its list; -1 for the isolation that a policy brings by itself. */
  readonly index: number
  /** The rule item; for isolation the field that causes it. */
  readonly span: Span
  /** The port items of the rule with what each allows; empty when the rule names none. */
  readonly ports: readonly { readonly connections: ConnectionSet; readonly span: Span }[]
}

/**
 * The one compiled form of every policy kind. The engine knows tiers, order, verdicts and layers, never a kind.
 * `direction` is the subject's: an ingress entry speaks of connections to its subject.
 */
export interface PolicyEntry {
  readonly origin: EntryOrigin
  /** A connection must pass every layer. */
  readonly layer: 'network' | 'mesh'
  readonly direction: Direction
  /** Rank, lowest first. */
  readonly tier: number
  /**
   * Within the tier, compared left to right, lowest first. Entries of one policy that are equal here are asked as the
   * policy gives them; between policies equal means a tie, whose winner is undefined. `[]`: no place of its own, a tie with all others.
   */
  readonly order: readonly (number | string)[]
  readonly subject: PodSelector
  /** `[]` selects nobody. */
  readonly peers: 'any' | readonly PeerSelector[]
  /** Names of ports stay symbolic here; they are resolved on each destination. */
  readonly connections: ConnectionSet
  readonly verdict: 'allow' | 'deny' | 'pass'
  /** Whether the subject becomes default-deny in this direction, within this tier. */
  readonly isolates: boolean
  /** Whether the cluster has it at all: not certain where the API server refuses the object, or the verdict is unread. */
  readonly exists: 'yes' | 'unknown'
  /** How this entry may differ from what the cluster does. */
  readonly effect: 'exact' | Exclude<Effect, 'none'>
}

/** Compares two `order` lists. A list that ends early comes first, and numbers come before texts. */
export function compareOrder(a: PolicyEntry['order'], b: PolicyEntry['order']): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = comparePart(a[index], b[index])
    if (difference !== 0) return difference
  }
  return 0
}

function comparePart(a: number | string | undefined, b: number | string | undefined): number {
  if (a === b) return 0
  if (a === undefined || b === undefined) return a === undefined ? -1 : 1
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'string' || typeof b === 'string') return typeof a === 'string' ? 1 : -1
  return a < b ? -1 : 1
}

/** Every peer that an entry names, within combinations as well. */
export function* peersIn(peers: PolicyEntry['peers']): Generator<PeerSelector> {
  if (peers === 'any') return
  for (const peer of peers) {
    yield peer
    if ('of' in peer) yield* peersIn(peer.of)
  }
}
