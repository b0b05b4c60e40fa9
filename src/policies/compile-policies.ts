import type { Resource } from '../manifests/resource.ts'
import { type Cluster, idKey, qualifiedName } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { compareText } from '../source/compare-text.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { PolicyEntry } from './entry.ts'
import type { NetworkPolicySpec } from './kubernetes/spec.ts'
import type { CompiledPolicy, PolicyKind } from './policy-kind.ts'
import { policyKinds } from './registry.ts'

/** Policies of one side in the one compiled form, with the specs they came from for rules that speak of the text. */
export interface CompiledPolicies {
  readonly entries: readonly PolicyEntry[]
  readonly networkPolicies: readonly NetworkPolicySpec[]
  /** The manifest of each policy, by `idKey`. */
  readonly manifests: ReadonlyMap<string, Resource>
  readonly diagnostics: readonly Diagnostic[]
}

interface Compiled extends CompiledPolicy {
  readonly resource: Resource
  readonly diagnostics: readonly Diagnostic[]
  /** Orders policies by namespace and name, whatever their kind. */
  readonly sortKey: string
}

/** Compiles the policies of a cluster, in the order of their namespaces and names. */
export function compilePolicies(cluster: Cluster): CompiledPolicies {
  const compiled = policyKinds.flatMap((kind) =>
    kind.objects
      .flatMap((object) => cluster.resources.get(object) ?? [])
      .map((resource) => compileOnce(resource, kind, cluster.profile)),
  )
  const sorted = compiled.sort((a, b) => compareText(a.sortKey, b.sortKey))
  return {
    entries: sorted.flatMap(({ entries }) => entries),
    networkPolicies: sorted.flatMap(({ networkPolicy }) => networkPolicy ?? []),
    manifests: new Map(sorted.map(({ id, resource }) => [idKey(id), resource])),
    diagnostics: sorted.flatMap(({ diagnostics }) => diagnostics),
  }
}

const known = new WeakMap<Resource, WeakMap<NetworkProfile, Compiled>>()

/** Base and head share the resources of unchanged files, and the profile when the configuration is one: compiled once. */
function compileOnce(resource: Resource, kind: PolicyKind, profile: NetworkProfile): Compiled {
  const byProfile = known.get(resource) ?? new WeakMap<NetworkProfile, Compiled>()
  known.set(resource, byProfile)
  const found = byProfile.get(profile)
  if (found !== undefined) return found
  const diagnostics: Diagnostic[] = []
  const namespace = resource.namespace?.value ?? profile.defaultNamespace
  const policy = kind.compile(resource, namespace, profile, (problem) => diagnostics.push(problem))
  const sortKey = `${qualifiedName(policy.id)} ${idKey(policy.id)}`
  const compiled = { ...policy, resource, diagnostics, sortKey }
  byProfile.set(profile, compiled)
  return compiled
}
