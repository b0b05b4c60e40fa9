import { classOfWorkload } from '../../src/reach/peers.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { type ConnectionTable, compareTables, TableBuilder } from './connection-table.ts'
import { connectionText, expectedText } from './connection-text.ts'
import type { ExpectationOf } from './expectation.ts'
import { controllerRows } from './ingress-rows.ts'
import type { Evaluated, EvaluatedPair } from './load-side.ts'
import { addressesOf, INGRESS_CONTROLLER, workloadName } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

/** A complete list of pairs that differ between base and head, with the connections of each side. */
export function compareDiff(
  expected: ExpectationOf<'diff'>,
  pair: EvaluatedPair,
  assumptions: Assumptions,
): CaseResult {
  return resultOf(compareTables(expectedTable(expected, assumptions), actualTable(pair, assumptions)))
}

const changeText = (base: string, head: string): string => (base === head ? 'None' : `${base} ⇒ ${head}`)

function expectedTable({ connections }: ExpectationOf<'diff'>, assumptions: Assumptions): ConnectionTable {
  const table = new TableBuilder()
  const peer = (text: string): string | AddressSet => addressesOf(text)?.intersect(AddressSet.allV4) ?? text
  for (const { src, dst, base, head } of connections) {
    table.add(peer(src), peer(dst), changeText(expectedText(base, assumptions), expectedText(head, assumptions)))
  }
  return table.build()
}

/** A peer of one side or both: its name, and its class on the sides where it exists. */
interface Peer {
  readonly base: PeerClass | undefined
  readonly head: PeerClass | undefined
}

function actualTable(pair: EvaluatedPair, assumptions: Assumptions): ConnectionTable {
  const table = new TableBuilder()
  const peers = workloadPeers(pair)
  const text = (side: keyof EvaluatedPair, source: Peer, destination: Peer): string => {
    const [from, to] = [source[side], destination[side]]
    if (from === undefined || to === undefined) return 'None'
    return connectionText(pair[side].reach.connections(from, to).must, assumptions)
  }
  const change = (source: Peer, destination: Peer): string =>
    changeText(text('base', source, destination), text('head', source, destination))
  for (const [name, peer] of peers) {
    for (const [other, otherPeer] of peers) if (name !== other) table.add(name, other, change(peer, otherPeer))
    for (const found of pair.head.universe.addresses) {
      const addresses = found.addresses.intersect(AddressSet.allV4)
      const outside: Peer = { base: found, head: found }
      table.add(name, addresses, change(peer, outside))
      table.add(addresses, name, change(outside, peer))
    }
  }
  addControllerRows(table, pair, assumptions)
  return table.build()
}

function workloadPeers({ base, head }: EvaluatedPair): Map<string, Peer> {
  const classes = ({ reach, side }: Evaluated): Map<string, PeerClass> =>
    new Map(side.cluster.workloads.map((workload) => [workloadName(workload), classOfWorkload(reach, workload)]))
  const [inBase, inHead] = [classes(base), classes(head)]
  return new Map(
    [...new Set([...inBase.keys(), ...inHead.keys()])].map((name) => [
      name,
      { base: inBase.get(name), head: inHead.get(name) },
    ]),
  )
}

function addControllerRows(table: TableBuilder, { base, head }: EvaluatedPair, assumptions: Assumptions): void {
  const rows = ({ side, reach }: Evaluated): Map<string, ConnectionSet> =>
    new Map(
      controllerRows(side, reach, 'must').map(({ workload, connections }) => [workloadName(workload), connections]),
    )
  const [inBase, inHead] = [rows(base), rows(head)]
  for (const name of new Set([...inBase.keys(), ...inHead.keys()])) {
    const text = (connections: ConnectionSet | undefined): string =>
      connectionText(connections ?? ConnectionSet.none, assumptions)
    table.add(INGRESS_CONTROLLER, name, changeText(text(inBase.get(name)), text(inHead.get(name))))
  }
}
