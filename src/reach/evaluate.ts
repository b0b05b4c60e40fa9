import type { Truth } from '../model/labels.ts'
import { compareOrder, type PolicyEntry } from '../policies/entry.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { type Block, intersectBlocks, intersectRows, makeRow, type Row, subtractBlocks } from './row.ts'

/** The two answers: allowed whatever the unknowns are, and allowed under some of them. */
export type Bound = 'must' | 'may'

/** An entry that applies, or may apply, to the class whose row is computed, with what it says under each bound. */
export interface EntryUse {
  readonly entry: PolicyEntry
  /** Whether the entry's subject matches the class; never `no`. */
  readonly applies: Truth
  readonly must: readonly Block[]
  readonly may: readonly Block[]
}

/** Sorts entries in the order in which they are asked: tier, then order within the tier. */
export function inOrder(uses: readonly EntryUse[]): EntryUse[] {
  return [...uses].sort((a, b) => a.entry.tier - b.entry.tier || compareOrder(a.entry.order, b.entry.order))
}

/**
 * The row of one class and direction under one bound. Walks the tiers with the undecided part of the space: allow and
 * deny take from it, pass hands its part to the next tier, a tier that isolates denies the rest. What no tier decides
 * is allowed. Every layer must allow.
 */
export function evaluateRow(uses: readonly EntryUse[], everyone: MemberSet, bound: Bound): Row {
  const open: Block = { peers: everyone, connections: ConnectionSet.all }
  if (uses.length === 0) return makeRow([open])
  const layers = [...Map.groupBy(inOrder(uses), ({ entry }) => entry.layer).values()]
  return layers.map((layer) => evaluateLayer(layer, open, bound)).reduce(intersectRows)
}

/** Above this many uncertain passes branches are not followed one by one. */
const MAX_BRANCHES = 6

/** `pass` is not monotone: where one is uncertain each case is evaluated, and `must` is what all of them allow. */
function evaluateLayer(uses: readonly EntryUse[], open: Block, bound: Bound): Row {
  const uncertain = uses.filter(isUncertainPass)
  if (uncertain.length === 0) return makeRow(walk(uses, open, bound))
  if (uncertain.length > MAX_BRANCHES) return bound === 'must' ? makeRow([]) : makeRow([open])
  const rows = branches(uses, uncertain).map((branch) => makeRow(walk(branch, open, bound)))
  return bound === 'must' ? rows.reduce(intersectRows) : makeRow(rows.flatMap((row) => row.blocks))
}

const isUncertainPass = ({ entry, applies, must, may }: EntryUse): boolean =>
  entry.verdict === 'pass' && (applies === 'unknown' || makeRow(must).key !== makeRow(may).key)

function branches(uses: readonly EntryUse[], uncertain: readonly EntryUse[]): EntryUse[][] {
  const [first, ...rest] = uncertain
  if (first === undefined) return [[...uses]]
  const taken: EntryUse = { ...first, applies: 'yes', must: first.may }
  const left: EntryUse = {
    ...first,
    applies: 'yes',
    may: first.applies === 'unknown' ? [] : first.must,
    must: first.applies === 'unknown' ? [] : first.must,
  }
  return [taken, left].flatMap((choice) =>
    branches(
      uses.map((use) => (use === first ? choice : use)),
      rest,
    ),
  )
}

function walk(uses: readonly EntryUse[], open: Block, bound: Bound): Block[] {
  let undecided: readonly Block[] = [open]
  const allowed: Block[] = []
  for (const tier of Map.groupBy(uses, ({ entry }) => entry.tier).values()) {
    const result = walkTier(tier, undecided, open, bound)
    allowed.push(...result.allowed)
    undecided = result.undecided
  }
  return [...allowed, ...undecided]
}

interface TierResult {
  readonly allowed: readonly Block[]
  readonly undecided: readonly Block[]
}

/** While the space is still the one `open` block, nothing has to be cut out of it. */
function walkTier(tier: readonly EntryUse[], space: readonly Block[], open: Block, bound: Bound): TierResult {
  let left = space
  const allowed: Block[] = []
  const passed: Block[] = []
  for (const group of groupTies(tier)) {
    for (const use of bound === 'must' ? strictestFirst(group) : strictestFirst(group).reverse()) {
      const blocks = blocksOf(use, bound)
      if (blocks.length === 0) continue
      const taken = left[0] === open ? blocks : intersectBlocks(left, blocks)
      if (use.entry.verdict === 'allow') allowed.push(...taken)
      if (use.entry.verdict === 'pass') passed.push(...taken)
      if (!onlyAllows(tier)) left = subtractBlocks(left, blocks)
    }
  }
  if (isolates(tier, bound)) return { allowed, undecided: passed }
  return { allowed, undecided: [...left, ...passed] }
}

const onlyAllows = (tier: readonly EntryUse[]): boolean => tier.every(({ entry }) => entry.verdict === 'allow')

/** Entries of equal order are asked together: which of them wins is undefined. */
function groupTies(tier: readonly EntryUse[]): EntryUse[][] {
  const groups: EntryUse[][] = []
  for (const use of tier) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && compareOrder(last[0].entry.order, use.entry.order) === 0) last.push(use)
    else groups.push([use])
  }
  return groups
}

const strictness = { deny: 0, pass: 1, allow: 2 } as const

const strictestFirst = (group: readonly EntryUse[]): EntryUse[] =>
  [...group].sort((a, b) => strictness[a.entry.verdict] - strictness[b.entry.verdict])

/** An uncertain allow counts for `may` only, an uncertain deny for `must` only. */
function blocksOf({ entry, applies, must, may }: EntryUse, bound: Bound): readonly Block[] {
  const optimistic = (bound === 'may') === (entry.verdict !== 'deny')
  if (optimistic) return may
  return applies === 'yes' ? must : []
}

function isolates(tier: readonly EntryUse[], bound: Bound): boolean {
  return tier.some(({ entry, applies }) => entry.isolates && (bound === 'must' || applies === 'yes'))
}
