import { idKey } from '../model/cluster.ts'
import { expressionKey } from '../model/label-expression.ts'
import type { Policy } from '../policies/compile-policies.ts'
import type { Direction, PeerSelector, PolicyEntry } from '../policies/entry.ts'
import type { Reachability } from '../reach/reachability.ts'
import { type Block, makeRow, type Row } from '../reach/row.ts'
import { selectorKey } from '../reach/selector-scope.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { assertNever } from '../source/assert-never.ts'
import { textOf } from '../source/span.ts'
import type { SideView } from './side-view.ts'

/** A policy of both sides, of whatever kind; the names differ where it was renamed. */
export interface PolicyPair {
  readonly base: Policy
  readonly head: Policy
}

export interface PolicyPairs {
  readonly pairs: readonly PolicyPair[]
  /** Policies of base that head has under no name. */
  readonly removed: readonly Policy[]
}

const known = new WeakMap<SideView, { readonly base: SideView; readonly found: PolicyPairs }>()

/**
 * Joins the policies of the two sides: by name, else one of its kind that says the same, else the only one that speaks
 * for the same pods in the same directions.
 */
export function pairPolicies(base: SideView, head: SideView): PolicyPairs {
  const cached = known.get(head)
  if (cached?.base === base) return cached.found
  const found = makePairs(base, head)
  known.set(head, { base, found })
  return found
}

function makePairs(base: SideView, head: SideView): PolicyPairs {
  const before = byKey(base)
  const after = byKey(head)
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, policy]) => policy)
  const fresh = [...after].filter(([key]) => !before.has(key)).map(([, policy]) => policy)
  const pairs: PolicyPair[] = [...after].flatMap(([key, policy]) => {
    const other = before.get(key)
    return other === undefined ? [] : [{ base: other, head: policy }]
  })
  const exact = joinBy(gone, fresh, meaningOf)
  const left = { gone: without(gone, exact, 'base'), fresh: without(fresh, exact, 'head') }
  const loose = joinBy(left.gone, left.fresh, subjectKey)
  return { pairs: [...pairs, ...exact, ...loose], removed: without(left.gone, loose, 'base') }
}

const byKey = ({ policies }: SideView): Map<string, Policy> =>
  new Map(policies.policies.map((policy) => [idKey(policy.id), policy]))

function without(policies: readonly Policy[], pairs: readonly PolicyPair[], side: 'base' | 'head'): Policy[] {
  const taken = new Set(pairs.map((pair) => pair[side]))
  return policies.filter((policy) => !taken.has(policy))
}

/** Pairs where a key leaves no choice. */
function joinBy(
  gone: readonly Policy[],
  fresh: readonly Policy[],
  keyOf: (policy: Policy) => string | undefined,
): PolicyPair[] {
  const candidates = Map.groupBy(fresh, keyOf)
  return [...Map.groupBy(gone, keyOf)].flatMap(([key, lost]) => {
    const found = key === undefined ? [] : (candidates.get(key) ?? [])
    const [before] = lost
    const [after] = found
    return lost.length === 1 && found.length === 1 && before !== undefined && after !== undefined
      ? [{ base: before, head: after }]
      : []
  })
}

/** Whom a policy speaks for, and in which directions it isolates them; undefined where it says nothing. */
function subjectKey({ id, entries }: Policy): string | undefined {
  const isolating = entries.filter(({ isolates }) => isolates)
  const telling = isolating.length > 0 ? isolating : entries
  if (telling.length === 0) return undefined
  const words = new Set(telling.map(({ direction, subject }) => `${direction} ${selectorKey(subject)}`))
  return [id.kind, id.namespace, ...[...words].sort()].join(' ')
}

/** One text for what a policy says, whatever the order in which it says it and what it is called. */
function meaningOf(policy: Policy): string | undefined {
  const subjects = subjectKey(policy)
  const said = policy.entries.map((entry) =>
    [
      entry.direction,
      entry.verdict,
      entry.isolates,
      selectorKey(entry.subject),
      peersKeyOf(entry),
      entry.connections.key,
    ].join(' '),
  )
  return subjects && [subjects, ...said.sort()].join('\n')
}

/** One text for all an entry says, wherever it is written. An entry that could not be read says nothing for certain. */
export function meaningOfEntry(entry: PolicyEntry): string {
  const { layer, direction, tier, order, subject, connections, verdict, isolates, effect } = entry
  const words = [layer, direction, tier, order.join(), selectorKey(subject), connections.key, verdict, isolates, effect]
  return [...words, peersKeyOf(entry), effect === 'unknown' ? textOf(entry.origin.span) : ''].join('\n')
}

/** One text for whom an entry speaks of, whatever the order in which it lists them. */
export const peersKeyOf = ({ peers }: PolicyEntry): string =>
  peers === 'any' ? 'any' : [...new Set(peers.map(peerKey))].sort().join(' or ')

/** One text for whom a peer is; what nobody can tell is like nothing but itself. */
export function peerKey(peer: PeerSelector): string {
  switch (peer.kind) {
    case 'pods':
      return selectorKey(peer)
    case 'addresses':
      return `${peer.addresses.key} pods ${peer.matchesPods} nodes ${peer.matchesNodes}`
    case 'nodes':
      return `${peer.which} nodes ${expressionKey(peer.labels)}`
    case 'entities':
      return `entities ${[...peer.entities].sort().join()}`
    case 'all-of':
    case 'any-of':
    case 'none-of':
      return `${peer.kind}(${peer.of.map(peerKey).sort().join(' ')})`
    case 'some-addresses':
    case 'unreadable':
      return `${peer.kind} ${textOf(peer.span)}`
    default:
      return assertNever(peer)
  }
}

const entries = new WeakMap<SideView, ReadonlyMap<string, readonly PolicyEntry[]>>()

/** What a policy compiles to. */
export function entriesOf(view: SideView, { id }: Pick<Policy, 'id'>): readonly PolicyEntry[] {
  const byPolicy = entries.get(view) ?? Map.groupBy(view.reach.input.entries, ({ origin }) => idKey(origin.policy))
  entries.set(view, byPolicy)
  return byPolicy.get(idKey(id)) ?? []
}

/** Peers that a policy certainly speaks for. */
export function subjectsOf({ reach }: SideView, { entries: own }: Policy): MemberSet {
  return unionOf(reach, own)
}

/** Peers that a policy certainly isolates for a direction. */
export function isolatedBy({ reach }: SideView, { entries: own }: Policy, direction: Direction): MemberSet {
  return unionOf(
    reach,
    own.filter((entry) => entry.isolates && entry.exists === 'yes' && entry.direction === direction),
  )
}

const unionOf = ({ matcher }: Reachability, own: readonly PolicyEntry[]): MemberSet =>
  own.reduce((all, { subject }) => all.union(matcher.select(subject).must), matcher.set([]))

/** What the entries of a policy by themselves certainly allow, or deny, its pods with whom in a direction. */
export function saidBy(
  { reach }: SideView,
  { entries: own }: Policy,
  direction: Direction,
  verdict: 'allow' | 'deny',
): Row {
  const rules = own.filter((entry) => entry.direction === direction && entry.verdict === verdict && !entry.isolates)
  const blocks: Block[] = rules.flatMap((entry) => [...reach.matcher.blocks(entry).must])
  return makeRow(blocks)
}
