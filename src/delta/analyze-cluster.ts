import type { Resource } from '../manifests/resource.ts'
import { buildCluster } from '../model/build-cluster.ts'
import { entryPointsOf } from '../model/entry-points.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { compilePolicies } from '../policies/compile-policies.ts'
import { partition } from '../reach/partition.ts'
import { reach } from '../reach/reachability.ts'
import type { Side, SideInput, Universe } from '../reach/universe.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import { compare } from './compare.ts'
import type { Delta } from './delta.ts'
import { otherNetworks } from './other-networks.ts'
import type { SideView } from './side-view.ts'
import { unsupportedPolicies } from './unsupported-policies.ts'

/** Resources that are applied together, on each side; undefined where the cluster does not exist. */
export interface ClusterPair {
  readonly name: string
  readonly open: boolean
  readonly profile: NetworkProfile
  readonly base: readonly Resource[] | undefined
  readonly head: readonly Resource[] | undefined
}

export interface AnalysedCluster {
  readonly name: string
  readonly open: boolean
  readonly base: SideView | undefined
  readonly head: SideView | undefined
  /** Undefined for a cluster of one side only. */
  readonly delta: Delta | undefined
  readonly diagnostics: Readonly<Record<Side, readonly Diagnostic[]>>
}

type Prepared = Omit<SideView, 'side' | 'reach'> & {
  readonly input: SideInput
  readonly diagnostics: readonly Diagnostic[]
}

/** Evaluates both sides of a cluster over one universe and compares them. Where both are the same values, once. */
export function analyzeCluster(pair: ClusterPair): AnalysedCluster {
  const { name, open } = pair
  const same = pair.base === pair.head
  const base = pair.base && prepare(pair, pair.base)
  const head = same ? base : pair.head && prepare(pair, pair.head)
  const either = (base ?? head) as Prepared
  const universe = partition((base ?? either).input, (head ?? either).input)
  const headView = head && view(universe, 'head', head)
  const baseView = same ? headView : base && view(universe, 'base', base)
  const delta = baseView === undefined || headView === undefined || same ? undefined : compare(baseView, headView)
  return {
    name,
    open,
    base: baseView,
    head: headView,
    delta,
    diagnostics: { base: base?.diagnostics ?? [], head: head?.diagnostics ?? [] },
  }
}

function prepare({ name, open, profile }: ClusterPair, resources: readonly Resource[]): Prepared {
  const cluster = buildCluster({ name, open, profile, resources })
  const policies = compilePolicies(cluster)
  const { entryPoints, diagnostics } = entryPointsOf(cluster)
  return {
    cluster,
    policies,
    entryPoints,
    input: { cluster, entries: policies.entries },
    diagnostics: [
      ...cluster.diagnostics,
      ...policies.diagnostics,
      ...diagnostics,
      ...unsupportedPolicies(cluster),
      ...otherNetworks(cluster),
    ],
  }
}

function view(universe: Universe, side: Side, { cluster, policies, entryPoints, input }: Prepared): SideView {
  return { side, cluster, policies, entryPoints, reach: reach(universe, side, input) }
}
