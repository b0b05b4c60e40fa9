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

/** Sorts entries in the order in which they are asked: tier, order within the tier, as their policy gives them. */
export function inOrder(uses: readonly EntryUse[]): EntryUse[] {
  return [...uses].sort((a, b) => a.entry.tier - b.entry.tier || compareOrder(a.entry.order, b.entry.order))
}

/** Whether both bounds give the same row: every match is certain, and no two policies may overrule each other. */
export function isCertain(uses: readonly EntryUse[]): boolean {
  return uses.every(({ applies, must, may }) => applies === 'yes' && must === may) && !hasTies(uses)
}

function hasTies(uses: readonly EntryUse[]): boolean {
  const tiers = Map.groupBy(uses, ({ entry }) => entry.tier).values()
  return [...tiers].some((tier) => {
    if (isOfOneVerdict(tier)) return false
    const groups = tier.some(({ entry }) => entry.order.length === 0) ? [tier] : groupByOrder(tier)
    return groups.some((group) => !isOfOneVerdict(group) && policiesIn(group).length > 1)
  })
}

/** The peers there are, those of them that isolation does not shut out, and those of whom policies have no say. */
export interface Space {
  readonly everyone: MemberSet
  readonly exempt: MemberSet
  readonly free: MemberSet
}

/** Told of each entry that decides something, with what it took by its verdict. */
type Recorder = (use: EntryUse, taken: readonly Block[]) => void

/**
 * The row of one class and direction under one bound. Walks the tiers with the undecided part of the space: allow and
 * deny take from it, pass hands its part to the next tier, a tier that isolates denies the rest. What no tier decides
 * is allowed. Every layer must allow.
 */
export function evaluateRow(uses: readonly EntryUse[], space: Space, bound: Bound, record?: Recorder): Row {
  const walk: Walk = {
    open: { peers: space.everyone, connections: ConnectionSet.all },
    exempt: space.exempt,
    bound,
    record,
  }
  if (uses.length === 0) return makeRow([walk.open])
  const layers = [...Map.groupBy(inOrder(uses), ({ entry }) => entry.layer).values()]
  const row = layers.map((layer) => evaluateLayer(layer, walk)).reduce(intersectRows)
  return space.free.isEmpty ? row : makeRow([...row.blocks, { peers: space.free, connections: ConnectionSet.all }])
}

interface Walk {
  /** The whole space. */
  readonly open: Block
  readonly exempt: MemberSet
  readonly bound: Bound
  readonly record: Recorder | undefined
}

/** Above this many uncertain passes branches are not followed one by one. */
const MAX_BRANCHES = 6

/** `pass` is not monotone: where one is uncertain each case is evaluated, and `must` is what all of them allow. */
function evaluateLayer(uses: readonly EntryUse[], walk: Walk): Row {
  const uncertain = uses.filter(isUncertainPass)
  if (uncertain.length === 0) return makeRow(walkTiers(uses, walk))
  if (uncertain.length > MAX_BRANCHES) return walk.bound === 'must' ? makeRow([]) : makeRow([walk.open])
  const rows = branches(uses, uncertain).map((branch) => makeRow(walkTiers(branch, walk)))
  return walk.bound === 'must' ? rows.reduce(intersectRows) : makeRow(rows.flatMap((row) => row.blocks))
}

const isUncertainPass = ({ entry, applies, must, may }: EntryUse): boolean =>
  entry.verdict === 'pass' && (applies === 'unknown' || makeRow(must).key !== makeRow(may).key)

function branches(uses: readonly EntryUse[], uncertain: readonly EntryUse[]): EntryUse[][] {
  const [first, ...rest] = uncertain
  if (first === undefined) return [[...uses]]
  const certain = first.applies === 'unknown' ? [] : first.must
  const taken: EntryUse = { ...first, applies: 'yes', must: first.may }
  const left: EntryUse = { ...first, applies: 'yes', must: certain, may: certain }
  return [taken, left].flatMap((choice) =>
    branches(
      uses.map((use) => (use === first ? choice : use)),
      rest,
    ),
  )
}

function walkTiers(uses: readonly EntryUse[], walk: Walk): Block[] {
  let undecided: readonly Block[] = [walk.open]
  const allowed: Block[] = []
  for (const tier of Map.groupBy(uses, ({ entry }) => entry.tier).values()) {
    const closes = isolates(tier, walk.bound)
    const takes =
      closes && onlyAllows(tier) ? allTakes(tier, undecided, walk) : tierTakes(tier, undecided, walk, closes)
    for (const { use, blocks } of takes) walk.record?.(use, blocks)
    const left = subtractBlocks(closes ? onlyWith(undecided, walk.exempt) : undecided, blocksWith(takes))
    allowed.push(...blocksWith(takes, 'allow'))
    undecided = [...left, ...blocksWith(takes, 'pass')]
  }
  return [...allowed, ...undecided]
}

