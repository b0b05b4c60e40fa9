import type { Workload } from '../../src/model/cluster.ts'
import type { Bound } from '../../src/reach/evaluate.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import type { PeerClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import type { ConnectionSet } from '../../src/sets/connection-set.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import { type ConnectionTable, compareTables, TableBuilder } from './connection-table.ts'
import { connectionText, expectedText } from './connection-text.ts'
import type { CaseOptions, ExpectationOf, ExpectedRow, FocusedConnection } from './expectation.ts'
import { readConns, readRows } from './expectation.ts'
import { type ConnectionFocus, connectionFocus, focusFilter } from './focus.ts'
import { controllerRows } from './ingress-rows.ts'
import type { Evaluated } from './load-side.ts'
import { addressesOf, areAlike, INGRESS_CONTROLLER, namedWorkloads, workloadName } from './peer-names.ts'
import type { Assumptions } from './profiles.ts'

/** A complete list of allowed connections: both bounds have to say exactly this. */
export function compareConnections(
  expected: ExpectationOf<'connlist'>,
  found: Evaluated,
  assumptions: Assumptions,
): CaseResult {
  return resultOf([
    ...connectionDifferences({ ...expected, connections: readRows(expected.connections) }, found, assumptions),
    ...selfDifferences(expected, found, assumptions),
  ])
}

/** Rows of a case with what was asked for: everything, or what is in focus. */
interface ExpectedConnections {
  readonly connections: readonly ExpectedRow[]
  readonly options?: CaseOptions | undefined
  readonly focusConn?: FocusedConnection | undefined
}

export function connectionDifferences(
  { connections, options, focusConn }: ExpectedConnections,
  found: Evaluated,
  assumptions: Assumptions,
): string[] {
  const focus = connectionFocus(focusConn, assumptions)
  const scope: Scope = { families: familiesOf(connections), assumptions, focus, keeps: focusFilter(options ?? {}) }
  const wanted = expectedTable(connections, scope)
  const differencesUnder = (bound: Bound): string[] => compareTables(wanted, actualTable(found, scope, bound))
  const must = differencesUnder('must')
  return must.length > 0 ? must : differencesUnder('may').map((text) => `may: ${text}`)
}

/** What of the answer is compared. */
interface Scope {
  readonly families: AddressSet
  readonly assumptions: Assumptions
  readonly focus: ConnectionFocus
  readonly keeps: ReturnType<typeof focusFilter>
}

/** Addresses that are compared: sources without IPv6 list none of it. */
function familiesOf(rows: readonly { readonly src: string; readonly dst: string }[]): AddressSet {
  const hasV6 = rows.some(({ src, dst }) => [src, dst].some((text) => (addressesOf(text)?.v6.length ?? 0) > 0))
  return hasV6 ? AddressSet.all : AddressSet.allV4
}

function expectedTable(rows: readonly ExpectedRow[], { families, focus, assumptions }: Scope): ConnectionTable {
  const table = new TableBuilder()
  const peer = (text: string): string | AddressSet => addressesOf(text)?.intersect(families) ?? text
  for (const { src, dst, conns } of rows)
    table.add(peer(src), peer(dst), connectionText(focus.expected(conns), assumptions))
  return table.build()
}

function actualTable({ reach, side }: Evaluated, scope: Scope, bound: Bound): ConnectionTable {
  const { families, keeps, assumptions } = scope
  const table = new TableBuilder()
  const text = (connections: ConnectionSet): string => connectionText(scope.focus.found(connections), assumptions)
  const workloads = namedWorkloads(
    [...side.cluster.workloads, ...shownHosts(side.cluster.hostEndpoints, reach, assumptions)],
    reach,
    assumptions,
  )
  for (const source of workloads) {
    for (const destination of workloads) {
      if (source.name === destination.name || !keeps(source.name, destination.name)) continue
      table.add(source.name, destination.name, text(reach.connections(source.found, destination.found)[bound]))
    }
    for (const peer of reach.universe.addresses) {
      const addresses = peer.addresses.intersect(families)
      if (keeps(source.name, undefined))
        table.add(source.name, addresses, text(reach.connections(source.found, peer)[bound]))
      if (keeps(undefined, source.name))
        table.add(addresses, source.name, text(reach.connections(peer, source.found)[bound]))
    }
  }
  for (const { workload, connections } of controllerRows(side, reach, bound)) {
    const name = workloadName(workload)
    if (keeps(INGRESS_CONTROLLER, name)) table.add(INGRESS_CONTROLLER, name, text(connections))
  }
  return table.build()
}

/** Sources that take host endpoints for replicas of each other show two of those that are treated alike. */
function shownHosts(hosts: readonly Workload[], reach: Reachability, { unlikePods }: Assumptions): readonly Workload[] {
  if (unlikePods === 'apart') return hosts
  const shown: Workload[] = []
  for (const host of hosts) {
    const alike = shown.filter((other) => areAlike([host, other], reach))
    if (alike.length < 2) shown.push(host)
  }
  return shown
}

/** What policies let through from a class to itself; that a pod always reaches itself is left aside. */
function withinClass(reach: Reachability, found: PeerClass): ConnectionSet {
  const [out, into] = [reach.row(found, 'egress').must, reach.row(found, 'ingress').must]
  return connectionsWith(out, found.index).intersect(connectionsWith(into, found.index))
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
  return [...side.cluster.workloads, ...side.cluster.hostEndpoints].flatMap((workload: Workload) => {
    const name = workloadName(workload)
    const expected = wanted.get(name)
    const found = classOfWorkload(reach, workload)
    const got = connectionText(withinClass(reach, found), assumptions)
    return expected === undefined || expected === got ? [] : [`${name} → itself: expected ${expected}, got ${got}`]
  })
}
