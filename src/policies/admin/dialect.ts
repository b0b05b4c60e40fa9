import type { AdminKind } from './fields.ts'

/** What differs between the kinds beside the fields they have. */
export interface Dialect {
  /** Fixed, or written in `spec.tier`. */
  readonly tier: 'admin' | 'baseline' | 'written'
  readonly hasPriority: boolean
  /** Name the object must have; undefined: any. */
  readonly onlyName: string | undefined
  readonly actions: Readonly<Record<string, 'allow' | 'deny' | 'pass'>>
  readonly ports: 'ports' | 'protocols'
  /** Longest list of rules, peers or ports. */
  readonly most: number
  /** Whether `pods` needs its namespaceSelector. */
  readonly needsNamespaceSelector: boolean
}

const v1alpha1 = {
  actions: { Allow: 'allow', Deny: 'deny', Pass: 'pass' },
  onlyName: undefined,
  ports: 'ports',
  most: 100,
  needsNamespaceSelector: true,
} as const

/** @see https://network-policy-api.sigs.k8s.io/reference/spec/ */
export const dialects: Readonly<Record<AdminKind, Dialect>> = {
  AdminNetworkPolicy: { ...v1alpha1, tier: 'admin', hasPriority: true },
  BaselineAdminNetworkPolicy: {
    ...v1alpha1,
    tier: 'baseline',
    hasPriority: false,
    onlyName: 'default',
    actions: { Allow: 'allow', Deny: 'deny' },
  },
  ClusterNetworkPolicy: {
    tier: 'written',
    hasPriority: true,
    onlyName: undefined,
    actions: { Accept: 'allow', Deny: 'deny', Pass: 'pass' },
    ports: 'protocols',
    most: 25,
    needsNamespaceSelector: false,
  },
}
