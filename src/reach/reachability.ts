import { and, type Truth } from '../model/labels.ts'
import type { Direction, PolicyEntry } from '../policies/entry.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { type EntryUse, evaluateRow, inOrder, isCertain } from './evaluate.ts'
import { isLocal } from './is-local.ts'
import { Matcher, representative } from './matcher.ts'
import { connectionsWith, type Row } from './row.ts'
import { type SharedRows, sharedRows } from './shared-rows.ts'
import { isPodClass, type PeerClass, type Side, type SideInput, type Universe } from './universe.ts'

/** Connections under both bounds; `must` is a subset of `may`. */
export interface Bounds {
  readonly must: ConnectionSet
  readonly may: ConnectionSet
}

export interface RowBounds {
  readonly must: Row
  readonly may: Row
}

/**
 * Who can talk to whom on one side. Rows are computed when they are asked for, once, and equal rows are one value, so
 * that `base === head` of their keys tells an unchanged class.
 */
export class Reachability {
  readonly universe: Universe
  readonly side: Side
  readonly input: SideInput
  readonly matcher: Matcher
  readonly #entries: Readonly<Record<Direction, EntryIndex>>
  readonly #rows = new Map<string, RowBounds>()
  readonly #shared: SharedRows
  readonly #open: RowBounds

  constructor(universe: Universe, side: Side, input: SideInput) {
    this.universe = universe
    this.side = side
    this.input = input
    this.matcher = new Matcher(universe, side, input.cluster)
    this.#shared = sharedRows(universe)
    this.#entries = {
      ingress: new EntryIndex(input.entries, 'ingress'),
      egress: new EntryIndex(input.entries, 'egress'),
    }
    this.#open = this.#shared.rows.get('') ?? openRow(this.matcher)
    this.#shared.rows.set('', this.#open)
  }

  /** Whether policies apply to the peers of a class: not to addresses, not to pods on the host network. */
  isPoliced(found: PeerClass): boolean {
    return isPodClass(found) && representative(found, this.side)?.hostNetwork !== true
  }

  /** Entries that apply, or may apply, to a class, in the order in which they are asked. */
  uses(found: PeerClass, direction: Direction): EntryUse[] {
    if (!this.isPoliced(found)) return []
    const uses: EntryUse[] = []
    for (const entry of this.#entries[direction].candidates(found)) {
      const subjects = this.matcher.select(entry.subject)
      if (!subjects.may.has(found.index)) continue
      const selected: Truth = subjects.must === subjects.may || subjects.must.has(found.index) ? 'yes' : 'unknown'
      const applies = and(selected, entry.exists)
      const blocks = this.matcher.blocks(entry)
      uses.push({ entry, applies, ...this.#resolved(entry, blocks, found) })
    }
    return inOrder(uses)
  }

  /** In ingress the subject is the destination: its own pods resolve the names. */
  #resolved(
    entry: PolicyEntry,
    blocks: { must: EntryUse['must']; may: EntryUse['may'] },
    subject: PeerClass,
  ): Pick<EntryUse, 'must' | 'may'> {
    if (entry.direction === 'egress' || !entry.connections.hasNames) return blocks
    const connections = this.matcher.resolveOn(entry.connections, subject)
    const resolve = (list: EntryUse['must']): EntryUse['must'] => list.map(({ peers }) => ({ peers, connections }))
    const must = resolve(blocks.must)
    return { must, may: blocks.may === blocks.must ? must : resolve(blocks.may) }
  }

  row(found: PeerClass, direction: Direction): RowBounds {
    const key = `${direction[0]}${found.index}`
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const row = this.#evaluate(this.uses(found, direction), direction)
    this.#rows.set(key, row)
    return row
  }

  /** The row of a class as it would be without some entries. */
  rowWithout(found: PeerClass, direction: Direction, removed: ReadonlySet<PolicyEntry>): RowBounds {
    const left = this.uses(found, direction).filter(({ entry }) => !removed.has(entry))
    return this.#evaluate(left, direction)
  }

  #evaluate(uses: readonly EntryUse[], direction: Direction): RowBounds {
    if (uses.length === 0) return this.#open
    const key = `${direction} ${uses.map((use) => this.#useKey(use)).join(' ')}`
    const known = this.#shared.rows.get(key)
    if (known !== undefined) return known
    const must = evaluateRow(uses, this.matcher.everyone, 'must')
    const may = isCertain(uses) ? must : evaluateRow(uses, this.matcher.everyone, 'may')
    const bounds: RowBounds = { must, may }
    this.#shared.rows.set(key, bounds)
    return bounds
  }

  /** In ingress the names of ports are resolved on the class, so that one entry may say several things. */
  #useKey({ entry, applies, may }: EntryUse): string {
    const named = entry.direction === 'ingress' && entry.connections.hasNames
    return `${this.#shared.number(this.matcher.blocks(entry))}${applies[0]}${named ? (may[0]?.connections.key ?? '') : ''}`
  }

  /** Whether a class is default-deny in a direction. */
  isolated(found: PeerClass, direction: Direction): Truth {
    const isolating = this.uses(found, direction).filter(({ entry }) => entry.isolates)
    if (isolating.some(({ applies }) => applies === 'yes')) return 'yes'
    return isolating.length > 0 ? 'unknown' : 'no'
  }

  /** Connections from one class to another: what the source may send and the destination accepts. */
  connections(source: PeerClass, destination: PeerClass): Bounds {
    if (isLocal(this, source, destination)) return everything
    const out = this.row(source, 'egress')
    const into = this.row(destination, 'ingress')
    return {
      must: connectionsWith(out.must, destination.index).intersect(connectionsWith(into.must, source.index)),
      may: possible(connectionsWith(out.may, destination.index), connectionsWith(into.may, source.index)),
    }
  }
}

const everything: Bounds = { must: ConnectionSet.all, may: ConnectionSet.all }

/** The row of a class that no entry speaks of. */
function openRow({ everyone }: Matcher): RowBounds {
  const row = evaluateRow([], everyone, 'must')
  return { must: row, may: row }
}

/** A name on one side may be any number that the other side lists, so under `may` the name is kept. */
export function possible(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  const both = a.intersect(b)
  if (!a.hasNames && !b.hasNames) return both
  const keep = (own: ConnectionSet, other: ConnectionSet): ConnectionSet[] =>
    own
      .names()
      .flatMap(({ protocol, name }) =>
        other.portsOf(protocol).numbers.length === 0
          ? []
          : [ConnectionSet.of(protocol, { numbers: [], names: [name], everyName: false })],
      )
  return ConnectionSet.union([both, ...keep(a, b), ...keep(b, a)])
}

/** Entries of one direction by the namespace of their subject. */
class EntryIndex {
  readonly #named = new Map<string, PolicyEntry[]>()
  readonly #matching: PolicyEntry[] = []

  constructor(entries: readonly PolicyEntry[], direction: Direction) {
    for (const entry of entries) {
      if (entry.direction !== direction) continue
      const { namespaces } = entry.subject
      if (namespaces.kind === 'matching') this.#matching.push(entry)
      else {
        const list = this.#named.get(namespaces.name)
        if (list === undefined) this.#named.set(namespaces.name, [entry])
        else list.push(entry)
      }
    }
  }

  candidates(found: PeerClass): readonly PolicyEntry[] {
    if (!isPodClass(found)) return []
    const named = typeof found.namespace === 'string' ? (this.#named.get(found.namespace) ?? []) : []
    return this.#matching.length === 0 ? named : [...named, ...this.#matching]
  }
}

export function reach(universe: Universe, side: Side, input: SideInput): Reachability {
  return new Reachability(universe, side, input)
}
