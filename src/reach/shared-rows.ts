import type { PolicyEntry } from '../policies/entry.ts'
import type { EntryBlocks } from './matcher.ts'
import type { RowBounds } from './reachability.ts'
import type { Universe } from './universe.ts'

/**
 * What the two sides of a universe have in common: an entry that both hold and that speaks of the same peers on both
 * has one `EntryBlocks`, and rows that come from the same of them are one value.
 */
export class SharedRows {
  readonly rows = new Map<string, RowBounds>()
  readonly #blocks = new WeakMap<PolicyEntry, EntryBlocks[]>()
  readonly #numbers = new WeakMap<EntryBlocks, number>()
  #count = 0

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

const equalBlocks = (a: EntryBlocks, b: EntryBlocks): boolean =>
  equalLists(a.must, b.must) && (a.must === a.may ? b.must === b.may : equalLists(a.may, b.may))

const equalLists = (a: EntryBlocks['must'], b: EntryBlocks['must']): boolean =>
  a.length === b.length &&
  a.every(({ peers, connections }, index) => {
    const other = b[index]
    return other !== undefined && connections.key === other.connections.key && peers.equals(other.peers)
  })

const known = new WeakMap<Universe, SharedRows>()

export function sharedRows(universe: Universe): SharedRows {
  const found = known.get(universe) ?? new SharedRows()
  known.set(universe, found)
  return found
}
