import { AddressSet } from '../sets/address-set.ts'
import type { LabelExpression } from './label-expression.ts'
import { requirement } from './label-expression.ts'
import type { Truth } from './labels.ts'

/** What the repository does not say about the cluster its manifests land in. */
export interface NetworkProfile {
  /** Name of the network plugin, such as `cilium`; undefined when nothing is configured. */
  readonly cni: { readonly name: string; readonly version: string | undefined } | undefined
  /** Whether an `ipBlock` also speaks of pods with such an address: Calico says yes, Cilium no. */
  readonly ipBlockMatchesPods: Truth
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
  cni: undefined,
  ipBlockMatchesPods: 'unknown',
  ranges: { pods: AddressSet.none, services: AddressSet.none, nodes: AddressSet.none, private: AddressSet.none },
  dns: { namespace: 'kube-system', labels: requirement('k8s-app', 'In', ['kube-dns']), ports: [53] },
  externalNamespaces: new Map(),
  ingressControllers: [],
  defaultNamespace: 'default',
}
