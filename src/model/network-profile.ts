import { AddressSet } from '../sets/address-set.ts'
import type { LabelExpression } from './label-expression.ts'
import { requirement } from './label-expression.ts'
import {
  type CiliumSettings,
  ciliumDefaults,
  habitsOf,
  type NetworkPlugin,
  type PluginHabits,
} from './network-plugin.ts'
import type { Sighting } from './sighting.ts'

/** What the repository does not say about the cluster its manifests land in. */
export interface NetworkProfile extends PluginHabits {
  /** Undefined when it is neither configured nor to be seen in the tree. */
  readonly cni: NetworkPlugin | undefined
  /** Places in the tree that show `cni`, where the configuration leaves it open; without a `cni`, places that disagree. */
  readonly sightings: readonly Sighting[]
  /** The plugin as base shows it, where the change brings another, another version or option. Both sides are read as head shows. */
  readonly before: Pick<NetworkProfile, 'cni' | 'cilium' | 'dialect'> | undefined
  readonly cilium: CiliumSettings
  /** Where the API server runs: on a machine of the cluster, or at an address outside. */
  readonly apiServer: 'inside' | 'outside'
  /** Addresses the cluster uses, empty where not configured; `private` adds to the ranges everybody calls private. */
  readonly ranges: {
    readonly pods: AddressSet
    readonly services: AddressSet
    readonly nodes: AddressSet
    readonly private: AddressSet
  }
  /** Pods that answer DNS queries; undefined when the configuration says there are none to check. */
  readonly dns: DnsService | undefined
  /** Namespaces that live outside the repository, with their labels (the name label comes by itself). */
  readonly externalNamespaces: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** Pods that bring traffic of Ingresses, Gateways and Routes in. */
  readonly ingressControllers: readonly { readonly namespace: string; readonly labels: LabelExpression }[]
  /** Namespace of manifests that name none. */
  readonly defaultNamespace: string
}

export interface DnsService {
  readonly namespace: string
  readonly labels: LabelExpression
  readonly ports: readonly number[]
}

/** Vanilla Kubernetes with nothing configured: the plugin is unknown, DNS is kube-dns in kube-system. */
export const defaultProfile: NetworkProfile = {
  ...habitsOf(undefined),
  cni: undefined,
  sightings: [],
  before: undefined,
  cilium: ciliumDefaults,
  apiServer: 'inside',
  ranges: { pods: AddressSet.none, services: AddressSet.none, nodes: AddressSet.none, private: AddressSet.none },
  dns: { namespace: 'kube-system', labels: requirement('k8s-app', 'In', ['kube-dns']), ports: [53] },
  externalNamespaces: new Map(),
  ingressControllers: [],
  defaultNamespace: 'default',
}
