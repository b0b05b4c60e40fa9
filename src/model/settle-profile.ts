import type { ClusterPlugin } from './cluster-plugins.ts'
import type { DiscoveredPlugin } from './discover-plugin.ts'
import { equalityOf } from './label-expression.ts'
import { type CiliumSettings, ciliumDefaults, habitsOf, type NetworkPlugin } from './network-plugin.ts'
import { defaultProfile, type NetworkProfile } from './network-profile.ts'

/** What a configuration states about a cluster; what it leaves open may be seen in the manifests. */
export interface StatedSurroundings {
  readonly cni: NetworkPlugin | undefined
  readonly cilium: Partial<CiliumSettings>
  readonly apiServer: NetworkProfile['apiServer']
  readonly platform: string
  readonly ipBlockMatchesPods: NetworkProfile['ipBlockMatchesPods'] | undefined
  readonly ranges: NetworkProfile['ranges']
  readonly dns:
    | { readonly namespace: string; readonly labels: ReadonlyMap<string, string>; readonly ports: readonly number[] }
    | undefined
  readonly externalNamespaces: NetworkProfile['externalNamespaces']
  readonly ingressControllers: readonly { readonly namespace: string; readonly labels: ReadonlyMap<string, string> }[]
}

/** Makes profiles of clusters; equal circumstances give one value, so that what is compiled under it is shared. */
export function profileMaker(): (stated: StatedSurroundings, plugin: ClusterPlugin) => NetworkProfile {
  const made = new Map<StatedSurroundings, Map<string, NetworkProfile>>()
  return (stated, plugin) => {
    const key = `${keyOf(plugin.now)}\n${keyOf(plugin.before)}`
    const known = made.get(stated) ?? new Map<string, NetworkProfile>()
    made.set(stated, known)
    const profile =
      known.get(key) ?? withBefore(settleProfile(stated, plugin.now), settleProfile(stated, plugin.before))
    known.set(key, profile)
    return profile
  }
}

const keyOf = ({ plugin, settings, sightings }: DiscoveredPlugin): string =>
  JSON.stringify([plugin, settings, sightings.map(({ at }) => `${at.file.path}:${at.start}`)])

/** A plugin that base does not show at all is no other one. */
function withBefore(profile: NetworkProfile, { cni, cilium, dialect }: NetworkProfile): NetworkProfile {
  const isOther = JSON.stringify([cni, cilium]) !== JSON.stringify([profile.cni, profile.cilium])
  return cni !== undefined && isOther ? { ...profile, before: { cni, cilium, dialect } } : profile
}

/** The profile of a cluster: what is stated counts, then what the manifests show, then the defaults. */
function settleProfile(stated: StatedSurroundings, found: DiscoveredPlugin): NetworkProfile {
  const agrees = stated.cni === undefined || stated.cni.name === found.plugin?.name
  const seen = agrees ? found : { plugin: undefined, settings: {}, sightings: [] }
  const cni = enforcing(stated, stated.cni?.version === undefined ? (seen.plugin ?? stated.cni) : stated.cni)
  const habits = habitsOf(cni)
  const { dns, ranges, externalNamespaces, ingressControllers, apiServer } = stated
  return {
    ...defaultProfile,
    ...habits,
    cni,
    sightings: saysMore(stated, seen) ? seen.sightings : [],
    cilium: { ...ciliumDefaults, ...seen.settings, ...stated.cilium },
    apiServer,
    ipBlockMatchesPods: stated.ipBlockMatchesPods ?? habits.ipBlockMatchesPods,
    ranges,
    dns: dns && { ...dns, labels: equalityOf(dns.labels) },
    externalNamespaces,
    ingressControllers: ingressControllers.map(({ namespace, labels }) => ({ namespace, labels: equalityOf(labels) })),
  }
}

const saysMore = ({ cni }: StatedSurroundings, { plugin }: DiscoveredPlugin): boolean =>
  cni === undefined || (cni.version === undefined && plugin?.version !== undefined)

/**
 * k3s carries packets with flannel and runs kube-router's policy controller beside it.
 * @see https://docs.k3s.io/networking/networking-services#network-policy-controller
 */
function enforcing({ platform }: StatedSurroundings, cni: NetworkPlugin | undefined): NetworkPlugin | undefined {
  return cni?.name === 'flannel' && platform === 'k3s' ? { name: 'kube-router', version: undefined } : cni
}
