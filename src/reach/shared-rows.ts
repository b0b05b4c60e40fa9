import type { Labels } from '../model/labels.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import type { Direction, NamespaceScope, PolicyEntry } from '../policies/entry.ts'
import type { MemberSet } from '../sets/member-set.ts'
import type { EntryBlocks, Matches } from './matcher.ts'
import type { ClassAnswers, Reachability, RowBounds } from './reachability.ts'
import type { Row } from './row.ts'
import { inScope, scopeKeyOf } from './selector-scope.ts'
import { isPlaced, type PeerClass, representative, type Side, sides, type Universe } from './universe.ts'

/**
 * What the two sides of a universe have in common: an entry that both hold and that speaks of the same peers on both
 * has one `EntryBlocks`, and rows that come from the same of them are one value.
 */
export class SharedRows {
  readonly rows = new Map<string, RowBounds>()
  /** What is known of the classes of which `isUnchanged` holds, by index. */
  readonly answers: Readonly<Record<Direction, Map<number, ClassAnswers>>> = { ingress: new Map(), egress: new Map() }
  /** Answers to selectors of which `isShared` holds. */
  readonly selected = new Map<string, Matches>()
  /** Blocks of entries whose peers are all such selectors. */
  readonly found = new WeakMap<PolicyEntry, EntryBlocks>()
  /** Answers to address peers, where pods with known places are the same on both sides. */
  readonly #addressed = new WeakMap<NetworkProfile, Map<string, Matches>>()
  readonly #samePlaces: boolean
  readonly #universe: Universe
  readonly #sides = new Map<Side, Reachability>()
  readonly #changedIn: Partial<Record<Direction, MemberSet>> = {}
  readonly #changed: readonly string[]
  readonly #peers = new Map<string, MemberSet>()
  readonly #isShared = new Map<string, boolean>()
  readonly #isSharedScope = new WeakMap<NamespaceScope, boolean>()
  readonly #blocks = new WeakMap<PolicyEntry, EntryBlocks[]>()
  readonly #numbers = new WeakMap<EntryBlocks, number>()
  #count = 0

