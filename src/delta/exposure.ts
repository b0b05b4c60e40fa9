/** A member of a metric: what is exposed, and how, in words that do not depend on the order of files. */
export interface ExposureMember {
  /** `shop/web` */
  readonly name: string
  /** `through Ingress shop/front`, `every port`; may be empty. */
  readonly detail: string
  /** For how many it counts, where one line stands for several: a pair with each of so many namespaces. */
  readonly count?: number
  /** Name of the member that this one is part of, where that one is there. */
  readonly partOf?: string
}

/** Names of the metrics, in the order in which they are shown (definitions: docs/metrics.md). */
export const metricNames = [
  'internet-services',
  'internet-services-effective',
  'internal-edge-services',
  'internal-edge-services-effective',
  'node-services',
  'node-services-effective',
  'cross-namespace-services',
  'cross-namespace-pairs',
  'open-services',
  'internet-egress-any',
  'internet-egress-broad',
  'internet-egress-narrow',
  'private-egress',
  'metadata-egress',
  'isolated-ingress',
  'isolated-egress',
  'default-deny-ingress',
  'default-deny-egress',
  'sensitive-ports',
] as const

export type MetricName = (typeof metricNames)[number]

/** Members of each metric on one side, sorted by name. */
export type Exposure = Readonly<Record<MetricName, readonly ExposureMember[]>>

/** One metric across the change; `total` is what the count is out of, where that means something (workloads, namespaces). */
export interface ExposureChange {
  readonly metric: MetricName
  readonly base: number
  readonly head: number
  readonly total: number | undefined
  readonly gained: readonly ExposureMember[]
  readonly lost: readonly ExposureMember[]
}
