import type { Truth } from './labels.ts'

/** The network plugin that enforces policies; no version: the newest one known. */
export interface NetworkPlugin {
  readonly name: string
  readonly version: string | undefined
}

/** Where plugins read the same policy differently. */
export interface PluginHabits {
  /** Whose rules of precedence hold where policies of several kinds meet. */
  readonly dialect: 'kubernetes' | 'cilium' | 'calico'
  /** Whether an `ipBlock` also speaks of pods with such an address. */
  readonly ipBlockMatchesPods: Truth
  /** Whether it also speaks of machines of the cluster. */
  readonly ipBlockMatchesNodes: Truth
  /** How far policies keep a pod's own machine out of it: never, unless one denies it, or as anybody else. */
  readonly ownMachine: 'always-allowed' | 'allowed-unless-denied' | 'policed'
}

const kubernetes: PluginHabits = {
  dialect: 'kubernetes',
  ipBlockMatchesPods: 'unknown',
  ipBlockMatchesNodes: 'yes',
  ownMachine: 'policed',
}
/** Cilium and what is built on it match addresses only against what lies outside the cluster. */
const cilium: PluginHabits = {
  dialect: 'cilium',
  ipBlockMatchesPods: 'no',
  ipBlockMatchesNodes: 'no',
  ownMachine: 'allowed-unless-denied',
}
/** Plugins that filter by address match pods as well. */
const byAddress: PluginHabits = { ...kubernetes, ipBlockMatchesPods: 'yes' }
const calico: PluginHabits = { ...byAddress, dialect: 'calico', ownMachine: 'always-allowed' }

const habits: Readonly<Record<string, PluginHabits>> = {
  antrea: byAddress,
  'azure-cilium': cilium,
  calico,
  canal: calico,
  cilium,
  'gke-dataplane-v2': cilium,
  'kube-router': byAddress,
  'openshift-sdn': byAddress,
  'ovn-kubernetes': byAddress,
  weave: byAddress,
}

/** What is known of a plugin; of one that is not named, only what Kubernetes itself says. */
export function habitsOf(plugin: NetworkPlugin | undefined): PluginHabits {
  return (plugin && Object.hasOwn(habits, plugin.name) ? habits[plugin.name] : undefined) ?? kubernetes
}

/** Whether the version is this one or a later one; one that is not known counts as the newest. */
export function isAtLeast(plugin: NetworkPlugin | undefined, least: string): boolean {
  const parts = plugin?.version?.split('.').map(Number)
  if (parts === undefined) return true
  const wanted = least.split('.').map(Number)
  for (const [index, part] of wanted.entries()) {
    const own = parts[index] ?? 0
    if (own !== part) return own > part
  }
  return true
}

/** Options of Cilium's agents that decide what its policies mean. */
export interface CiliumSettings {
  /** `enable-policy`. */
  readonly enforcement: 'default' | 'always' | 'never'
  readonly clusterName: string
  /** Whether policies apply to machines. */
  readonly hostFirewall: boolean
  /** Whether policies may select machines by their labels as peers. */
  readonly nodeSelectors: boolean
  /** `policy-cidr-match-mode`: whether CIDRs also match machines, and pods. */
  readonly cidrMatches: { readonly nodes: boolean; readonly pods: boolean }
  readonly extendedProtocols: boolean
  /** Whether ClusterNetworkPolicies are enforced. */
  readonly clusterNetworkPolicies: boolean
}

export const ciliumDefaults: CiliumSettings = {
  enforcement: 'default',
  clusterName: 'default',
  hostFirewall: false,
  nodeSelectors: false,
  cidrMatches: { nodes: false, pods: false },
  extendedProtocols: false,
  clusterNetworkPolicies: false,
}
