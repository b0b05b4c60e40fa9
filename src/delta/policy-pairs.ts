import { idKey } from '../model/cluster.ts'
import { expressionKey } from '../model/label-expression.ts'
import type { Direction, PeerSelector, PolicyEntry } from '../policies/entry.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { type Block, makeRow, type Row } from '../reach/row.ts'
import { selectorKey } from '../reach/selector-scope.ts'
import { assertNever } from '../source/assert-never.ts'
import { textOf } from '../source/span.ts'
import type { SideView } from './side-view.ts'

/** A policy of both sides; the names differ where it was renamed. */
export interface PolicyPair {
  readonly base: NetworkPolicySpec
  readonly head: NetworkPolicySpec
}

export interface PolicyPairs {
  readonly pairs: readonly PolicyPair[]
  /** Policies of base that head has under no name. */
  readonly removed: readonly NetworkPolicySpec[]
}

const known = new WeakMap<SideView, { readonly base: SideView; readonly found: PolicyPairs }>()

/**
 * Joins the policies of the two sides: by name, else one that says the same, else the only one that speaks for the
 * same pods in the same directions.
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
  const gone = [...before].filter(([key]) => !after.has(key)).map(([, spec]) => spec)
  const fresh = [...after].filter(([key]) => !before.has(key)).map(([, spec]) => spec)
  const pairs: PolicyPair[] = [...after].flatMap(([key, spec]) => {
    const other = before.get(key)
    return other === undefined ? [] : [{ base: other, head: spec }]
  })
  const exact = joinBy(gone, fresh, (spec, view) => meaningOf(spec, view), base, head)
  const left = { gone: without(gone, exact, 'base'), fresh: without(fresh, exact, 'head') }
  const loose = joinBy(left.gone, left.fresh, (spec) => subjectKey(spec), base, head)
  return { pairs: [...pairs, ...exact, ...loose], removed: without(left.gone, loose, 'base') }
}

const byKey = ({ policies }: SideView): Map<string, NetworkPolicySpec> =>
  new Map(policies.networkPolicies.map((spec) => [idKey(spec.id), spec]))

function without(
  specs: readonly NetworkPolicySpec[],
  pairs: readonly PolicyPair[],
  side: 'base' | 'head',
): NetworkPolicySpec[] {
  const taken = new Set(pairs.map((pair) => pair[side]))
  return specs.filter((spec) => !taken.has(spec))
}

type KeyOf = (spec: NetworkPolicySpec, view: SideView) => string

/** Pairs where a key leaves no choice. */
function joinBy(
  gone: readonly NetworkPolicySpec[],
  fresh: readonly NetworkPolicySpec[],
  keyOf: KeyOf,
  base: SideView,
  head: SideView,
): PolicyPair[] {
  const candidates = Map.groupBy(fresh, (spec) => keyOf(spec, head))
  return [...Map.groupBy(gone, (spec) => keyOf(spec, base))].flatMap(([key, lost]) => {
    const found = candidates.get(key) ?? []
    const [before] = lost
    const [after] = found
    return lost.length === 1 && found.length === 1 && before !== undefined && after !== undefined
      ? [{ base: before, head: after }]
      : []
  })
}

function subjectKey({ id, podSelector, isolates }: NetworkPolicySpec): string {
  return `${id.namespace} ${expressionKey(podSelector)} ${isolates.ingress} ${isolates.egress}`
}

/** One text for what a policy says, whatever the order in which it says it. */
function meaningOf(spec: NetworkPolicySpec, view: SideView): string {
  const entries = entriesOf(view, spec).map(
    (entry) => `${entry.direction} ${peersKeyOf(entry)} ${entry.connections.key}`,
  )
  return [subjectKey(spec), ...entries.sort()].join('\n')
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
export function entriesOf(view: SideView, { id }: Pick<NetworkPolicySpec, 'id'>): readonly PolicyEntry[] {
  const byPolicy = entries.get(view) ?? Map.groupBy(view.reach.input.entries, ({ origin }) => idKey(origin.policy))
  entries.set(view, byPolicy)
  return byPolicy.get(idKey(id)) ?? []
}

/** What the rules of a policy by themselves certainly let its pods exchange with whom in a direction. */
export function allowedBy(view: SideView, spec: NetworkPolicySpec, direction: Direction): Row {
  const rules = entriesOf(view, spec).filter(
    (entry) => entry.direction === direction && entry.verdict === 'allow' && !entry.isolates,
  )
  const blocks: Block[] = rules.flatMap((entry) => [...view.reach.matcher.blocks(entry).must])
  return makeRow(blocks)
}
