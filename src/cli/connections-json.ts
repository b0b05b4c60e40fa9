import { namePeers } from '../delta/name-peers.ts'
import { holdsUnlabelled } from '../reach/label-space.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { Block } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import { AddressSet } from '../sets/address-set.ts'
import { type Column, columnsOf } from './connection-columns.ts'
import type { NamedView } from './read-directory.ts'

/** Rows of one cluster; a larger one is cut, which `complete` says. */
const rowLimit = 50_000

type JsonPeer =
  | { readonly kind: 'workload'; readonly workload: string; readonly namespace: string; readonly name: string }
  | { readonly kind: 'addresses'; readonly cidrs: readonly string[] }
  /** Machines of the cluster, as a person names them: `nodes role=worker`. */
  | { readonly kind: 'nodes'; readonly nodes: string }
  /** Another endpoint that policies name: the API server, say. */
  | { readonly kind: 'entity'; readonly entity: string }
  /** Pods of other clusters of a mesh, as a person names them. */
  | { readonly kind: 'remote'; readonly pods: string }
  /** A pod without labels that no manifest declares, in a namespace of the tree or (null) in any other one. */
  | { readonly kind: 'any-pod'; readonly namespace: string | null }

interface JsonRow {
  readonly source: JsonPeer
  readonly destination: JsonPeer
  readonly connections: string
  readonly certainty: 'certain' | 'possible'
}

/** Every pair of which at least one end is a workload, as JSON. */
export function connectionsJson(clusters: readonly NamedView[]): string {
  return `${JSON.stringify({ schemaVersion: '1.0', clusters: clusters.map(jsonCluster) }, undefined, 2)}\n`
}

function jsonCluster({ name, view: { reach } }: NamedView) {
  const named = reach.universe.classes.filter((found) => peersOf(found, reach).length > 0)
  const everyone = reach.matcher.set(named.map(({ index }) => index))
  const workloads = reach.matcher.set(named.filter(({ kind }) => kind === 'workloads').map(({ index }) => index))
  const { columns, omitted } = columnsOf(reach, named, ({ kind }) => (kind === 'workloads' ? everyone : workloads))
  const rows: JsonRow[] = []
  for (const row of rowsOf(columns, reach)) {
    if (rows.length === rowLimit) return { name, complete: false, connections: rows }
    rows.push(row)
  }
  return { name, complete: omitted === 0, connections: rows }
}

function* rowsOf(columns: readonly Column[], reach: Reachability): Generator<JsonRow> {
  for (const { destinations, certain, possible } of columns) {
    for (const destination of jsonPeers(destinations, reach)) {
      yield* blockRows(certain, 'certain', destination, reach)
      yield* blockRows(possible, 'possible', destination, reach)
    }
  }
}

function* blockRows(
  blocks: readonly Block[],
  certainty: JsonRow['certainty'],
  destination: JsonPeer,
  reach: Reachability,
): Generator<JsonRow> {
  for (const { peers, connections } of blocks) {
    const classes = [...peers].flatMap((index) => reach.universe.classes[index] ?? [])
    for (const source of jsonPeers(classes, reach)) {
      if (isSame(source, destination)) continue
      yield { source, destination, connections: connections.show(), certainty }
    }
  }
}

const isSame = (a: JsonPeer, b: JsonPeer): boolean =>
  a.kind === 'workload' &&
  b.kind === 'workload' &&
  a.workload === b.workload &&
  a.namespace === b.namespace &&
  a.name === b.name

/** Names of classes; all addresses among them are one peer. */
function jsonPeers(classes: readonly PeerClass[], reach: Reachability): JsonPeer[] {
  const addresses = classes.flatMap((found) => (found.kind === 'addresses' ? [found.addresses] : []))
  const cidrs = addresses.reduce((all, set) => all.union(set), AddressSet.none).cidrs()
  const pods = classes.flatMap((found) => (found.kind === 'addresses' ? [] : peersOf(found, reach)))
  return cidrs.length === 0 ? pods : [...pods, { kind: 'addresses', cidrs }]
}

function peersOf(found: PeerClass, reach: Reachability): JsonPeer[] {
  switch (found.kind) {
    case 'workloads':
      return workloadsIn(reach, found).map(({ id }) => ({
        kind: 'workload',
        workload: id.kind,
        namespace: id.namespace,
        name: id.name,
      }))
    case 'addresses':
      return [{ kind: 'addresses', cidrs: found.addresses.cidrs() }]
    case 'nodes':
      return [{ kind: 'nodes', nodes: namePeers(reach.matcher.set([found.index]), reach) }]
    case 'remote':
      return [{ kind: 'remote', pods: namePeers(reach.matcher.set([found.index]), reach) }]
    case 'entity':
      return [{ kind: 'entity', entity: found.entity }]
    case 'cell': {
      const isKnown = typeof found.namespace === 'string'
      if (isKnown ? !holdsUnlabelled(found.pods) : found !== reach.universe.anyPod) return []
      return [{ kind: 'any-pod', namespace: isKnown ? (found.namespace as string) : null }]
    }
  }
}
