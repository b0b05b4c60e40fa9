import type { Bounds, Reachability, RowBounds } from '../reach/reachability.ts'
import { possible } from '../reach/reachability.ts'
import { type Block, connectionsWith, makeRow, type Row, subtractBlocks } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'

/** Destinations that the same sources reach in the same way. */
export interface Column {
  readonly destinations: readonly PeerClass[]
  /** Sources with what certainly reaches the destinations. */
  readonly certain: readonly Block[]
  /** What reaches them under some reading of the unknowns, beyond what is certain. */
  readonly possible: readonly Block[]
}

/** Pairs looked at before the rest of a large cluster is left out. */
const pairBudget = 3_000_000

export interface Columns {
  readonly columns: readonly Column[]
  /** Destinations that were left out. */
  readonly omitted: number
}

/** Who reaches each destination, destinations of one fate together. `sources` narrows who is asked about. */
export function columnsOf(
  reach: Reachability,
  destinations: readonly PeerClass[],
  sourcesFor: (destination: PeerClass) => MemberSet,
): Columns {
  const senders = sendersOf(reach)
  const affordable = Math.max(50, Math.floor(pairBudget / Math.max(1, senders.length)))
  const looked = destinations.slice(0, affordable)
  const found = looked.map((destination) => {
    const { must, may } = columnOf(reach, senders, destination, sourcesFor(destination))
    return { destination, must, may }
  })
  const groups = [...Map.groupBy(found, ({ must, may }) => `${must.key} ${may.key}`).values()]
  const columns = groups.flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const certain = first.must.blocks
    return [
      {
        destinations: group.map(({ destination }) => destination),
        certain,
        possible: makeRow(subtractBlocks(first.may.blocks, certain)).blocks,
      },
    ]
  })
  return { columns, omitted: destinations.length - looked.length }
}

interface Sender {
  readonly row: RowBounds
  /** Indices of the classes that have this row. */
  readonly members: readonly number[]
}

/** Sources by what may leave them: equal rows are one value. */
function sendersOf(reach: Reachability): Sender[] {
  const groups = Map.groupBy(reach.universe.classes, (found) => reach.row(found, 'egress'))
  return [...groups].map(([row, classes]) => ({ row, members: classes.map(({ index }) => index) }))
}

function columnOf(
  reach: Reachability,
  senders: readonly Sender[],
  destination: PeerClass,
  wanted: MemberSet,
): RowBounds {
  const into = reach.row(destination, 'ingress')
  const build = (bound: keyof Bounds, meet: typeof possible): Row => {
    const out = leavingFor(reach, senders, destination, bound)
    const blocks = out.flatMap(({ peers, connections }) =>
      into[bound].blocks.map((block) => ({
        peers: peers.intersect(block.peers).intersect(wanted),
        connections: meet(connections, block.connections),
      })),
    )
    return makeRow(blocks)
  }
  return { must: build('must', (out, inside) => out.intersect(inside)), may: build('may', possible) }
}

/** What all sources may send to a destination, those that may send the same together. */
function leavingFor(
  reach: Reachability,
  senders: readonly Sender[],
  destination: PeerClass,
  bound: keyof Bounds,
): Block[] {
  const groups = new Map<string, { readonly connections: ConnectionSet; readonly members: number[] }>()
  for (const { row, members } of senders) {
    const connections = connectionsWith(row[bound], destination.index)
    if (connections.isEmpty) continue
    const group = groups.get(connections.key) ?? { connections, members: [] }
    for (const member of members) group.members.push(member)
    groups.set(connections.key, group)
  }
  return [...groups.values()].map(({ connections, members }) => ({ peers: reach.matcher.set(members), connections }))
}
