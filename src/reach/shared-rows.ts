import type { Labels } from '../model/labels.ts'
import type { NamespaceScope, PolicyEntry } from '../policies/entry.ts'
import type { MemberSet } from '../sets/member-set.ts'
import type { EntryBlocks, Matches } from './matcher.ts'
import type { RowBounds } from './reachability.ts'
import type { Row } from './row.ts'
import { inScope, scopeKeyOf } from './selector-scope.ts'
import { type PeerClass, representative, sides, type Universe } from './universe.ts'

/**
 * What the two sides of a universe have in common: an entry that both hold and that speaks of the same peers on both
 * has one `EntryBlocks`, and rows that come from the same of them are one value.
 */
export class SharedRows {
  readonly rows = new Map<string, RowBounds>()
  /** Answers to selectors of which `isShared` holds. */
  readonly selected = new Map<string, Matches>()
  /** Blocks of entries whose peers are all such selectors. */
  readonly found = new WeakMap<PolicyEntry, EntryBlocks>()
  readonly #universe: Universe
  readonly #changed: readonly string[]
  readonly #peers = new Map<string, MemberSet>()
  readonly #isShared = new Map<string, boolean>()
  readonly #blocks = new WeakMap<PolicyEntry, EntryBlocks[]>()
  readonly #numbers = new WeakMap<EntryBlocks, number>()
  #count = 0

  constructor(universe: Universe) {
    this.#universe = universe
    this.#changed = changedNamespaces(universe)
  }

  /** Whether all that a scope may look into is the same on both sides, so that one answer serves both. */
  isShared(scope: NamespaceScope): boolean {
    const key = scopeKeyOf(scope)
    const known = this.#isShared.get(key)
    if (known !== undefined) return known
    const found = this.#changed.every((name) =>
      sides.every((side) => inScope(scope, name, this.#universe.namespaces[side]) === 'no'),
    )
    this.#isShared.set(key, found)
    return found
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
