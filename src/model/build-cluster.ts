import { isReadFurther } from '../manifests/network-relevant.ts'
import { valueAt } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import { syntheticSpan } from '../source/span.ts'
import type { Cluster, Namespace, Service, Workload } from './cluster.ts'
import { textAt } from './fields.ts'
import { hostEndpointKinds, profileKinds, readHostEndpoint } from './host-endpoint.ts'
import { type Labels, withUnknown } from './labels.ts'
import { NAME_LABEL, undeclaredNamespaceLabels } from './namespace-labels.ts'
import type { NetworkProfile } from './network-profile.ts'
import { type Reporter, readLabels } from './read-labels.ts'
import { readClusterNode } from './read-node.ts'
import { readService } from './read-service.ts'
import { collapseReplicas, isWorkload, readWorkload } from './read-workload.ts'
import { isWorkloadEndpoint, readWorkloadEndpoint, withProfileLabels } from './workload-endpoint.ts'

export interface ClusterInput {
  readonly name: string
  readonly open: boolean
  readonly profile: NetworkProfile
  readonly resources: readonly Resource[]
}

/** Kinds that live outside namespaces; `metadata.namespace` is ignored on them. */
const clusterScoped: ReadonlySet<string> = new Set([
  '/Namespace',
  '/Node',
  '/PersistentVolume',
  'cilium.io/CiliumCIDRGroup',
  'cilium.io/CiliumClusterwideNetworkPolicy',
  ...['projectcalico.org', 'crd.projectcalico.org'].flatMap((group) => [
    `${group}/GlobalNetworkPolicy`,
    `${group}/GlobalNetworkSet`,
    `${group}/HostEndpoint`,
    `${group}/Profile`,
    `${group}/StagedGlobalNetworkPolicy`,
    `${group}/Tier`,
  ]),
  'gateway.networking.k8s.io/GatewayClass',
  'networking.k8s.io/IngressClass',
  'policy.networking.k8s.io/AdminNetworkPolicy',
  'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
  'policy.networking.k8s.io/ClusterNetworkPolicy',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'scheduling.k8s.io/PriorityClass',
  'apiextensions.k8s.io/CustomResourceDefinition',
])

