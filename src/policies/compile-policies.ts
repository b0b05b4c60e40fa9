import type { Resource } from '../manifests/resource.ts'
import { type Cluster, idKey, qualifiedName } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { compareText } from '../source/compare-text.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { PolicyEntry } from './entry.ts'
import type { NetworkPolicySpec } from './kubernetes/spec.ts'
import type { CompiledPolicy, PolicyKind, PolicySurroundings } from './policy-kind.ts'
import { policyKinds } from './registry.ts'

/** Policies of one side in the one compiled form, with the specs they came from for rules that speak of the text. */
export interface CompiledPolicies {
  readonly entries: readonly PolicyEntry[]
  readonly networkPolicies: readonly NetworkPolicySpec[]
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
    entries: enforced([...sorted.flatMap(({ entries }) => entries), ...standingEntries(cluster.profile)], cluster),
    networkPolicies: sorted.flatMap(({ networkPolicy }) => networkPolicy ?? []),
    manifests: new Map(sorted.map(({ id, resource }) => [idKey(id), resource])),
    asked: new Map(sorted.map(({ id, asked }) => [idKey(id), asked])),
    diagnostics: sorted.flatMap(({ diagnostics }) => diagnostics),
  }
}

/** Agents of Cilium that are told to enforce nothing leave every connection alone; a mesh goes on as before. */
function enforced(entries: readonly PolicyEntry[], { profile: { dialect, cilium } }: Cluster): readonly PolicyEntry[] {
  const isIdle = dialect === 'cilium' && cilium.enforcement === 'never'
  return isIdle ? entries.filter(({ layer }) => layer !== 'network') : entries
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
  }
  const namespace = resource.namespace?.value ?? profile.defaultNamespace
  const policy = kind.compile(resource, namespace, surroundings, (problem) => diagnostics.push(problem))
  const sortKey = `${qualifiedName(policy.id)} ${idKey(policy.id)}`
  return { compiled: { ...policy, resource, asked: [...resources], diagnostics, sortKey }, asked }
}

const none: readonly Resource[] = []

const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a === b || (a.length === b.length && a.every((item, index) => item === b[index]))
