import type { Bound } from '../reach/evaluate.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { Row } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'

/** Peers that may all send the same to the same destinations. */
interface EgressBlock {
  /** Tells the blocks of one bound apart. */
  readonly number: number
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly connections: ConnectionSet
}

const indices = new WeakMap<Reachability, Partial<Record<Bound, readonly EgressBlock[]>>>()

const answers = new WeakMap<Reachability, Map<Row, Map<string, MemberSet>>>()

/**
 * Every class from which some of the wanted connections to a pod are possible. Pods that accept the same, and to whom
 * the same may be sent, are many: they share one value.
 */
export function sourcesOf(
  reach: Reachability,
  destination: PeerClass,
  wanted: ConnectionSet,
  bound: Bound = 'must',
): MemberSet {
  const row = reach.row(destination, 'ingress')[bound]
  const sending = egressBlocks(reach, bound).filter(({ destinations }) => destinations.has(destination.index))
  const byRow = answers.get(reach) ?? new Map<Row, Map<string, MemberSet>>()
  answers.set(reach, byRow)
  const known = byRow.get(row) ?? new Map<string, MemberSet>()
  byRow.set(row, known)
  const key = `${bound} ${wanted.key} ${sending.map(({ number }) => number).join()}`
  const sources = known.get(key) ?? senders(reach, row, sending, wanted)
  known.set(key, sources)
  return sources
}

function senders(reach: Reachability, row: Row, sending: readonly EgressBlock[], wanted: ConnectionSet): MemberSet {
  let found = reach.matcher.set([])
  for (const { peers, connections } of row.blocks) {
    const accepted = connections.intersect(wanted)
    if (accepted.isEmpty) continue
    for (const block of sending) {
      if (!block.connections.intersect(accepted).isEmpty) found = found.union(block.sources.intersect(peers))
    }
  }
  return found
}

/**
 * Egress rows turned round, so that a destination is asked once and never pair by pair. Addresses are no destination
 * here: without them most rows are alike.
 */
function egressBlocks(reach: Reachability, bound: Bound): readonly EgressBlock[] {
  const known = indices.get(reach) ?? {}
  indices.set(reach, known)
  known[bound] ??= collectBlocks(reach, bound)
  return known[bound]
}

function collectBlocks(reach: Reachability, bound: Bound): readonly EgressBlock[] {
  const addresses = reach.matcher.set(reach.universe.addresses.map(({ index }) => index))
  const byRow = Map.groupBy(reach.universe.classes, (found): Row => reach.row(found, 'egress')[bound])
  const blocks = [...byRow].flatMap(([row, members]) => {
    const sources = members.map(({ index }) => index)
    return row.blocks.flatMap(({ peers, connections }) => {
      const destinations = peers.subtract(addresses)
      return destinations.isEmpty ? [] : [{ destinations, connections, sources }]
    })
  })
  const equal = Map.groupBy(blocks, ({ destinations, connections }) => `${connections.key}@${destinations.key}`)
  return [...equal.values()].flatMap((group, number) => {
    const [first] = group
    if (first === undefined) return []
    const sources = reach.matcher.set(group.flatMap((item) => item.sources))
    return [{ number, sources, destinations: first.destinations, connections: first.connections }]
  })
}
