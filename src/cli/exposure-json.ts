import { metricNames } from '../delta/exposure.ts'
import type { MeasuredCluster } from './exposure-text.ts'

/** Metrics with all of their members, and namespaces by their points. */
export function exposureJson(clusters: readonly MeasuredCluster[]): string {
  const described = clusters.map(({ name, metrics, namespaces }) => ({
    name,
    metrics: metricNames.map((metric) => ({ metric, count: metrics[metric].length, members: metrics[metric] })),
    namespaces,
  }))
  return `${JSON.stringify({ schemaVersion: '1.0', clusters: described }, undefined, 2)}\n`
}
