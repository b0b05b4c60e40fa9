import { enforcementOfObject } from '../model/plugin-capabilities.ts'
import type { PeerSelector, PodSelector, PolicyEntry } from '../policies/entry.ts'
import { assertNever } from '../source/assert-never.ts'
import type { Span } from '../source/span.ts'
import type { EntryUse } from './evaluate.ts'
import type { Reachability } from './reachability.ts'
import { inScope } from './selector-scope.ts'
import type { PeerClass } from './universe.ts'

/** Why it is unknown what an entry says of a pair. */
export type Doubt =
  /** The API server refuses its policy, or its action cannot be read: it may not be there. */
  | { readonly kind: 'refused' }
  /** Nobody has established whether the network plugin enforces the policy, or this part of it. */
  | { readonly kind: 'enforcement' }
  /** Nobody declares the labels of a namespace that a selector asks for. */
  | { readonly kind: 'namespace-labels'; readonly namespace: string }
  /** A template, or a limit, hides the labels that a selector asks for; or the selector is unreadable. */
  | { readonly kind: 'labels' }
  /** The network plugin decides whether a block of addresses also speaks of pods. */
  | { readonly kind: 'block-on-pods' }
  /** It is not known which addresses the pods have. */
  | { readonly kind: 'addresses' }
  /** The manifests do not tell which addresses outside the cluster are meant. */
  | { readonly kind: 'some-addresses'; readonly span: Span }
  /** It is not known on which machine a pod on the host network, or an address of the cluster, is. */
  | { readonly kind: 'machine' }
  /** Pods that nobody declares have ports of unknown names. */
  | { readonly kind: 'port-names' }
  /** A part of the rule that could not be read may be anything. */
  | { readonly kind: 'unreadable'; readonly span: Span }

/** Every reason for which it is unknown whether the entry speaks of the pair; empty when it certainly does or does not. */
export function doubtsOf(
  reach: Reachability,
  { entry, applies }: EntryUse,
  subject: PeerClass,
  peer: PeerClass,
): Doubt[] {
  if (entry.exists === 'unknown') return [{ kind: dependsOnPlugin(reach, entry) ? 'enforcement' : 'refused' }]
  const ofSubject = applies === 'unknown' ? [labelDoubt(reach, entry.subject, subject)] : []
  const names = keepsNames(reach, entry, subject, peer) ? [{ kind: 'port-names' } as const] : []
  const doubts = [...ofSubject, ...peerDoubts(reach, entry, peer), ...names]
  return [...new Map(doubts.map((doubt) => [keyOf(doubt), doubt])).values()]
}

/** A policy of which other entries are certain is not refused as a whole. */
function dependsOnPlugin({ input }: Reachability, { origin: { policy }, effect }: PolicyEntry): boolean {
  if (enforcementOfObject(policy, input.cluster.profile) === 'unknown') return true
  return effect === 'exact' && input.entries.some(({ origin, exists }) => origin.policy === policy && exists === 'yes')
}

/** Whether the names of ports an entry gives stay names, since the pods of its destination are not in the tree. */
function keepsNames({ matcher }: Reachability, entry: PolicyEntry, subject: PeerClass, peer: PeerClass): boolean {
  const destination = entry.direction === 'ingress' ? subject : peer
  return matcher.resolveOn(entry.connections, destination).hasNames && matcher.peers(entry.peers).may.has(peer.index)
}

/** One peer of the entry that certainly is the other end settles it, whatever the others are. */
function peerDoubts(reach: Reachability, { peers }: PolicyEntry, peer: PeerClass): Doubt[] {
  if (peers === 'any') return []
  const matches = peers.map((item) => ({ item, found: reach.matcher.peer(item) }))
  if (matches.some(({ found }) => found.must.has(peer.index))) return []
  return matches.flatMap(({ item, found }) => (found.may.has(peer.index) ? peerDoubt(reach, item, peer) : []))
}

const keyOf = (doubt: Doubt): string => ('span' in doubt ? `${doubt.kind} ${doubt.span.start}` : JSON.stringify(doubt))

function peerDoubt(reach: Reachability, item: PeerSelector, peer: PeerClass): Doubt[] {
  switch (item.kind) {
    case 'unreadable':
    case 'some-addresses':
      return [{ kind: item.kind, span: item.span }]
    case 'pods':
      return [labelDoubt(reach, item, peer)]
    case 'addresses':
      return [{ kind: item.matchesPods === 'unknown' ? 'block-on-pods' : 'addresses' }]
    case 'nodes':
      return [{ kind: 'labels' }]
    case 'entities':
      return [{ kind: 'machine' }]
    case 'all-of':
    case 'any-of':
    case 'none-of':
      return item.of.flatMap((part) => {
        const { must, may } = reach.matcher.peer(part)
        return may.has(peer.index) && !must.has(peer.index) ? peerDoubt(reach, part, peer) : []
      })
    default:
      return assertNever(item)
  }
}

function labelDoubt({ universe, side }: Reachability, { namespaces }: PodSelector, found: PeerClass): Doubt {
  const namespace = 'namespace' in found ? found.namespace : undefined
  if (typeof namespace !== 'string') return { kind: 'labels' }
  const declared = universe.namespaces[side].get(namespace)?.complete === true
  const open = inScope(namespaces, namespace, universe.namespaces[side]) === 'unknown'
  return open && !declared ? { kind: 'namespace-labels', namespace } : { kind: 'labels' }
}
