import type { Resource } from '../manifests/resource.ts'
import { type Cluster, idKey } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { PolicyEntry } from './entry.ts'
import { compileNetworkPolicy } from './kubernetes/compile.ts'
import { readNetworkPolicy } from './kubernetes/read.ts'
import type { NetworkPolicySpec } from './kubernetes/spec.ts'

/** Policies of one side in the one compiled form, with the specs they came from for rules that speak of the text. */
export interface CompiledPolicies {
  readonly entries: readonly PolicyEntry[]
  readonly networkPolicies: readonly NetworkPolicySpec[]
  /** The manifest of each policy, by `idKey`. */
  readonly manifests: ReadonlyMap<string, Resource>
  readonly diagnostics: readonly Diagnostic[]
}

interface Compiled {
  readonly spec: NetworkPolicySpec
  readonly entries: readonly PolicyEntry[]
  readonly diagnostics: readonly Diagnostic[]
}

/** `extensions/v1beta1` is gone from clusters since 1.16 and meant the same. */
const networkPolicyKinds = ['networking.k8s.io/NetworkPolicy', 'extensions/NetworkPolicy']

/** Compiles the policies of a cluster, in the order of their names. */
export function compilePolicies(cluster: Cluster): CompiledPolicies {
  const resources = networkPolicyKinds.flatMap((kind) => cluster.resources.get(kind) ?? [])
  const compiled = resources.map((resource) => compileOnce(resource, cluster.profile))
  const sorted = compiled.sort((a, b) => compareText(policyKey(a.spec), policyKey(b.spec)))
  return {
    entries: sorted.flatMap(({ entries }) => entries),
    networkPolicies: sorted.map(({ spec }) => spec),
    manifests: new Map(sorted.map(({ spec }) => [idKey(spec.id), spec.resource])),
    diagnostics: sorted.flatMap(({ diagnostics }) => diagnostics),
  }
}

const policyKey = ({ id }: NetworkPolicySpec): string => `${id.namespace}/${id.name}`
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const known = new WeakMap<Resource, WeakMap<NetworkProfile, Compiled>>()

/** Base and head share the resources of unchanged files, and the profile when the configuration is one: compiled once. */
function compileOnce(resource: Resource, profile: NetworkProfile): Compiled {
  const byProfile = known.get(resource) ?? new WeakMap<NetworkProfile, Compiled>()
  known.set(resource, byProfile)
  const found = byProfile.get(profile)
  if (found !== undefined) return found
  const diagnostics: Diagnostic[] = []
  const spec = readNetworkPolicy(resource, resource.namespace?.value ?? profile.defaultNamespace, (problem) =>
    diagnostics.push(problem),
  )
  const compiled = { spec, entries: compileNetworkPolicy(spec, profile), diagnostics }
  byProfile.set(profile, compiled)
  return compiled
}
