import type { Resource, ResourceId } from '../manifests/resource.ts'
import type { AddressSet } from '../sets/address-set.ts'
import type { ProtocolName } from '../sets/connection-set.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import type { LabelExpression } from './label-expression.ts'
import type { Labels } from './labels.ts'
import type { NetworkProfile } from './network-profile.ts'

/** One side of a set of resources that are applied together. */
export interface Cluster {
  readonly name: string
  /** Whether more may be applied than is seen, so that what is absent here may exist all the same. */
  readonly open: boolean
  readonly profile: NetworkProfile
  /** Every namespace with a trace: declared, configured, or home of a resource. */
  readonly namespaces: ReadonlyMap<string, Namespace>
  readonly workloads: readonly Workload[]
  /** Interfaces of machines that a manifest makes subject to policies. Their labels are those of the object. */
  readonly hostEndpoints: readonly Workload[]
  readonly services: readonly Service[]
  /** Machines that a manifest declares; others may exist. */
  readonly nodes: readonly ClusterNode[]
  /** Every resource by group and kind (`networking.k8s.io/NetworkPolicy`), for the policy kinds and entry points. */
  readonly resources: ReadonlyMap<string, readonly Resource[]>
  readonly diagnostics: readonly Diagnostic[]
}

export interface Namespace {
  readonly name: string
  /** `incomplete` labels unless declared or configured; the name label is always certain. */
  readonly labels: Labels
  /** `declared` by a Namespace manifest, `external` by the configuration, `mentioned` by a resource that lives in it. */
  readonly source: 'declared' | 'external' | 'mentioned'
  readonly resource: Resource | undefined
}

export interface ClusterNode {
  readonly name: string
  readonly labels: Labels
  /** Addresses of its `status`, empty where it states none. */
  readonly addresses: AddressSet
}

/** The owner of a pod template, or a pod without one; replicas are one. Host endpoints take the same form. */
export interface Workload {
  readonly id: ResourceId
  readonly resource: Resource
  /** Labels of its pods, not of the object. */
  readonly labels: Labels
  readonly ports: readonly ContainerPort[]
  /** Whether its ports are declared at all; a named port of a workload with unreadable containers is unknown. */
  readonly hostNetwork: boolean
  /** Machine its pods are bound to, where a manifest says so. */
  readonly nodeName: string | undefined
  readonly serviceAccount: string
  /** Addresses of its pods, where a manifest states them. */
  readonly addresses: AddressSet | undefined
  /** `Default` and `None` do not ask the cluster's DNS. */
  readonly dnsPolicy: string
  readonly annotations: ReadonlyMap<string, string>
  /** Names of the pods behind it, for manifests that list pods; else empty. */
  readonly pods: readonly string[]
}

export interface ContainerPort {
  readonly name: string | undefined
  readonly protocol: ProtocolName
  readonly port: number
  /** Port opened on the node; undefined when none. */
  readonly hostPort: number | undefined
  /** Whether it belongs to a restartable init container, whose names count after the ordinary ones. */
  readonly sidecar: boolean
  readonly span: Span
}

export interface Service {
  readonly id: ResourceId
  readonly resource: Resource
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName'
  readonly headless: boolean
  /** Undefined: no pods are managed by it. */
  readonly selector: LabelExpression | undefined
  readonly ports: readonly ServicePort[]
  readonly externalIps: readonly string[]
  /** Clients the balancer accepts; undefined: all. */
  readonly sourceRanges: AddressSet | undefined
  /** Whether the balancer opens node ports as well. */
  readonly allocatesNodePorts: boolean
  /** A provider annotation that keeps the balancer inside a private network. */
  readonly internal: boolean
}

export interface ServicePort {
  readonly name: string | undefined
  readonly protocol: ProtocolName
  readonly port: number
  /** Number or name on the pod; a name is looked up per pod. */
  readonly target: number | string
  readonly nodePort: number | undefined
  readonly span: Span
}

/** `shop/Deployment/web`, for messages and keys. */
export function showId(id: ResourceId): string {
  return `${id.kind} ${id.namespace === '' ? '' : `${id.namespace}/`}${id.name}`
}

/** One text for each object: group, kind, namespace and name. */
export function idKey(id: ResourceId): string {
  return `${id.group}/${id.kind}/${id.namespace}/${id.name}`
}

/** `shop/web`: how people name a namespaced object. */
export const qualifiedName = ({ namespace, name }: ResourceId): string => `${namespace}/${name}`
