import type { Direction } from '../policies/entry.ts'
import { type Bounds, possible, type Reachability, type RowBounds } from '../reach/reachability.ts'
import { connectionsWith, type Row } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { MemberSet } from '../sets/member-set.ts'

/** Sources and destinations between which the same was possible in base and the same is in head, and it differs. */
export interface RawChange {
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly base: Bounds
  readonly head: Bounds
}

/**
 * Classes with the same rows on both sides, and, where the rows differ, with the same policies. What the rows come to is
 * worked out when it is asked for: most groups neither change nor meet one that does.
 */
class RowGroup {
  readonly members: MemberSet
  /** Whether the rows of the two sides differ. */
  readonly changed: boolean
  readonly #rows: SideRows
  readonly #everyone: MemberSet
  #parts: readonly RowPart[] | undefined
  #changedPeers: MemberSet | undefined

  constructor(members: MemberSet, rows: SideRows, everyone: MemberSet) {
    this.members = members
    this.#rows = rows
    this.#everyone = everyone
    this.changed = !isSameRow(rows.base.must, rows.head.must) || !isSameRow(rows.base.may, rows.head.may)
  }

  /** Disjoint peers with what the four rows give them. */
  get parts(): readonly RowPart[] {
    this.#parts ??= splitParts(this.#everyone, this.#rows)
    return this.#parts
  }

  /** Peers for whom the two sides give different connections. */
  get changedPeers(): MemberSet {
    this.#changedPeers ??= this.parts
      .filter(({ changed }) => changed)
      .reduce((all, { peers }) => all.union(peers), MemberSet.none)
    return this.#changedPeers
  }
}

type SideRows = Readonly<Record<'base' | 'head', RowBounds>>

/** Rows are shared between the sides, so most equal ones are one value. */
const isSameRow = (a: Row, b: Row): boolean => a === b || a.key === b.key

interface RowPart {
  readonly peers: MemberSet
  readonly base: Bounds
  readonly head: Bounds
  readonly changed: boolean
}

/** Every pair of classes whose connections differ between the sides, as rectangles that mix no newcomers with others. */
export function compareRows(
  base: Reachability,
  head: Reachability,
  isNewcomer: (found: PeerClass) => boolean,
): RawChange[] {
  const classes = base.universe.classes.filter(existsInHead)
  const keep = Map.groupBy(classes, isNewcomer)
  const groupsOf = (direction: Direction): RowGroup[] =>
    [...keep.values()].flatMap((members) => rowGroups(base, head, members, direction))
  const egress = groupsOf('egress')
  const ingress = groupsOf('ingress')
  const found: RawChange[] = []
  for (const [source, receivers] of partnersOf(egress, ingress)) {
    for (const destination of receivers) collect(source, destination, found)
  }
  for (const [destination, senders] of partnersOf(ingress, egress)) {
    for (const source of senders) {
      if (!source.changedPeers.overlaps(destination.members)) collect(source, destination, found)
    }
  }
  return found
}

/** Each group that changes, with those of the other direction that hold peers for whom it does: seldom many. */
function* partnersOf(
  groups: readonly RowGroup[],
  others: readonly RowGroup[],
): Iterable<[RowGroup, Iterable<RowGroup>]> {
  const groupOf = new Map(others.flatMap((other) => [...other.members].map((index) => [index, other] as const)))
  for (const group of groups) {
    if (!group.changed) continue
    const { changedPeers } = group
    if (changedPeers.size > others.length) yield [group, others.filter(({ members }) => members.overlaps(changedPeers))]
    else yield [group, new Set([...changedPeers].flatMap((index) => groupOf.get(index) ?? []))]
  }
}

/** A workload that is gone in head is reported as such; its connections went with it. */
const existsInHead = (found: PeerClass): boolean =>
  found.kind !== 'workloads' || found.members.some(({ head }) => head !== undefined)