const onlyWith = (blocks: readonly Block[], peers: MemberSet): Block[] =>
  peers.isEmpty ? [] : blocks.map((block) => ({ ...block, peers: block.peers.intersect(peers) }))

/** What one entry takes out of the undecided space. */
interface Take {
  readonly use: EntryUse
  readonly blocks: readonly Block[]
}

const blocksWith = (takes: readonly Take[], verdict?: PolicyEntry['verdict']): Block[] =>
  takes.flatMap(({ use, blocks }) => (verdict === undefined || use.entry.verdict === verdict ? blocks : []))

const isOfOneVerdict = (uses: readonly EntryUse[]): boolean =>
  uses.every(({ entry }) => entry.verdict === uses[0]?.entry.verdict)

const onlyAllows = (uses: readonly EntryUse[]): boolean => uses.every(({ entry }) => entry.verdict === 'allow')

/** Where entries only allow and the rest is closed nothing has to be cut out of anything: their union counts. */
function allTakes(tier: readonly EntryUse[], space: readonly Block[], walk: Walk): Take[] {
  return tier.map((use) => ({ use, blocks: within(space, blocksOf(use, walk.bound), walk) }))
}

/** First matches of a tier. Policies without an order of their own may come before or behind any other. */
function tierTakes(tier: readonly EntryUse[], space: readonly Block[], walk: Walk, closes: boolean): Take[] {
  const floating = tier.filter(({ entry }) => entry.order.length === 0)
  const ordered = tier.filter(({ entry }) => entry.order.length > 0)
  const chains = policiesIn(floating).map((policy) => chainTakes(policy, space, walk))
  return mergeTies([...chains, orderedTakes(ordered, space, walk, closes)], walk.bound)
}

/** First matches of policies in their order; those of equal order are asked together. */
function orderedTakes(uses: readonly EntryUse[], space: readonly Block[], walk: Walk, closes: boolean): Take[] {
  let left = space
  const takes: Take[] = []
  for (const group of groupByOrder(uses)) {
    const found = closes && onlyAllows(group) ? allTakes(group, left, walk) : tiedTakes(group, left, walk)
    takes.push(...found)
    left = subtractBlocks(left, blocksWith(found))
  }
  return takes
}

/** Policies of one order, each with its own first matches. */
function tiedTakes(group: readonly EntryUse[], space: readonly Block[], walk: Walk): Take[] {
  return mergeTies(
    policiesIn(group).map((policy) => chainTakes(policy, space, walk)),
    walk.bound,
  )
}

/** First matches within one policy: its rules in the order in which they are written. */
function chainTakes(policy: readonly EntryUse[], space: readonly Block[], walk: Walk): Take[] {
  let left = space
  return policy.map((use) => {
    const said = blocksOf(use, walk.bound)
    const blocks = within(left, said, walk)
    left = subtractBlocks(left, said)
    return { use, blocks }
  })
}

/**
 * Which of several policies of one order wins is undefined, connection by connection. Under `must` the strictest of
 * their answers counts, under `may` the mildest.
 */
function mergeTies(chains: readonly Take[][], bound: Bound): Take[] {
  const [only, another] = chains
  if (another === undefined) return only ?? []
  const preference = bound === 'must' ? strictestFirst : mildestFirst
  let taken: readonly Block[] = []
  return preference.flatMap((verdict) =>
    chains.flat().flatMap(({ use, blocks }) => {
      if (use.entry.verdict !== verdict) return []
      const rest = subtractBlocks(blocks, taken)
      taken = [...taken, ...rest]
      return [{ use, blocks: rest }]
    }),
  )
}

const strictestFirst = ['deny', 'pass', 'allow'] as const
const mildestFirst = strictestFirst.toReversed()

const policiesIn = (uses: readonly EntryUse[]): EntryUse[][] => [
  ...Map.groupBy(uses, ({ entry }) => entry.origin.policy).values(),
]

function groupByOrder(uses: readonly EntryUse[]): EntryUse[][] {
  const groups: EntryUse[][] = []
  for (const use of uses) {
    const last = groups.at(-1)
    if (last?.[0] !== undefined && compareOrder(last[0].entry.order, use.entry.order) === 0) last.push(use)
    else groups.push([use])
  }
  return groups
}

/** While the space is still the whole one nothing has to be cut out of it. */
const within = (space: readonly Block[], blocks: readonly Block[], { open }: Walk): readonly Block[] =>
  space[0] === open ? blocks : intersectBlocks(space, blocks)

/** An uncertain allow counts for `may` only, an uncertain deny for `must` only. */
function blocksOf({ entry, applies, must, may }: EntryUse, bound: Bound): readonly Block[] {
  const optimistic = (bound === 'may') === (entry.verdict !== 'deny')
  if (optimistic) return may
  return applies === 'yes' ? must : []
}

function isolates(tier: readonly EntryUse[], bound: Bound): boolean {
  return tier.some(({ entry, applies }) => entry.isolates && (bound === 'must' || applies === 'yes'))
}
