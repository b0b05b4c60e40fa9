import type { Resource, ResourceId } from '../manifests/resource.ts'
import { type Cluster, idKey, qualifiedName } from '../model/cluster.ts'
import { hostNetworkPods } from '../model/host-network-pods.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { enforcementOfObject } from '../model/plugin-capabilities.ts'
import { compareText } from '../source/compare-text.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { CalicoPolicySpec } from './calico/spec.ts'
import type { CiliumPolicySpec } from './cilium/spec.ts'
import type { PolicyEntry } from './entry.ts'
import type { NetworkPolicySpec } from './kubernetes/spec.ts'
import type { CompiledPolicy, PolicyKind, PolicySurroundings } from './policy-kind.ts'
import { policyKinds } from './registry.ts'

/** One policy of whatever kind. Its entries may be none: where its kind is not enforced, or it says nothing. */
export interface Policy {
  readonly id: ResourceId
  readonly resource: Resource
  readonly entries: readonly PolicyEntry[]
}

/** Policies of one side in the one compiled form, with the specs they came from for rules that speak of the text. */
export interface CompiledPolicies {
  readonly policies: readonly Policy[]
  readonly entries: readonly PolicyEntry[]
  readonly networkPolicies: readonly NetworkPolicySpec[]
  readonly ciliumPolicies: readonly CiliumPolicySpec[]
  readonly calicoPolicies: readonly CalicoPolicySpec[]
  /** The manifest of each policy, by `idKey`. */
  readonly manifests: ReadonlyMap<string, Resource>
  /** Objects that each policy asked about, those it does not refer to among them, by its `idKey`. */
  readonly asked: ReadonlyMap<string, readonly Resource[]>
  readonly diagnostics: readonly Diagnostic[]
}

interface Compiled extends CompiledPolicy {
  readonly asked: readonly Resource[]
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
      .map((resource) => compileOnce(resource, kind, cluster)),
  )
  const sorted = compiled.sort((a, b) => compareText(a.sortKey, b.sortKey))
  return {
    policies: sorted,
    entries: [...sorted.flatMap(({ entries }) => entries), ...standingEntries(cluster.profile)],
    networkPolicies: sorted.flatMap(({ networkPolicy }) => networkPolicy ?? []),
    ciliumPolicies: sorted.flatMap(({ ciliumPolicy }) => ciliumPolicy ?? []),
    calicoPolicies: sorted.flatMap(({ calicoPolicy }) => calicoPolicy ?? []),
    manifests: new Map(sorted.map(({ id, resource }) => [idKey(id), resource])),
    asked: new Map(sorted.map(({ id, asked }) => [idKey(id), asked])),
    diagnostics: sorted.flatMap(({ diagnostics }) => diagnostics),
  }
}

const standing = new WeakMap<NetworkProfile, readonly PolicyEntry[]>()

/** One list for both sides of a profile. */
function standingEntries(profile: NetworkProfile): readonly PolicyEntry[] {
  const found = standing.get(profile) ?? policyKinds.flatMap((kind) => kind.standing?.(profile) ?? [])
  standing.set(profile, found)
  return found
}

/** A result, and the lists it was made from. */
interface Known {
  readonly compiled: Compiled
  readonly asked: readonly Asked[]
}

interface Asked {
  readonly list: (cluster: Cluster) => readonly unknown[]
  readonly found: readonly unknown[]
}

const known = new WeakMap<Resource, WeakMap<NetworkProfile, Known>>()

/**
 * Base and head share the resources of unchanged files, and the profile when the configuration is one: compiled once,
 * unless what a policy refers to differs.
 */
function compileOnce(resource: Resource, kind: PolicyKind, cluster: Cluster): Compiled {
  const { profile } = cluster
  const byProfile = known.get(resource) ?? new WeakMap<NetworkProfile, Known>()
  known.set(resource, byProfile)
  const before = byProfile.get(profile)
  if (before?.asked.every(({ list, found }) => sameItems(list(cluster), found)) === true) return before.compiled
  const made = compile(resource, kind, cluster)
  byProfile.set(profile, made)
  return made.compiled
}

function compile(resource: Resource, kind: PolicyKind, cluster: Cluster): Known {
  const { profile } = cluster
  const diagnostics: Diagnostic[] = []
  const asked: Asked[] = []
  const resources = new Set<Resource>()
  const note = <T>(found: readonly T[], resourceOf: (item: T) => Resource): readonly T[] => {
    for (const item of found) resources.add(resourceOf(item))
    return found
  }
  const ask = <T>(list: (cluster: Cluster) => readonly T[]): readonly T[] => {
    const found = list(cluster)
    asked.push({ list, found })
    return found
  }
  const surroundings: PolicySurroundings = {
    profile,
    isWhole: !cluster.open,
    objects: (name) =>
      note(
        ask((own) => own.resources.get(name) ?? none),
        (object) => object,
      ),
    services: () =>
      note(
        ask(({ services }) => services),
        (service) => service.resource,
      ),
    hostNetworkPods: () => note(ask(hostNetworkPods), (workload) => workload.resource),
  }
  const namespace = resource.namespace?.value ?? profile.defaultNamespace
  const policy = kind.compile(resource, namespace, surroundings, (problem) => diagnostics.push(problem))
  const sortKey = `${qualifiedName(policy.id)} ${idKey(policy.id)}`
  return { compiled: { ...asEnforced(policy, diagnostics, profile), resource, asked: [...resources], sortKey }, asked }
}

/**
 * What the cluster makes of a policy. One that its plugin ignores has no entries, whatever is wrong with it; where nobody
 * knows, each of them is perhaps not there.
 */
function asEnforced(
  policy: CompiledPolicy,
  diagnostics: readonly Diagnostic[],
  profile: NetworkProfile,
): CompiledPolicy & { readonly diagnostics: readonly Diagnostic[] } {
  const enforced = enforcementOfObject(policy.id, profile)
  if (enforced === 'yes') return { ...policy, diagnostics }
  if (enforced === 'no')
    return { ...policy, entries: [], diagnostics: diagnostics.map((problem) => ({ ...problem, effect: 'none' })) }
  return { ...policy, entries: policy.entries.map((entry) => ({ ...entry, exists: 'unknown' })), diagnostics }
}

const none: readonly Resource[] = []

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b || (a.length === b.length && a.every((item, index) => item === b[index]))