function rowGroups(
  base: Reachability,
  head: Reachability,
  classes: readonly PeerClass[],
  direction: Direction,
): RowGroup[] {
  const { everyone } = base.matcher
  const numbers: RowNumbers = new Map()
  const groups = Map.groupBy(classes, (found) => groupKey(base, head, found, direction, numbers))
  return [...groups.values()].map((members) => {
    const found = members[0] as PeerClass
    const rows = { base: base.row(found, direction), head: head.row(found, direction) }
    return new RowGroup(MemberSet.of(members.map(({ index }) => index)), rows, everyone)
  })
}

/** Rows are few and shared, so a short number stands for each; equal rows of two sides may get two numbers. */
type RowNumbers = Map<RowBounds, number>

function numberOf(row: RowBounds, numbers: RowNumbers): number {
  const known = numbers.get(row)
  if (known === undefined) numbers.set(row, numbers.size)
  return known ?? numbers.size - 1
}

/** Most classes have one row on both sides, which stands for itself. */
function groupKey(
  base: Reachability,
  head: Reachability,
  found: PeerClass,
  direction: Direction,
  numbers: RowNumbers,
): RowBounds | string {
  const before = base.row(found, direction)
  const after = head.row(found, direction)
  if (before === after) return before
  const rows = `${numberOf(before, numbers)},${numberOf(after, numbers)}`
  if (isSameRow(before.must, after.must) && isSameRow(before.may, after.may)) return rows
  const policies = [base, head].map((side) =>
    side.uses(found, direction).map(({ entry }) => `${entry.origin.policy.namespace}/${entry.origin.policy.name}`),
  )
  return `${rows} ${policies.map((names) => [...new Set(names)].join(' ')).join(' / ')}`
}

function splitParts(everyone: MemberSet, rows: SideRows): RowPart[] {
  let pieces: MemberSet[] = [everyone]
  for (const row of new Set([rows.base.must, rows.base.may, rows.head.must, rows.head.may])) {
    for (const block of row.blocks) {
      pieces = pieces.flatMap((piece) => {
        if (!piece.overlaps(block.peers)) return [piece]
        const outside = piece.subtract(block.peers)
        return outside.isEmpty ? [piece] : [piece.intersect(block.peers), outside]
      })
    }
  }
  return pieces.flatMap((peers) => {
    const peer = peers.first()
    if (peer === undefined) return []
    const at = (row: { must: Row; may: Row }): Bounds => ({
      must: connectionsWith(row.must, peer),
      may: connectionsWith(row.may, peer),
    })
    const base = at(rows.base)
    const head = at(rows.head)
    if (base.may.isEmpty && head.may.isEmpty) return []
    return [{ peers, base, head, changed: !sameBounds(base, head) }]
  })
}

const sameBounds = (a: Bounds, b: Bounds): boolean => a.must.equals(b.must) && a.may.equals(b.may)

function collect(source: RowGroup, destination: RowGroup, found: RawChange[]): void {
  for (const out of source.parts) {
    const destinations = out.peers.intersect(destination.members)
    if (destinations.isEmpty) continue
    for (const into of destination.parts) {
      if (!out.changed && !into.changed) continue
      const sources = into.peers.intersect(source.members)
      if (sources.isEmpty) continue
      const base = meet(out.base, into.base)
      const head = meet(out.head, into.head)
      if (!sameBounds(base, head)) found.push({ sources, destinations, base, head })
    }
  }
}

const meet = (out: Bounds, into: Bounds): Bounds => ({
  must: out.must.intersect(into.must),
  may: possible(out.may, into.may),
})

/** What is surely there in head and surely was not in base; and what may be, where nothing is sure. */
export function gainOf({ base, head }: Pick<RawChange, 'base' | 'head'>): {
  readonly certain: ConnectionSet
  readonly possible: ConnectionSet
} {
  const certain = head.must.subtract(base.may)
  const maybe = head.may.subtract(base.may).union(head.must.subtract(base.must))
  return { certain, possible: maybe.subtract(certain) }
}
