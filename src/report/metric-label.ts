import type { ExposureChange, MetricName } from '../delta/exposure.ts'

interface MetricLabel {
  readonly text: string
  /** What growth means for exposure. */
  readonly growth: 'worse' | 'better'
}

const labels: Readonly<Record<MetricName, MetricLabel>> = {
  'internet-services': { text: 'Services offered to the internet', growth: 'worse' },
  'internet-services-effective': { text: 'Services reachable from the internet', growth: 'worse' },
  'internal-edge-services': { text: 'Services behind an internal edge', growth: 'worse' },
  'internal-edge-services-effective': { text: 'Services reachable through an internal edge', growth: 'worse' },
  'node-services': { text: 'Services on node ports', growth: 'worse' },
  'node-services-effective': { text: 'Services reachable through node ports', growth: 'worse' },
  'cross-namespace-services': { text: 'Services reachable from other namespaces', growth: 'worse' },
  'cross-namespace-pairs': { text: 'Pairs of a Service and another namespace that reaches it', growth: 'worse' },
  'open-services': { text: 'Services reachable from any namespace', growth: 'worse' },
  'internet-egress-any': { text: 'Workloads that reach all of the internet', growth: 'worse' },
  'internet-egress-broad': { text: 'Workloads that reach broad internet ranges', growth: 'worse' },
  'internet-egress-narrow': { text: 'Workloads that reach narrow internet ranges', growth: 'worse' },
  'private-egress': { text: 'Workloads that reach private networks', growth: 'worse' },
  'metadata-egress': { text: 'Workloads that reach the metadata address', growth: 'worse' },
  'isolated-ingress': { text: 'Workloads isolated for ingress', growth: 'better' },
  'isolated-egress': { text: 'Workloads isolated for egress', growth: 'better' },
  'default-deny-ingress': { text: 'Namespaces with default deny for ingress', growth: 'better' },
  'default-deny-egress': { text: 'Namespaces with default deny for egress', growth: 'better' },
  'sensitive-ports': { text: 'Sensitive ports exposed', growth: 'worse' },
}

export function metricLabel(metric: MetricName): string {
  return labels[metric].text
}

/** `+2`, `−1`, or `±0` where members changed places. */
export function showDelta({ base, head }: ExposureChange): string {
  if (head === base) return '±0'
  return head > base ? `+${head - base}` : `−${base - head}`
}

/** A count with what it is out of: `3 / 12 (25 %)`. */
export function showCount(count: number, total: number | undefined): string {
  if (total === undefined) return String(count)
  return total === 0 ? `${count} / 0` : `${count} / ${total} (${Math.floor((100 * count) / total)} %)`
}

/** Whether the change makes exposure worse or better; `same` where as many came as went. */
export function trendOf({ metric, base, head }: ExposureChange): 'worse' | 'better' | 'same' {
  if (head === base) return 'same'
  const { growth } = labels[metric]
  return head > base === (growth === 'worse') ? 'worse' : 'better'
}

export function isChanged({ base, head, gained, lost }: ExposureChange): boolean {
  return base !== head || gained.length > 0 || lost.length > 0
}
