import { idKey } from '../model/cluster.ts'
import { type PeerSelector, type PolicyEntry, peersIn } from '../policies/entry.ts'
import { inScope } from '../reach/selector-scope.ts'
import type { AnalysedCluster } from './analyze-cluster.ts'
import { list } from './name-peers.ts'

/** Settles whether an ipBlock also matches pods. */
export const networkLine = '`network: {cni: calico}`'

/** Settles the labels of a namespace that no manifest declares. */
export const namespaceLine = (namespace: string): string => `\`external-namespaces: {${namespace}: {}}\``

/** Asks once, for each kind of unknown that left a change only possible, for the line of configuration that settles it. */
export function settlingHints(clusters: readonly AnalysedCluster[]): string[] {
  const unsettled = clusters.map((cluster) => ({ cluster, peers: unsettledEntries(cluster).flatMap(peersOf) }))
  const dependsOnPlugin = unsettled.some(({ peers }) => peers.some(mayMatchPods))
  const namespaces = [...new Set(unsettled.flatMap(({ cluster, peers }) => unlabelled(cluster, peers)))].sort()
  return [
    ...(dependsOnPlugin
      ? [
          `some changes depend on whether an ipBlock also matches pods, which the network plugin decides: name it in the configuration, as in ${networkLine}`,
        ]
      : []),
    ...(namespaces.length === 0
      ? []
      : [
          `some changes depend on the labels of ${list(namespaces, 3)}, which no manifest declares: write them down in the configuration, as in ${namespaceLine(namespaces[0] as string)}`,
        ]),
  ]
}

/** Entries of the policies behind changes that are only possible. */
function unsettledEntries({ head, delta }: AnalysedCluster): readonly PolicyEntry[] {
  const possible = delta?.sentences.filter(({ certainty }) => certainty === 'possible') ?? []
  const policies = new Set(possible.flatMap(({ causes }) => causes.map(({ object }) => idKey(object))))
  return head?.policies.entries.filter(({ origin }) => policies.has(idKey(origin.policy))) ?? []
}

const peersOf = ({ peers }: PolicyEntry): readonly PeerSelector[] => [...peersIn(peers)]

const mayMatchPods = (peer: PeerSelector): boolean => peer.kind === 'addresses' && peer.matchesPods === 'unknown'

/** Namespaces of which it is unknown whether a peer speaks of them. */
function unlabelled({ head }: AnalysedCluster, peers: readonly PeerSelector[]): string[] {
  const labels = head?.reach.universe.namespaces.head ?? new Map()
  const scopes = peers.flatMap((peer) => (peer.kind === 'pods' ? [peer.namespaces] : []))
  return [...labels.keys()].filter((name) => scopes.some((scope) => inScope(scope, name, labels) === 'unknown'))
}
