import type { Workload } from '../model/cluster.ts'
import { idKey } from '../model/cluster.ts'

import type { WorkloadPair } from './universe.ts'

/**
 * Joins workloads of the two sides: by identity, else by namespace and pod labels where that leaves no choice (a
 * rename, a change of kind).
 */
export function pairWorkloads(base: readonly Workload[], head: readonly Workload[]): WorkloadPair[] {
  const headById = new Map(head.map((workload) => [idKey(workload.id), workload]))
  const baseIds = new Set(base.map((workload) => idKey(workload.id)))
  const orphans = head.filter((workload) => !baseIds.has(idKey(workload.id)))
  const orphansByLabels = Map.groupBy(orphans, labelKey)
  const lostByLabels = Map.groupBy(
    base.filter((workload) => !headById.has(idKey(workload.id))),
    labelKey,
  )
  const renamed = new Map<Workload, Workload>()
  for (const [key, lost] of lostByLabels) {
    const found = orphansByLabels.get(key)
    if (lost.length === 1 && found?.length === 1) renamed.set(lost[0] as Workload, found[0] as Workload)
  }
  const taken = new Set(renamed.values())
  return [
    ...base.map((workload) => ({ base: workload, head: headById.get(idKey(workload.id)) ?? renamed.get(workload) })),
    ...orphans.filter((workload) => !taken.has(workload)).map((workload) => ({ base: undefined, head: workload })),
  ]
}

function labelKey({ id, labels }: Workload): string {
  const pairs = [...labels.values].map(([key, { value }]) => `${key}=${value}`).sort()
  return pairs.length === 0 ? `${id.namespace}|${idKey(id)}` : `${id.namespace}|${pairs.join(',')}`
}
