import type { Direction, PodSelector, PolicyEntry } from '../../src/policies/entry.ts'
import type { Bound } from '../../src/reach/evaluate.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import { connectionsWith } from '../../src/reach/row.ts'
import type { CellClass, PeerClass } from '../../src/reach/universe.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'

/** Pods that nobody declares, as a selector describes them, and what a subject may exchange with them. */
interface SelectorRow {
  readonly selector: PodSelector
  readonly connections: ConnectionSet
}

/** What a subject may exchange with any pod in any namespace, and with pods of some selectors. */
export interface ExpectedRows {
  readonly anyPod: ConnectionSet
  readonly selected: readonly SelectorRow[]
}

/** A workload in one direction and what rows say of it. */
export interface Subject {
  readonly name: string
  readonly found: PeerClass
  readonly direction: Direction
  readonly rows: ExpectedRows
  readonly reach: Reachability
  /** What rows would show of a connection set. */
  readonly shown: (connections: ConnectionSet) => ConnectionSet
}

/** What has to be allowed for certain, and what may be allowed at all. */
interface Limits {
  readonly least: ConnectionSet
  readonly most: ConnectionSet
}

/**
 * What rows say of a cell. Where entries only allow: the union of the rows it meets. Where some deny or pass: rows of
 * several selectors do not tell which of them is asked first, so the answer is one of theirs, port by port.
 */
export function limitsOf(subject: Subject): (cell: CellClass) => Limits {
  const entries = subject.reach.uses(subject.found, subject.direction).map(({ entry }) => entry)
  const unlisted = unlistedPeers(subject, entries)
  return entries.every(({ verdict }) => verdict === 'allow')
    ? unionOfRows(subject, unlisted)
    : oneOfRows(subject, unlisted)
}

/** A selector of an entry about which there is no row, and the workloads of the tree that may meet it. */
interface UnlistedPeer {
  readonly entry: PolicyEntry
  readonly selector: PodSelector
  readonly workloads: readonly PeerClass[]
}

/** Selectors are the same when they take in the same cells: what a policy says of its own namespace, a row says by name. */
function unlistedPeers({ reach, rows }: Subject, entries: readonly PolicyEntry[]): UnlistedPeer[] {
  const { classes } = reach.universe
  const cells = new Set(classes.filter(({ kind }) => kind === 'cell').map(({ index }) => index))
  const members = (selector: PodSelector): Set<number> => new Set(reach.matcher.select(selector).may)
  const cellsOf = (selector: PodSelector): string => [...members(selector).intersection(cells)].join(' ')
  const listed = new Set([[...cells].join(' '), ...rows.selected.map(({ selector }) => cellsOf(selector))])
  return entries.flatMap((entry) =>
    podPeers(entry)
      .filter((selector) => !listed.has(cellsOf(selector)))
      .map((selector) => {
        const found = members(selector)
        return {
          entry,
          selector,
          workloads: classes.filter(({ kind, index }) => kind === 'workloads' && found.has(index)),
        }
      }),
  )
}

const podPeers = ({ peers }: PolicyEntry): PodSelector[] =>
  peers === 'any' ? [] : peers.filter((peer) => peer.kind === 'pods')

/** Those of a list whose selector takes in a cell under a bound. */
const meeting =
  ({ reach }: Subject, cell: CellClass) =>
  <T extends { readonly selector: PodSelector }>(list: readonly T[], bound: Bound): T[] =>
    list.filter(({ selector }) => reach.matcher.select(selector)[bound].has(cell.index))

/**
 * Here is the one allowance: the source shows no row for a selector that some workload of the tree meets, as if no
 * other pod could meet it. Unseen pods of such a selector are expected to get what the entry says.
 */
function unionOfRows(subject: Subject, unlisted: readonly UnlistedPeer[]): (cell: CellClass) => Limits {
  const hidden = unlisted
    .filter(({ workloads }) => workloads.length > 0)
    .map(({ entry, selector }): SelectorRow => ({ selector, connections: saidBy(entry, subject) }))
  const rows = [...subject.rows.selected, ...hidden]
  return (cell) => {
    const meets = meeting(subject, cell)
    const under = (bound: Bound): ConnectionSet =>
      ConnectionSet.union([subject.rows.anyPod, ...meets(rows, bound).map(({ connections }) => connections)])
    return { least: under('must'), most: under('may') }
  }
}

function saidBy({ direction, connections }: PolicyEntry, { reach, found, shown }: Subject): ConnectionSet {
  return shown(direction === 'ingress' ? reach.matcher.resolveOn(connections, found) : connections)
}

/** A selector without a row is as any pod, or as the workloads that hide it. */
function oneOfRows(subject: Subject, unlisted: readonly UnlistedPeer[]): (cell: CellClass) => Limits {
  const { reach, rows, shown } = subject
  const own = reach.row(subject.found, subject.direction).must
  return (cell) => {
    const meets = meeting(subject, cell)
    const hidden = meets(unlisted, 'may')
    const onlyListed = hidden.length === 0 && meets(rows.selected, 'must').length > 0
    const candidates = [
      ...(onlyListed ? [] : [rows.anyPod]),
      ...meets(rows.selected, 'may').map(({ connections }) => connections),
      ...hidden.flatMap(({ workloads }) => workloads.map(({ index }) => shown(connectionsWith(own, index)))),
    ]
    return { least: candidates.reduce((all, one) => all.intersect(one)), most: ConnectionSet.union(candidates) }
  }
}
