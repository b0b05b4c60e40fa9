import type { NetworkPlugin } from '../model/network-plugin.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import type { Sighting } from '../model/sighting.ts'
import { startLine } from '../source/span.ts'
import type { AnalysedCluster } from './analyze-cluster.ts'
import { list } from './name-peers.ts'
import { networkLine } from './settling-hints.ts'

/**
 * What the manifests say about the network plugin, for clusters whose policies it decides about: the one that is seen, or
 * once for all clusters that several are.
 */
export function pluginNotes(clusters: readonly AnalysedCluster[]): string[] {
  const policed = clusters.filter(hasPolicies).map((cluster) => ({ name: cluster.name, profile: profileOf(cluster) }))
  const texts = policed.map(({ name, profile }) => ({ name, text: sightedText(profile) }))
  const isOne = new Set(texts.map(({ text }) => text)).size === 1
  const seen = texts.flatMap(({ name, text }) =>
    text === undefined ? [] : [`network plugin${isOne ? '' : ` of ${name}`}: ${text}`],
  )
  const disputed = policed.find(({ profile }) => profile.cni === undefined && profile.sightings.length > 0)
  return [...new Set(seen), ...(disputed === undefined ? [] : [disputeOf(disputed.profile)])]
}

const hasPolicies = ({ base, head }: AnalysedCluster): boolean =>
  [base, head].some((view) => view !== undefined && view.policies.manifests.size > 0)

const profileOf = ({ base, head }: AnalysedCluster): NetworkProfile => (head ?? base)?.cluster.profile as NetworkProfile

/** `cilium 1.18 (seen in clusters/home/cilium.yaml:12)`; undefined where the configuration names it, or nobody. */
function sightedText({ cni, sightings, before }: NetworkProfile): string | undefined {
  const telling = sightings.find(({ version }) => version !== undefined && version === cni?.version) ?? sightings[0]
  if (cni === undefined || telling === undefined) return undefined
  const old = before?.cni && showPlugin(before.cni)
  const was = old === undefined || old === showPlugin(cni) ? '' : `, before ${old}; both sides are read for the new one`
  return `${showPlugin(cni)} (seen in ${placeOf(telling)})${was}`
}

/** `cilium 1.18`, or the name alone. */
export const showPlugin = ({ name, version }: NetworkPlugin): string =>
  version === undefined ? name : `${name} ${version}`

/** `clusters/home/cilium.yaml:12` */
export const placeOf = ({ at }: Sighting): string => `${at.file.path}:${startLine(at)}`

function disputeOf({ sightings }: NetworkProfile): string {
  const plugins = sightings.map((sighting) => `${sighting.plugin} (${placeOf(sighting)})`)
  return `the manifests show several network plugins, ${list(plugins, 4)}, so none is taken for granted: name the one that enforces policies in the configuration, as in ${networkLine}`
}
