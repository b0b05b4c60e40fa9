import { syntheticSpan } from '../source/span.ts'
import type { Workload } from './cluster.ts'
import type { Labels } from './labels.ts'

/**
 * Key under which selectors ask for the service account of a pod. No label key holds a space, so it stands for nothing
 * else. Every pod has one: `default` where it names none.
 */
export const SERVICE_ACCOUNT = 'service account'

/** Key under which selectors ask for the cluster of a mesh that a pod is in. */
export const CLUSTER = 'cluster'

const known = new WeakMap<Workload, Labels>()

/** What policies can ask of a pod: its labels, and its service account. */
export function identityLabels(workload: Workload): Labels {
  const found = known.get(workload)
  if (found !== undefined) return found
  const { values, unknownKeys, complete } = workload.labels
  const account = { value: workload.serviceAccount, span: syntheticSpan }
  const labels = { values: new Map(values).set(SERVICE_ACCOUNT, account), unknownKeys, complete }
  known.set(workload, labels)
  return labels
}
