import { idKey } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { familyOf, missingVersion } from '../model/plugin-capabilities.ts'
import { type PeerSelector, type PolicyEntry, peersIn } from '../policies/entry.ts'
import { inScope } from '../reach/selector-scope.ts'
import type { AnalysedCluster } from './analyze-cluster.ts'
import { list } from './name-peers.ts'

/** Settles whether an ipBlock also matches pods. */
export const networkLine = '`network: {cni: calico}`'

/** Settles the labels of a namespace that no manifest declares. */
export const namespaceLine = (namespace: string): string => `\`external-namespaces: {${namespace}: {}}\``

/** A cluster with the entries behind its changes that are only possible. */
interface Unsettled {
  readonly cluster: AnalysedCluster
  readonly profile: NetworkProfile
  readonly entries: readonly PolicyEntry[]
  readonly peers: readonly PeerSelector[]
}

/** Asks once, for each kind of unknown that left a change only possible, for the line of configuration that settles it. */
export function settlingHints(clusters: readonly AnalysedCluster[]): string[] {
  const unsettled = clusters.flatMap((cluster): Unsettled[] => {
    if (cluster.head === undefined) return []
    const entries = unsettledEntries(cluster)
    return [{ cluster, profile: cluster.head.cluster.profile, entries, peers: entries.flatMap(peersOf) }]
  })
  return [pluginHint, podsHint, versionHint, labelsHint].flatMap((hint) => hint(unsettled) ?? [])
}

/** Where several plugins are seen, a note of its own asks for the one that counts. */
function pluginHint(unsettled: readonly Unsettled[]): string | undefined {
  const depends = unsettled.some(
    ({ profile: { cni, sightings }, peers }) => cni === undefined && sightings.length === 0 && peers.some(mayMatchPods),
  )
  return depends
    ? `some changes depend on whether an ipBlock also matches pods, which the network plugin decides: name it in the configuration, as in ${networkLine}`
    : undefined
}

function podsHint(unsettled: readonly Unsettled[]): string | undefined {
  const found = unsettled.find(({ profile: { cni }, peers }) => cni !== undefined && peers.some(mayMatchPods))
  return (
    found &&
    `some changes depend on whether an ipBlock also matches pods, which nobody has established for ${found.profile.cni?.name}: say so in the configuration, as in \`network: {ip-block-matches-pods: true}\``
  )
}

function versionHint(unsettled: readonly Unsettled[]): string | undefined {
  const [name] = unsettled.flatMap(({ entries, profile }) =>
    entries.flatMap((entry) => versionedName(entry, profile) ?? []),
  )
  return (
    name &&
    `some changes depend on the version of ${name.split('@')[0]}, which decides what policies it enforces: write it down in the configuration, as in \`network: {cni: ${name}}\``
  )
}

function labelsHint(unsettled: readonly Unsettled[]): string | undefined {
  const names = [...new Set(unsettled.flatMap(({ cluster, peers }) => unlabelled(cluster, peers)))].sort()
  const [first] = names
  return (
    first &&
    `some changes depend on the labels of ${list(names, 3)}, which no manifest declares: write them down in the configuration, as in ${namespaceLine(first)}`
  )
}

/** The plugin with a version, as in `calico@3.32`, where that would tell if the cluster has an entry. */
function versionedName({ origin: { policy }, exists }: PolicyEntry, profile: NetworkProfile): string | undefined {
  const family = exists === 'unknown' ? familyOf(policy) : undefined
  const version = family && missingVersion(family, profile)
  return version === undefined ? undefined : `${profile.cni?.name}@${version}`
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
