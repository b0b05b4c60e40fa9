import type { AddressSet } from '../sets/address-set.ts'
import type { Located } from '../source/span.ts'
import type { PresetName } from './presets.ts'
import type { Severity } from './severity.ts'

/** The repository's policy, read from the base side, with every default filled in. */
export interface Config {
  readonly presets: readonly PresetName[]
  readonly gate: GateSettings
  /** In the order written; empty: clusters are discovered. */
  readonly clusters: readonly ClusterConfig[]
  /** Surroundings of clusters that are discovered. */
  readonly surroundings: Surroundings
  /** Rules that are on, by id. */
  readonly rules: ReadonlyMap<string, RuleSetting>
}

export interface GateSettings {
  /** Least severity that fails the gate. */
  readonly failOn: Severity | 'none'
  /** `changed`: new or worse findings count; `all`: existing ones as well. */
  readonly scope: 'changed' | 'all'
  readonly incomplete: 'fail' | 'warn'
  /** Last day (`2027-01-31`, UTC) on which the gate only reports. */
  readonly reportOnlyUntil: string | undefined
}

export interface ClusterConfig {
  readonly name: string
  readonly sources: readonly ManifestSource[]
  readonly surroundings: Surroundings
}

export interface ManifestSource {
  /** Path patterns; those with `!` in front take paths away. */
  readonly manifests: readonly Located<string>[]
  /** Namespace of manifests that name none. */
  readonly namespace: string
}

/** What the repository says about the cluster its manifests land in. */
export interface Surroundings {
  readonly cni: { readonly name: string; readonly version: string | undefined } | undefined
  /** Options of Cilium's agents, as far as they are written. */
  readonly cilium: CiliumOptions
  readonly apiServer: 'inside' | 'outside'
  readonly platform: string
  readonly mesh: string
  /** Undefined: what the network plugin does. */
  readonly ipBlockMatchesPods: 'yes' | 'no' | 'unknown' | undefined
  readonly ranges: AddressRanges
  /** Undefined: nothing to check. */
  readonly dns: DnsPods | undefined
  readonly externalNamespaces: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly ingressControllers: readonly { readonly namespace: string; readonly labels: ReadonlyMap<string, string> }[]
}

export interface CiliumOptions {
  readonly enforcement?: 'default' | 'always' | 'never'
  readonly clusterName?: string
  readonly hostFirewall?: boolean
  readonly nodeSelectors?: boolean
  readonly cidrMatches?: { readonly nodes: boolean; readonly pods: boolean }
  readonly extendedProtocols?: boolean
  readonly clusterNetworkPolicies?: boolean
}

export interface AddressRanges {
  readonly pods: AddressSet
  readonly services: AddressSet
  readonly nodes: AddressSet
  readonly private: AddressSet
}

export interface DnsPods {
  readonly namespace: string
  readonly labels: ReadonlyMap<string, string>
  readonly ports: readonly number[]
}

export interface RuleSetting {
  readonly severity: Severity
  /**
   * Who chose the severity. One the repository wrote holds for each finding of the rule; one of a preset is what the
   * rule starts from, and a finding may be more or less severe where the rule says so.
   */
  readonly chosenBy: 'preset' | 'repository'
  /** As written, without `severity`; valid by the rule's own schema. */
  readonly options: Readonly<Record<string, unknown>>
}
