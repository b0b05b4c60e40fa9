import type { ConnectionSet } from '../sets/connection-set.ts'
import { ConnectionSet as Connections } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'

/** Some peers, each with the same connections. */
export interface Block {
  readonly peers: MemberSet
  readonly connections: ConnectionSet
}

/**
 * What one class may exchange with every peer in one direction: disjoint blocks with distinct connection sets, sorted.
 * A peer in no block has no connection. Rows with equal keys are equal.
 */
export interface Row {
  readonly blocks: readonly Block[]
  readonly key: string
}

/** Brings overlapping blocks into the canonical form of a row. */
export function makeRow(blocks: readonly Block[]): Row {
  let disjoint: Block[] = []
  for (const added of mergeEqual(blocks)) disjoint = overlay(disjoint, added)
  const sorted = mergeEqual(disjoint).sort((a, b) => (a.connections.key < b.connections.key ? -1 : 1))
  return { blocks: sorted, key: sorted.map(({ peers, connections }) => `${connections.key}@${peers.key}`).join('/') }
}

/** One block for each connection set. */
function mergeEqual(blocks: readonly Block[]): Block[] {
  const byConnections = new Map<string, Block>()
  for (const block of blocks) {
    if (block.connections.isEmpty || block.peers.isEmpty) continue
    const same = byConnections.get(block.connections.key)
    byConnections.set(
      block.connections.key,
      same === undefined ? block : { peers: same.peers.union(block.peers), connections: block.connections },
    )
  }
  return [...byConnections.values()]
}

/** Adds a block to disjoint ones, keeping them disjoint. */
function overlay(disjoint: readonly Block[], added: Block): Block[] {
  const found: Block[] = []
  let rest = added.peers
  for (const block of disjoint) {
    if (!block.peers.overlaps(rest)) {
      found.push(block)
      continue
    }
    const shared = block.peers.intersect(rest)
    const own = block.peers.subtract(shared)
    if (!own.isEmpty) found.push({ peers: own, connections: block.connections })
    found.push({ peers: shared, connections: block.connections.union(added.connections) })
    rest = rest.subtract(shared)
  }
  if (!rest.isEmpty) found.push({ peers: rest, connections: added.connections })
  return found
}

/** Connections with one peer. */
export function connectionsWith(row: Row, peer: number): ConnectionSet {
  for (const block of row.blocks) if (block.peers.has(peer)) return block.connections
  return Connections.none
}

export function intersectRows(a: Row, b: Row): Row {
  if (a.key === b.key) return a
  return makeRow(intersectBlocks(a.blocks, b.blocks))
}

export function intersectBlocks(a: readonly Block[], b: readonly Block[]): Block[] {
  const found: Block[] = []
  for (const x of a) {
    for (const y of b) {
      if (!x.peers.overlaps(y.peers)) continue
      const connections = x.connections.intersect(y.connections)
      if (!connections.isEmpty) found.push({ peers: x.peers.intersect(y.peers), connections })
    }
  }
  return found
}

/** What is in `a` and not in `b`; neither needs to be disjoint. */
export function subtractBlocks(a: readonly Block[], b: readonly Block[]): Block[] {
  let left: Block[] = [...a]
  for (const cut of b) {
    left = left.flatMap((block) => {
      if (!block.peers.overlaps(cut.peers)) return [block]
      const outside = block.peers.subtract(cut.peers)
      const remaining = block.connections.subtract(cut.connections)
      return [
        ...(outside.isEmpty ? [] : [{ peers: outside, connections: block.connections }]),
        ...(remaining.isEmpty ? [] : [{ peers: block.peers.intersect(cut.peers), connections: remaining }]),
      ]
    })
  }
  return left
}