/** What one resource contributes, and the problems in it; the same value for both sides when the text is the same. */
interface Reading<T> {
  readonly value: T | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Builds one side's cluster out of its resources. Order of files and documents does not matter. */
export function buildCluster({ name, open, profile, resources }: ClusterInput): Cluster {
  const diagnostics: Diagnostic[] = []
  const collect = <T>(reading: Reading<T>): T[] => {
    diagnostics.push(...reading.diagnostics)
    return reading.value === undefined ? [] : [reading.value]
  }
  const byKind = withoutDuplicates(resources, profile)
  const ofKind = (kind: string): readonly Resource[] => byKind.get(kind) ?? []
  const makers = [...byKind.values()].filter(([first]) => first !== undefined && isMaker(first)).flat()
  const profiles = profileKinds.flatMap(ofKind)
  const read = makers
    .flatMap((resource) => collect(workloadOf(resource, landsIn(resource, profile))))
    .map((workload) => withProfileLabels(workload, profiles))
  const workloads = resolveReferences(collapseReplicas(read), (found) => diagnostics.push(found))
  const services = ofKind('/Service').flatMap((resource) => collect(serviceOf(resource, landsIn(resource, profile))))
  const nodes = ofKind('/Node').map((resource) => readClusterNode(resource, (found) => diagnostics.push(found)))
  const hostEndpoints = hostEndpointKinds
    .flatMap(ofKind)
    .map((resource) => readHostEndpoint(resource, profiles, (found) => diagnostics.push(found)))
  const namespaces = buildNamespaces(byKind, profile, (found) => diagnostics.push(found))
  return {
    name,
    open,
    profile,
    namespaces,
    workloads,
    hostEndpoints,
    services,
    nodes,
    resources: byKind,
    diagnostics,
  }
}

/** Whether an object stands for pods. */
const isMaker = (resource: Resource): boolean => isWorkload(resource) || isWorkloadEndpoint(resource)

/** Namespace of a resource that is no cluster-scoped one: its own, else that of the apply command. */
const landsIn = (resource: Resource, { defaultNamespace }: NetworkProfile): string =>
  resource.namespace?.value ?? defaultNamespace

const workloadsRead = new WeakMap<Resource, Map<string, Reading<Workload>>>()
const servicesRead = new WeakMap<Resource, Map<string, Reading<Service>>>()

const workloadOf = (resource: Resource, namespace: string): Reading<Workload> =>
  readOnce(workloadsRead, resource, namespace, isWorkloadEndpoint(resource) ? readWorkloadEndpoint : readWorkload)
const serviceOf = (resource: Resource, namespace: string): Reading<Service> =>
  readOnce(servicesRead, resource, namespace, readService)

/** Base and head share the resources of files that did not change: each is read once. */
function readOnce<T>(
  known: WeakMap<Resource, Map<string, Reading<T>>>,
  resource: Resource,
  namespace: string,
  read: (resource: Resource, namespace: string, report: Reporter) => T | undefined,
): Reading<T> {
  const readings = known.get(resource) ?? new Map<string, Reading<T>>()
  known.set(resource, readings)
  const found = readings.get(namespace)
  if (found !== undefined) return found
  const diagnostics: Diagnostic[] = []
  const value = read(resource, namespace, (problem) => diagnostics.push(problem))
  const reading = { value, diagnostics }
  readings.set(namespace, reading)
  return reading
}

type ByKind = ReadonlyMap<string, readonly Resource[]>

/**
 * Resources by kind. Of two objects with one identity the last one read counts; discovery reports the repetition. Of
 * kinds that say no more than that they are there, repetitions make no difference.
 */
function withoutDuplicates(resources: readonly Resource[], profile: NetworkProfile): ByKind {
  const byKind = Map.groupBy(resources, ({ group, kind }) => `${group}/${kind}`)
  return new Map(
    [...byKind].map(([kind, all]) => {
      const [first] = all
      if (first === undefined || !isReadFurther(first)) return [kind, all]
      const byIdentity = new Map(all.map((resource, index) => [identityIn(resource, index, kind, profile), resource]))
      return [kind, [...byIdentity.values()]]
    }),
  )
}

/** What tells a resource from others of its kind; one without a name, or with one yet to be completed, is unlike all. */
function identityIn({ name, namespace }: Resource, index: number, kind: string, profile: NetworkProfile): string {
  if (name.value === '' || name.value.endsWith('*')) return `#${index}`
  return clusterScoped.has(kind) ? name.value : `${namespace?.value ?? profile.defaultNamespace}/${name.value}`
}

function buildNamespaces(byKind: ByKind, profile: NetworkProfile, report: Reporter): Map<string, Namespace> {
  const found = new Map<string, Namespace>()
  for (const [kind, resources] of byKind) {
    if (clusterScoped.has(kind)) continue
    for (const resource of resources) {
      const name = landsIn(resource, profile)
      if (name !== '' && !found.has(name))
        found.set(name, { name, labels: undeclaredNamespaceLabels(name), source: 'mentioned', resource: undefined })
    }
  }
  for (const [name, labels] of profile.externalNamespaces) {
    const values = new Map([...labels].map(([key, value]) => [key, { value, span: syntheticSpan }]))
    found.set(name, {
      name,
      labels: named(name, { values, unknownKeys: new Set(), complete: true }),
      source: 'external',
      resource: undefined,
    })
  }
  for (const resource of byKind.get('/Namespace') ?? []) {
    const name = resource.name.value
    const labels = readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), report)
    found.set(name, { name, labels: named(name, labels), source: 'declared', resource })
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The name label is set by the system and overrides a written one. */
function named(name: string, labels: Labels): Labels {
  const span = labels.values.get(NAME_LABEL)?.span ?? syntheticSpan
  return { ...labels, values: new Map(labels.values).set(NAME_LABEL, { value: name, span }) }
}

/** A Rollout may take its pods from a Deployment: together they are one workload, the Deployment's own stays out. */
function resolveReferences(workloads: readonly Workload[], report: Reporter): Workload[] {
  const referring = new Map<Workload, string>()
  for (const workload of workloads) {
    if (workload.id.kind !== 'Rollout') continue
    const name = textAt(workload.resource.node, 'spec', 'workloadRef', 'name')
    if (name !== undefined) referring.set(workload, name)
  }
  if (referring.size === 0) return [...workloads]
  const replaced = new Set<Workload>()
  const resolved = new Map<Workload, Workload>()
  for (const [rollout, name] of referring) {
    const kind = textAt(rollout.resource.node, 'spec', 'workloadRef', 'kind')
    const target = workloads.find(
      ({ id }) => id.kind === kind && id.name === name && id.namespace === rollout.id.namespace,
    )
    if (target === undefined) {
      report(referenceMissing(rollout, name))
      resolved.set(rollout, { ...rollout, labels: { values: new Map(), unknownKeys: new Set(), complete: false } })
    } else {
      replaced.add(target)
      resolved.set(rollout, {
        ...rollout,
        labels: withUnknown(target.labels, rollout.labels.unknownKeys),
        ports: target.ports,
        hostNetwork: target.hostNetwork,
        serviceAccount: target.serviceAccount,
      })
    }
  }
  return workloads.filter((workload) => !replaced.has(workload)).map((workload) => resolved.get(workload) ?? workload)
}

function referenceMissing(rollout: Workload, name: string): Diagnostic {
  return diagnostic('reference-missing', rollout.resource.name.span, {
    message: `Rollout ${rollout.id.name} takes its pods from ${name}, which is not among the manifests, so their labels are unknown`,
    hint: 'Add the manifest it refers to, or put both into one cluster in the configuration.',
    effect: 'unknown',
  })
}
