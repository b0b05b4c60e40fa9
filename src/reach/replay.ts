import { compareOrder } from '../policies/entry.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { Bound, EntryUse } from './evaluate.ts'
import { connectionsWith, makeRow } from './row.ts'

/** What the entries of one end decide about one peer under one bound. */
export interface Replay {
  /** By use; one that decided nothing is missing. */
  readonly decided: ReadonlyMap<EntryUse, ConnectionSet>
  readonly allowed: ConnectionSet
}

/**
 * The walk of `evaluateRow` for a single peer, with a record of what each entry took. `uses` are in order. Where it is
 * uncertain whether an entry passes something on, both outcomes count: the walk is then wider than the row under `may`
 * and narrower under `must`.
 */
export function replay(uses: readonly EntryUse[], peer: number, bound: Bound): Replay {
  const decided = new Map<EntryUse, ConnectionSet>()
  const layers = [...Map.groupBy(uses, ({ entry }) => entry.layer).values()]
  const allowed = layers.map((layer) => walkLayer(layer, peer, bound, decided))
  return { decided, allowed: allowed.reduce((found, set) => found.intersect(set), ConnectionSet.all) }
}

type Record = Map<EntryUse, ConnectionSet>

function walkLayer(uses: readonly EntryUse[], peer: number, bound: Bound, decided: Record): ConnectionSet {
  let undecided = ConnectionSet.all
  let allowed = ConnectionSet.none
  for (const tier of Map.groupBy(uses, ({ entry }) => entry.tier).values()) {
    const onlyAllows = tier.every(({ entry }) => entry.verdict === 'allow')
    let left = undecided
    let passed = ConnectionSet.none
    for (const use of inBoundOrder(tier, bound)) {
      const taken = saidOf(use, peer, bound).intersect(left)
      if (taken.isEmpty) continue
      decided.set(use, taken)
      if (use.entry.verdict === 'allow') allowed = allowed.union(taken)
      if (use.entry.verdict === 'pass') passed = passed.union(taken)
      if (!onlyAllows) left = left.subtract(taken)
    }
    undecided = isIsolating(tier, bound) ? passed : left.union(passed)
  }
  return allowed.union(undecided)
}

/** What an entry says of the peer: an uncertain allow counts for `may` only, an uncertain deny for `must` only. */
function saidOf(use: EntryUse, peer: number, bound: Bound): ConnectionSet {
  const optimistic = (bound === 'may') === (use.entry.verdict !== 'deny')
  if (!optimistic && use.applies !== 'yes') return ConnectionSet.none
  return connectionsWith(makeRow(optimistic ? use.may : use.must), peer)
}

const isIsolating = (tier: readonly EntryUse[], bound: Bound): boolean =>
  tier.some(({ entry, applies }) => entry.isolates && (bound === 'must' || applies === 'yes'))

const strictness = { deny: 0, pass: 1, allow: 2 } as const

/** Ties have no defined winner: under `must` the strictest of them is asked first, under `may` the mildest. */
function inBoundOrder(tier: readonly EntryUse[], bound: Bound): EntryUse[] {
  const sign = bound === 'must' ? 1 : -1
  return tier.toSorted(
    (a, b) =>
      compareOrder(a.entry.order, b.entry.order) || sign * (strictness[a.entry.verdict] - strictness[b.entry.verdict]),
  )
}
