import { idKey } from '../model/cluster.ts'
import type { PolicyEntry } from '../policies/entry.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { compareText } from '../source/compare-text.ts'
import type { Cause } from './cause.ts'
import { compareRows, gainOf, type RawChange } from './compare-rows.ts'
import type { ChangeKind, ConnectionChange, Delta } from './delta.ts'
import { causeKey, distinctCauses, findCauses } from './find-causes.ts'
import { namePeers } from './name-peers.ts'
import { newcomersOf } from './newcomers.ts'
import type { SideView } from './side-view.ts'
import { tellChanges } from './tell-changes.ts'

/** A change of one rectangle with its causes, before equal ones are folded. */
interface Attributed {
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly raw: RawChange
  readonly certainty: ConnectionChange['certainty']
  readonly gained: ConnectionSet
  readonly lost: ConnectionSet
  readonly causes: readonly Cause[]
}

/** The delta of one cluster: who can talk to whom in head that could not in base, and the reverse, and why. */
export function compare(base: SideView, head: SideView): Delta {
  const { universe } = head.reach
  const entriesOf = entryFinder(base.reach, head.reach)
  const isNewcomer = newcomersOf(base, head)
  const attributed = compareRows(base.reach, head.reach, isNewcomer).flatMap((raw) =>
    attribute(raw, base, head, isNewcomer),
  )
  const changes = fold(attributed)
    .map((change) => named(change, head.reach, entriesOf(change.causes)))
    .sort(compareChanges)
  const workloads = universe.classes.flatMap((found) => (found.kind === 'workloads' ? found.members : []))
  return {
    universe,
    base: base.reach,
    head: head.reach,
    changes,
    sentences: tellChanges(changes, head.reach, entriesOf),
    addedWorkloads: workloads.filter(({ base }) => base === undefined),
    removedWorkloads: workloads.filter(({ head }) => head === undefined),
  }
}

/** What is certain and what is only possible are told apart: two changes, each with its own causes. */
function attribute(
  raw: RawChange,
  base: SideView,
  head: SideView,
  isNewcomer: (found: PeerClass) => boolean,
): Attributed[] {
  const source = classAt(head.reach, raw.sources)
  const destination = classAt(head.reach, raw.destinations)
  const gain = gainOf(raw)
  const loss = isNewcomer(source) || isNewcomer(destination) ? nothing : gainOf({ base: raw.head, head: raw.base })
  const causesOf = (gained: ConnectionSet, lost: ConnectionSet): Cause[] =>
    distinctCauses([
      ...(gained.isEmpty ? [] : findCauses({ source, destination, connections: gained, without: base, having: head })),
      ...(lost.isEmpty ? [] : findCauses({ source, destination, connections: lost, without: head, having: base })),
    ])
  const rectangle = { sources: raw.sources, destinations: raw.destinations, raw }
  const kinds = [
    { certainty: 'certain' as const, gained: gain.certain, lost: loss.certain },
    { certainty: 'possible' as const, gained: gain.possible, lost: loss.possible },
  ]
  return kinds
    .filter(({ gained, lost }) => !gained.isEmpty || !lost.isEmpty)
    .map((kind) => ({ ...rectangle, ...kind, causes: causesOf(kind.gained, kind.lost) }))
}

const nothing = { certain: ConnectionSet.none, possible: ConnectionSet.none }

const classAt = (reach: Reachability, members: MemberSet): PeerClass =>
  reach.universe.classes[members.first() as number] as PeerClass

/** Rectangles with the same change and the same causes become one where they share a side. */
function fold(changes: readonly Attributed[]): Attributed[] {
  const kinds = Map.groupBy(changes, ({ certainty, gained, lost, raw, causes }) =>
    [
      certainty,
      gained.key,
      lost.key,
      raw.base.must.key,
      raw.head.must.key,
      raw.base.may.key,
      raw.head.may.key,
      ...causes.map(causeKey),
    ].join('\n'),
  )
  return [...kinds.values()].flatMap(foldSides)
}

function foldSides(changes: readonly Attributed[]): Attributed[] {
  let current = [...changes]
  for (;;) {
    const before = current.length
    current = mergeBy(
      current,
      ({ sources }) => sources.key,
      (a, b) => ({ ...a, destinations: a.destinations.union(b.destinations) }),
    )
    current = mergeBy(
      current,
      ({ destinations }) => destinations.key,
      (a, b) => ({ ...a, sources: a.sources.union(b.sources) }),
    )
    if (current.length === before) return current
  }
}

function mergeBy(
  changes: readonly Attributed[],
  keyOf: (change: Attributed) => string,
  merge: (a: Attributed, b: Attributed) => Attributed,
): Attributed[] {
  return [...Map.groupBy(changes, keyOf).values()].map((group) => group.reduce(merge))
}

function named(change: Attributed, head: Reachability, entries: readonly PolicyEntry[]): ConnectionChange {
  const { raw, gained, lost, certainty, causes } = change
  const sources = { members: change.sources, name: namePeers(change.sources, head, entries) }
  const destinations = { members: change.destinations, name: namePeers(change.destinations, head, entries) }
  return {
    kind: kindOf(raw, gained, lost),
    certainty,
    sources,
    destinations,
    base: raw.base,
    head: raw.head,
    gained,
    lost,
    causes,
  }
}

/** Gives the entries whose selectors name the ends of a change best. */
type EntriesOf = (causes: readonly Cause[]) => readonly PolicyEntry[]

/** Those of the policies that caused it, then those beside them in their namespaces and those of the whole cluster. */
function entryFinder(base: Reachability, head: Reachability): EntriesOf {
  const all = [...head.input.entries, ...base.input.entries]
  const byNamespace = Map.groupBy(all, ({ origin }) => origin.policy.namespace)
  return (causes) => {
    const policies = new Set(causes.map(({ object }) => idKey(object)))
    const namespaces = new Set([...causes.map(({ object }) => object.namespace), ''])
    const near = [...namespaces].flatMap((namespace) => byNamespace.get(namespace) ?? [])
    const isOwn = ({ origin }: PolicyEntry): boolean => policies.has(idKey(origin.policy))
    return [...near.filter(isOwn), ...near.filter((entry) => !isOwn(entry))]
  }
}

function kindOf(raw: RawChange, gained: ConnectionSet, lost: ConnectionSet): ChangeKind {
  if (!gained.isEmpty && !lost.isEmpty) return 'replaced'
  if (!gained.isEmpty) return raw.base.may.isEmpty ? 'added' : 'widened'
  return raw.head.may.isEmpty ? 'removed' : 'narrowed'
}

const rank: Readonly<Record<ChangeKind, number>> = { added: 0, widened: 1, replaced: 2, narrowed: 3, removed: 4 }

function compareChanges(a: ConnectionChange, b: ConnectionChange): number {
  if (a.certainty !== b.certainty) return a.certainty === 'certain' ? -1 : 1
  return (
    rank[a.kind] - rank[b.kind] ||
    compareText(a.sources.name, b.sources.name) ||
    compareText(a.destinations.name, b.destinations.name) ||
    compareText(a.gained.key, b.gained.key)
  )
}
