import type { Truth } from './labels.ts'
import { type CiliumSettings, isAtLeast, type NetworkPlugin } from './network-plugin.ts'
import type { NetworkProfile } from './network-profile.ts'
import { type Claim, claimsOf, pluginClaims } from './plugin-claims.ts'

/** Kinds of policies a network plugin may enforce; kinds that one project made are taken together. */
export const policyFamilies = [
  'NetworkPolicy',
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'Calico policies',
  'Antrea policies',
  'OVN policies',
] as const

export type PolicyFamily = (typeof policyFamilies)[number]

/** Parts of policies that not every plugin knows: of NetworkPolicy, then of the admin policies. */
export const policyFeatures = [
  'endPort',
  'SCTP',
  'ipBlock.except',
  'named ports',
  'egress',
  'IPv6',
  'networks',
  'nodes',
  'domainNames',
] as const

export type PolicyFeature = (typeof policyFeatures)[number]

const families: Readonly<Record<string, PolicyFamily>> = {
  'networking.k8s.io/NetworkPolicy': 'NetworkPolicy',
  'extensions/NetworkPolicy': 'NetworkPolicy',
  'policy.networking.k8s.io/AdminNetworkPolicy': 'AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy': 'BaselineAdminNetworkPolicy',
  'policy.networking.k8s.io/ClusterNetworkPolicy': 'ClusterNetworkPolicy',
  'cilium.io/CiliumNetworkPolicy': 'CiliumNetworkPolicy',
  'cilium.io/CiliumClusterwideNetworkPolicy': 'CiliumClusterwideNetworkPolicy',
  'projectcalico.org/NetworkPolicy': 'Calico policies',
  'projectcalico.org/GlobalNetworkPolicy': 'Calico policies',
  'crd.projectcalico.org/NetworkPolicy': 'Calico policies',
  'crd.projectcalico.org/GlobalNetworkPolicy': 'Calico policies',
  'crd.antrea.io/NetworkPolicy': 'Antrea policies',
  'crd.antrea.io/ClusterNetworkPolicy': 'Antrea policies',
  'k8s.ovn.org/EgressFirewall': 'OVN policies',
}

/** What the other kinds of a group are for: a set, a tier or a group of addresses counts for nothing where its policies do not. */
const groupFamilies: Readonly<Record<string, PolicyFamily>> = {
  'cilium.io': 'CiliumNetworkPolicy',
  'projectcalico.org': 'Calico policies',
  'crd.projectcalico.org': 'Calico policies',
  'crd.antrea.io': 'Antrea policies',
  'k8s.ovn.org': 'OVN policies',
}

/** Plugins that can know a family that one project made; every other one has never heard of it. */
const makers: Readonly<Partial<Record<PolicyFamily, readonly string[]>>> = {
  CiliumNetworkPolicy: ['cilium', 'azure-cilium', 'gke-dataplane-v2'],
  CiliumClusterwideNetworkPolicy: ['cilium', 'azure-cilium', 'gke-dataplane-v2'],
  'Calico policies': ['calico', 'canal'],
  'Antrea policies': ['antrea'],
  'OVN policies': ['ovn-kubernetes'],
}

/** Whether a plugin has never heard of a family, since another project made it. */
export const isForeign = (family: PolicyFamily, plugin: string): boolean => makers[family]?.includes(plugin) === false

/** The dialects whose own policies an unnamed plugin enforces all the same. */
const dialectOf: Readonly<Partial<Record<PolicyFamily, NetworkProfile['dialect']>>> = {
  CiliumNetworkPolicy: 'cilium',
  CiliumClusterwideNetworkPolicy: 'cilium',
  'Calico policies': 'calico',
}

interface Kind {
  readonly group: string
  readonly kind: string
}

/** The family of a policy; undefined for what is none, or for one that no network plugin decides about (a mesh's). */
export function familyOfPolicy({ group, kind }: Kind): PolicyFamily | undefined {
  const name = `${group}/${kind}`
  return Object.hasOwn(families, name) ? families[name] : undefined
}

/** The family of a policy, or of an object that is there for the policies of its group. */
export function familyOf(object: Kind): PolicyFamily | undefined {
  const { group } = object
  return familyOfPolicy(object) ?? (Object.hasOwn(groupFamilies, group) ? groupFamilies[group] : undefined)
}

type Circumstances = Pick<NetworkProfile, 'cni' | 'cilium' | 'dialect'>

/**
 * Whether the cluster enforces policies of a family. With no plugin named, those of Kubernetes itself are taken as
 * enforced and those of a project only in its own dialect.
 */
export function enforcementOf(family: PolicyFamily, profile: Circumstances): Truth {
  const { cni, cilium, dialect } = profile
  if (dialect === 'cilium' && cilium.enforcement === 'never') return 'no'
  const maker = makers[family]
  if (!isKnown(cni)) return maker === undefined || dialectOf[family] === dialect ? 'yes' : 'unknown'
  if (isForeign(family, cni.name)) return 'no'
  return answerOf(claimsOf(cni.name, family), cni, cilium)
}

/** Enforcement of whatever kind an object is; yes where no plugin decides about it. */
export function enforcementOfObject(object: Kind, profile: Circumstances): Truth {
  const family = familyOf(object)
  return family === undefined ? 'yes' : enforcementOf(family, profile)
}

/** Whether the plugin acts on a part of a policy; taken as yes where no plugin is named. */
export function supportOf(feature: PolicyFeature, { cni, cilium }: Circumstances): Truth {
  return isKnown(cni) ? answerOf(claimsOf(cni.name, feature), cni, cilium) : 'yes'
}

/** `other` says no more than that there is one. */
const isKnown = (cni: NetworkPlugin | undefined): cni is NetworkPlugin =>
  cni !== undefined && Object.hasOwn(pluginClaims, cni.name)

/**
 * The last claim whose version the plugin has reached. Without a version the newest one counts where it says yes; a no
 * is certain only if it has always been one.
 */
function answerOf(claims: readonly Claim[], plugin: NetworkPlugin, cilium: CiliumSettings): Truth {
  const settle = ({ answer }: Claim): Truth => {
    if (answer === 'yes' || answer === 'no' || answer === 'unknown') return answer
    return cilium[answer.option] ? 'yes' : 'no'
  }
  if (plugin.version === undefined) {
    const before: readonly Truth[] = claims[0]?.since === undefined ? [] : ['unknown']
    const answers = [...before, ...claims.map(settle)]
    const newest = answers.at(-1) ?? 'unknown'
    return newest === 'no' && answers.some((answer) => answer !== 'no') ? 'unknown' : newest
  }
  const reached = claims.findLast(({ since }) => since === undefined || isAtLeast(plugin, since))
  return reached === undefined ? 'unknown' : settle(reached)
}

/** The version at which it changed last whether policies of a family are enforced, where only a version is missing to tell. */
export function missingVersion(family: PolicyFamily, profile: Circumstances): string | undefined {
  const { cni } = profile
  if (!isKnown(cni) || cni.version !== undefined || enforcementOf(family, profile) !== 'unknown') return undefined
  const newest = claimsOf(cni.name, family).at(-1)
  return newest?.answer === 'unknown' ? undefined : newest?.since
}

/** The version from which on the plugin enforces a family that it does not as it stands; undefined where none is known. */
export function enforcedFrom(family: PolicyFamily, { cni }: Circumstances): string | undefined {
  if (!isKnown(cni)) return undefined
  return claimsOf(cni.name, family).findLast(
    ({ since, answer }) => answer !== 'no' && since !== undefined && !isAtLeast(cni, since),
  )?.since
}
