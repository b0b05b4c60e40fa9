import type { Bound } from '../reach/evaluate.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { Row } from '../reach/row.ts'
import type { PeerClass, Universe } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { MemberSet } from '../sets/member-set.ts'

/** Peers that may all send the same to the same destinations. */
interface EgressBlock {
  /** Tells the blocks of one bound apart. */
  readonly number: number
  readonly sources: MemberSet
  readonly destinations: MemberSet
  readonly connections: ConnectionSet
}

/** Egress rows turned round, and the answers found with them. Sides with the same egress rows share one. */
interface SourceIndex {
  /** Egress row of each class. */
  readonly rows: readonly Row[]
  readonly blocks: readonly EgressBlock[]
  /** Sources by the ingress row of the destination, then by the connections asked for and who may send to it. */
  readonly answers: WeakMap<Row, Map<string, MemberSet>>
}

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
  const { blocks, answers } = sourceIndex(reach, bound)
  const row = reach.row(destination, 'ingress')[bound]
  const byQuestion = answers.get(row) ?? new Map<string, MemberSet>()
  answers.set(row, byQuestion)
  const sending = blocks.filter(({ destinations }) => destinations.has(destination.index))
  const question = `${wanted.key} ${sending.map(({ number }) => number).join()}`
  const found = byQuestion.get(question) ?? senders(row, sending, wanted)
  byQuestion.set(question, found)
  return found
}

function senders(row: Row, sending: readonly EgressBlock[], wanted: ConnectionSet): MemberSet {
  let found = MemberSet.none
  for (const { peers, connections } of row.blocks) {
    const accepted = connections.intersect(wanted)
    if (accepted.isEmpty) continue
    for (const block of sending) {
      if (!block.connections.intersect(accepted).isEmpty) found = found.union(block.sources.intersect(peers))
    }
  }
  return found
}

const indices = new WeakMap<Reachability, Partial<Record<Bound, SourceIndex>>>()
const ofUniverse = new WeakMap<Universe, SourceIndex[]>()

/** So that a destination is asked once and never pair by pair. */
function sourceIndex(reach: Reachability, bound: Bound): SourceIndex {
  const known = indices.get(reach) ?? {}
  indices.set(reach, known)
  known[bound] ??= makeIndex(reach, bound)
  return known[bound]
}

function makeIndex(reach: Reachability, bound: Bound): SourceIndex {
  const others = ofUniverse.get(reach.universe) ?? []
  ofUniverse.set(reach.universe, others)
  const rows = reach.universe.classes.map((found) => reach.row(found, 'egress')[bound])
  const same = others.find((other) => other.rows.every((row, place) => row === rows[place]))
  if (same !== undefined) return same
  const made: SourceIndex = { rows, blocks: collectBlocks(reach, rows), answers: new WeakMap() }
  others.push(made)
  return made
}

/** Addresses are no destination here: without them most rows are alike. */
function collectBlocks(reach: Reachability, rows: readonly Row[]): readonly EgressBlock[] {
  const addresses = reach.matcher.set(reach.universe.addresses.map(({ index }) => index))
  const byRow = Map.groupBy(reach.universe.classes, ({ index }) => rows[index] as Row)
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
