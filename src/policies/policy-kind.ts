import type { Resource, ResourceId } from '../manifests/resource.ts'
import type { Service, Workload } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import type { Reporter } from '../model/read-labels.ts'
import type { CalicoPolicySpec } from './calico/spec.ts'
import type { CiliumPolicySpec } from './cilium/spec.ts'
import type { PolicyEntry } from './entry.ts'
import type { NetworkPolicySpec } from './kubernetes/spec.ts'

/** A policy kind as `compilePolicies` drives it: which objects it is, and what one of them compiles to. */
export interface PolicyKind {
  /** Its objects as `group/kind`; groups that are gone from clusters count where they meant the same. */
  readonly objects: readonly string[]
  /** Entries that hold without any policy, by what the plugin is told to do. */
  standing?(profile: NetworkProfile): readonly PolicyEntry[]
  /** `namespace` is where the object lands; problems in it go to `report`, and what can be read is compiled. */
  compile(resource: Resource, namespace: string, surroundings: PolicySurroundings, report: Reporter): CompiledPolicy
}

/** What a policy may need to know beside its own text. */
export interface PolicySurroundings {
  readonly profile: NetworkProfile
  /** Whether the manifests are all that is applied: what is absent among them does not exist. */
  readonly isWhole: boolean
  /** Objects of a kind, by `group/kind`. What is asked for here is asked again before the result serves another side. */
  objects(kind: string): readonly Resource[]
  /** Services of the cluster, as read. */
  services(): readonly Service[]
  /** Pods on the network of their machines. */
  hostNetworkPods(): readonly Workload[]
}

export interface CompiledPolicy {
  readonly id: ResourceId
  readonly entries: readonly PolicyEntry[]
  /** The text as read, for rules that speak of what a NetworkPolicy says; undefined for other kinds. */
  readonly networkPolicy?: NetworkPolicySpec
  /** The same of one of Cilium's. */
  readonly ciliumPolicy?: CiliumPolicySpec
  /** The same for an enforced policy of Calico. */
  readonly calicoPolicy?: CalicoPolicySpec
}
