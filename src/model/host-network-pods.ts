import type { Cluster, Workload } from './cluster.ts'

const known = new WeakMap<Cluster, readonly Workload[]>()

/** Pods on the network of their machines. */
export function hostNetworkPods(cluster: Cluster): readonly Workload[] {
  const found = known.get(cluster) ?? cluster.workloads.filter(({ hostNetwork }) => hostNetwork)
  known.set(cluster, found)
  return found
}
