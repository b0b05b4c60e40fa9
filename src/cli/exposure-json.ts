import { metricNames } from '../delta/exposure.ts'
import { countMembers } from '../delta/measure-exposure.ts'
import type { MeasuredCluster } from './exposure-text.ts'

/** Metrics with all of their members, and namespaces by their points. */
export function exposureJson(clusters: readonly MeasuredCluster[]): string {
  const described = clusters.map(({ name, metrics, namespaces, totalOf }) => ({
    name,
    metrics: metricNames.map((metric) => ({
      metric,
      count: countMembers(metrics[metric]),
      total: totalOf(metric) ?? null,
      members: metrics[metric].map(({ name, detail }) => ({ name, detail })),
    })),
    namespaces,
  }))
  return `${JSON.stringify({ schemaVersion: '1.1', clusters: described }, undefined, 2)}\n`
}
