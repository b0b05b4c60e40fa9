import type { Workload } from '../../src/model/cluster.ts'
import type { Bound } from '../../src/reach/evaluate.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { type ConnectionTable, compareTables, TableBuilder } from './connection-table.ts'
import { connectionText, expectedText } from './connection-text.ts'
import type { CaseOptions, ExpectationOf, ExpectedRow } from './expectation.ts'
import { readConns, readRows } from './expectation.ts'
import { controllerRows } from './ingress-rows.ts'
import type { Evaluated } from './load-side.ts'
import { addressesOf, INGRESS_CONTROLLER, namedWorkloads, workloadName } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

/** A complete list of allowed connections: both bounds have to say exactly this. */
export function compareConnections(
  expected: ExpectationOf<'connlist'>,
  found: Evaluated,
  assumptions: Assumptions,
): CaseResult {
  const rows = readRows(expected.connections)
  const focus = expected.options ?? {}
  const families = familiesOf(rows)
  const wanted = expectedTable(rows, families, assumptions)
  const differencesUnder = (bound: Bound): string[] =>
    compareTables(wanted, actualTable(found, families, assumptions, focus, bound)).map((text) =>
      bound === 'may' ? `may: ${text}` : text,
    )
  const must = differencesUnder('must')
  return resultOf([
    ...(must.length > 0 ? must : differencesUnder('may')),
    ...selfDifferences(expected, found, assumptions),
  ])
}

/** Addresses that are compared: sources without IPv6 list none of it. */
function familiesOf(rows: readonly { readonly src: string; readonly dst: string }[]): AddressSet {
  const hasV6 = rows.some(({ src, dst }) => [src, dst].some((text) => (addressesOf(text)?.v6.length ?? 0) > 0))
  return hasV6 ? AddressSet.all : AddressSet.allV4
}

function expectedTable(rows: readonly ExpectedRow[], families: AddressSet, assumptions: Assumptions): ConnectionTable {
  const table = new TableBuilder()
  const peer = (text: string): string | AddressSet => addressesOf(text)?.intersect(families) ?? text
  for (const { src, dst, conns } of rows) table.add(peer(src), peer(dst), expectedText(conns, assumptions))
  return table.build()
}

function actualTable(
  { reach, side }: Evaluated,
  families: AddressSet,
  assumptions: Assumptions,
  focus: CaseOptions,
  bound: Bound,
): ConnectionTable {
  const table = new TableBuilder()
  const keep = focusFilter(focus)
  const workloads = namedWorkloads(side.cluster.workloads, reach, assumptions)
  for (const source of workloads) {
    for (const destination of workloads) {
      if (source.name === destination.name || !keep(source.name, destination.name)) continue
      table.add(
        source.name,
        destination.name,
        connectionText(reach.connections(source.found, destination.found)[bound], assumptions),
      )
    }
    for (const peer of reach.universe.addresses) {
      const addresses = peer.addresses.intersect(families)
      if (keep(source.name, undefined))
        table.add(source.name, addresses, connectionText(reach.connections(source.found, peer)[bound], assumptions))
      if (keep(undefined, source.name))
        table.add(addresses, source.name, connectionText(reach.connections(peer, source.found)[bound], assumptions))
    }
  }
  for (const { workload, connections } of controllerRows(side, reach, bound)) {
    if (keep(INGRESS_CONTROLLER, workloadName(workload)))
      table.add(INGRESS_CONTROLLER, workloadName(workload), connectionText(connections, assumptions))
  }
  return table.build()
}

/** Rows a focus leaves; an address is never in focus. */
function focusFilter({
  focusWorkloads,
  focusDirection,
}: CaseOptions): (source: string | undefined, destination: string | undefined) => boolean {
  if (focusWorkloads === undefined) return () => true
  const isFocus = (name: string | undefined): boolean => {
    const bare = name?.replace(/\[.*\]$/, '').replace(/^\{(.*)\}$/, '$1')
    return focusWorkloads.some((wanted) => bare === wanted || bare?.endsWith(`/${wanted}`) === true)
  }
  return (source, destination) =>
    (focusDirection !== 'egress' && isFocus(destination)) || (focusDirection !== 'ingress' && isFocus(source))
}

/** Between replicas of one workload, where the source lists them. */
function selfDifferences(
  { selfConnections }: ExpectationOf<'connlist'>,
  { reach, side }: Evaluated,
  assumptions: Assumptions,
): string[] {
  if (selfConnections === undefined || selfConnections.length === 0) return []
  const wanted = new Map(
    selfConnections.map(({ workload, conns }) => [workload, expectedText(readConns(conns), assumptions)]),
  )
  return side.cluster.workloads.flatMap((workload: Workload) => {
    const name = workloadName(workload)
    const expected = wanted.get(name)
    const found = classOfWorkload(reach, workload)
    const got = connectionText(reach.connections(found, found).must, assumptions)
    return expected === undefined || expected === got ? [] : [`${name} → itself: expected ${expected}, got ${got}`]
  })
}