  constructor(universe: Universe) {
    this.#universe = universe
    this.#changed = changedNamespaces(universe)
    this.#samePlaces = universe.classes.every(
      (found) =>
        representative(found, 'base') === representative(found, 'head') ||
        sides.every((side) => !isPlaced(representative(found, side))),
    )
  }

  /** The first of each side: those are compared. */
  meet(reach: Reachability): void {
    if (!this.#sides.has(reach.side)) this.#sides.set(reach.side, reach)
  }

  /** Whether the same entries speak for a class on both sides, and say the same: its rows are then equal. */
  isUnchanged(reach: Reachability, { index }: PeerClass, direction: Direction): boolean {
    const [base, head] = [this.#sides.get('base'), this.#sides.get('head')]
    if (base === undefined || head === undefined || this.#sides.get(reach.side) !== reach) return false
    this.#changedIn[direction] ??= changedClasses(base, head, direction)
    return !this.#changedIn[direction].has(index)
  }

  /** Whether all that a scope may look into is the same on both sides, so that one answer serves both. */
  isShared(scope: NamespaceScope): boolean {
    const seen = this.#isSharedScope.get(scope)
    if (seen !== undefined) return seen
    const key = scopeKeyOf(scope)
    const found = this.#isShared.get(key) ?? this.#isUntouched(scope)
    this.#isShared.set(key, found)
    this.#isSharedScope.set(scope, found)
    return found
  }

  #isUntouched(scope: NamespaceScope): boolean {
    return this.#changed.every((name) =>
      sides.every((side) => inScope(scope, name, this.#universe.namespaces[side]) === 'no'),
    )
  }

  /** Where answers to address peers are kept for both sides; undefined where they may differ. */
  addressed(profile: NetworkProfile): Map<string, Matches> | undefined {
    if (!this.#samePlaces) return undefined
    const known = this.#addressed.get(profile) ?? new Map<string, Matches>()
    this.#addressed.set(profile, known)
    return known
  }

  /**
   * The row with one set of peers for equal ones. Rows differ and yet often hold the same large set, such as every pod
   * that may have an address: with one for each row, memory would grow with the square of the cluster.
   */
  withSharedPeers(row: Row): Row {
    const blocks = row.blocks.map(({ peers, connections }) => {
      const shared = this.#peers.get(peers.key) ?? peers
      this.#peers.set(peers.key, shared)
      return { peers: shared, connections }
    })
    return { ...row, blocks }
  }

  /** The value both sides use for blocks that are equal. */
  blocks(entry: PolicyEntry, found: EntryBlocks): EntryBlocks {
    const known = this.#blocks.get(entry) ?? []
    this.#blocks.set(entry, known)
    const same = known.find((other) => equalBlocks(other, found))
    if (same !== undefined) return same
    known.push(found)
    this.#numbers.set(found, this.#count++)
    return found
  }

  /** Stands for an entry together with what it says, in keys of rows. */
  number(blocks: EntryBlocks): number {
    return this.#numbers.get(blocks) as number
  }
}

/** Classes that are others on the two sides, or for which some entry speaks of one side only, or not the same on both. */
function changedClasses(base: Reachability, head: Reachability, direction: Direction): MemberSet {
  const { classes } = base.universe
  const sparesSame = (found: PeerClass): boolean =>
    base.ownMachine(found, direction, 'may').equals(head.ownMachine(found, direction, 'may')) &&
    base.ownMachine(found, direction, 'must').equals(head.ownMachine(found, direction, 'must'))
  const other = classes.filter(
    (found) => representative(found, 'base') !== representative(found, 'head') || !sparesSame(found),
  )
  const entries = (reach: Reachability): Set<PolicyEntry> =>
    new Set(reach.input.entries.filter((entry) => entry.direction === direction))
  const [before, after] = [entries(base), entries(head)]
  const subjects = ({ matcher }: Reachability, { subject }: PolicyEntry): Matches => matcher.select(subject)
  const isSame = (entry: PolicyEntry): boolean =>
    after.has(entry) &&
    subjects(base, entry) === subjects(head, entry) &&
    base.matcher.blocks(entry) === head.matcher.blocks(entry)
  const kept = new Set([...before].filter(isSame))
  const changed = [
    ...[...before].filter((entry) => !kept.has(entry)).map((entry) => subjects(base, entry)),
    ...[...after].filter((entry) => !kept.has(entry)).map((entry) => subjects(head, entry)),
  ]
  return changed.reduce((all, { may }) => all.union(may), base.matcher.set(other.map(({ index }) => index)))
}

const equalBlocks = (a: EntryBlocks, b: EntryBlocks): boolean =>
  equalLists(a.must, b.must) && (a.must === a.may ? b.must === b.may : equalLists(a.may, b.may))

const equalLists = (a: EntryBlocks['must'], b: EntryBlocks['must']): boolean =>
  a.length === b.length &&
  a.every(({ peers, connections }, index) => {
    const other = b[index]
    return other !== undefined && connections.key === other.connections.key && peers.equals(other.peers)
  })

/** Namespaces whose labels, or the workloads that stand for some class of them, differ between the sides. */
function changedNamespaces({ byNamespace, namespaces }: Universe): string[] {
  const isChanged = ([name, classes]: [string, readonly PeerClass[]]): boolean =>
    !sameLabels(namespaces.base.get(name), namespaces.head.get(name)) ||
    classes.some((found) => representative(found, 'base') !== representative(found, 'head'))
  return [...byNamespace].filter(isChanged).map(([name]) => name)
}

function sameLabels(a: Labels | undefined, b: Labels | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.complete === b.complete &&
    a.values.size === b.values.size &&
    [...a.values].every(([key, { value }]) => b.values.get(key)?.value === value) &&
    a.unknownKeys.symmetricDifference(b.unknownKeys).size === 0
  )
}

const known = new WeakMap<Universe, SharedRows>()

export function sharedRows(universe: Universe): SharedRows {
  const found = known.get(universe) ?? new SharedRows(universe)
  known.set(universe, found)
  return found
}
