import { namePeers } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import type { PolicyEntry } from '../policies/entry.ts'
import { isPodClass, type PeerClass } from '../reach/universe.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { compareText } from '../source/compare-text.ts'
import { type Column, columnsOf } from './connection-columns.ts'
import type { NamedView } from './read-directory.ts'

/** Destinations that fare alike, and who reaches them. */
export interface ConnectionGroup {
  readonly destinations: string
  readonly sources: readonly SourceLine[]
}

export interface SourceLine {
  readonly sources: string
  readonly connections: string
  readonly certainty: 'certain' | 'possible'
}

/** One cluster as people read it. */
export interface ConnectionPicture {
  readonly cluster: string
  readonly groups: readonly ConnectionGroup[]
  /** Destinations left out of a large cluster. */
  readonly omitted: number
}

/** Peers by name, destinations with the same sources together, sorted by name. */
export function pictureOf({ name, view }: NamedView): ConnectionPicture {
  const { reach } = view
  const pods = podMembers(view)
  const destinations = [...reach.universe.classes].sort((a, b) => rank(a) - rank(b))
  const everyone = reach.matcher.everyone
  const { columns, omitted } = columnsOf(reach, destinations, (found) => (isPodClass(found) ? everyone : pods))
  const groups = columns
    .filter((column) => !isTold(column, view))
    .map((column) => {
      const entries = column.destinations.flatMap((found) => reach.uses(found, 'ingress').map(({ entry }) => entry))
      const line =
        (certainty: SourceLine['certainty']) =>
        ({ peers, connections }: { peers: MemberSet; connections: { show(): string } }): SourceLine => ({
          sources: namePeers(peers, reach, entries),
          connections: connections.show(),
          certainty,
        })
      const sources = [...column.certain.map(line('certain')), ...column.possible.map(line('possible'))]
      return { destinations: nameDestinations(column.destinations, view, entries), sources: sources.sort(byText) }
    })
  return { cluster: name, groups: groups.sort((a, b) => compareText(a.destinations, b.destinations)), omitted }
}

/** Unseen pods that look like a workload to every selector: what can be said of them is said of the workload. */
function isTold({ destinations }: Column, { reach, side }: SideView): boolean {
  const likeWorkloads = new Set(
    reach.universe.classes.flatMap((found) => (found.kind === 'workloads' ? [found.cells[side]] : [])),
  )
  return destinations.every(({ kind, index }) => kind === 'cell' && likeWorkloads.has(index))
}

/** Workloads first, so that what is left out of a large cluster is what nobody declared. */
const rank = ({ kind }: PeerClass): number =>
  ['workloads', 'addresses', 'nodes', 'entity', 'remote', 'cell'].indexOf(kind)

function podMembers({ reach }: SideView): MemberSet {
  return reach.matcher.set(reach.universe.classes.filter(isPodClass).map(({ index }) => index))
}

function nameDestinations(classes: readonly PeerClass[], { reach }: SideView, entries: readonly PolicyEntry[]): string {
  return namePeers(reach.matcher.set(classes.map(({ index }) => index)), reach, entries)
}

const byText = (a: SourceLine, b: SourceLine): number =>
  compareText(a.certainty, b.certainty) ||
  compareText(a.sources, b.sources) ||
  compareText(a.connections, b.connections)
