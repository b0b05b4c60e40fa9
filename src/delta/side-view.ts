import type { Cluster } from '../model/cluster.ts'
import type { EntryPoint } from '../model/entry-point.ts'
import type { CompiledPolicies } from '../policies/compile-policies.ts'
import type { Reachability } from '../reach/reachability.ts'
import type { Side } from '../reach/universe.ts'

/** One side of one cluster with everything that is known about it: what rules and metrics ask. */
export interface SideView {
  readonly side: Side
  readonly cluster: Cluster
  readonly policies: CompiledPolicies
  readonly reach: Reachability
  readonly entryPoints: readonly EntryPoint[]
}
