import type { Workload } from '../model/cluster.ts'
import type { Bound } from '../reach/evaluate.ts'
import { classOfWorkload } from '../reach/peers.ts'
import type { Reachability } from '../reach/reachability.ts'
import { isPodClass, type PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { addressesAmong, bucketOf, bucketRank, internetSide } from './egress-reach.ts'
import { entryBackends } from './entry-reach.ts'
import type { SideView } from './side-view.ts'
import { sourcesOf } from './source-index.ts'

/** The widest circle that reaches a port: nobody, its own namespace, some others, any namespace, the internet. */
export type PortScope = 'nobody' | 'namespace' | 'namespaces' | 'cluster' | 'internet'

export const scopeRank: Readonly<Record<PortScope, number>> = {
  nobody: 0,
  namespace: 1,
  namespaces: 2,
  cluster: 3,
  internet: 4,
}

export const scopeNames: Readonly<Record<PortScope, string>> = {
  nobody: 'nobody',
  namespace: 'its own namespace',
  namespaces: 'other namespaces',
  cluster: 'any namespace',
  internet: 'the internet',
}

/** Who reaches a port of a workload of this side, at most. */
export function portScope(view: SideView, workload: Workload, wanted: ConnectionSet, bound: Bound): PortScope {
  if (!entersFromInternet(view, workload, bound).intersect(wanted).isEmpty) return 'internet'
  return classScope(view.reach, classOfWorkload(view.reach, workload), wanted, bound)
}

/** Who policies let reach some ports of a class; of an isolated one the internet, where a rule lets addresses of it in. */
export function classScope(reach: Reachability, found: PeerClass, wanted: ConnectionSet, bound: Bound): PortScope {
  const sources = sourcesOf(reach, found, wanted, bound)
  if (isNamedByRule(reach, found, sources)) return 'internet'
  if (sources.has(reach.universe.anyPod.index)) return 'cluster'
  const own = namespaceMembers(reach, found)
  const pods = sources.subtract(nonPodMembers(reach))
  if (!pods.subtract(own).isEmpty) return 'namespaces'
  return pods.subtract(reach.matcher.set([found.index])).isEmpty ? 'nobody' : 'namespace'
}

/** A pod nobody isolates accepts every address as well, but no address of the internet finds it by itself. */
function isNamedByRule(reach: Reachability, found: PeerClass, sources: MemberSet): boolean {
  if (reach.isolated(found, 'ingress') !== 'yes' || !sources.overlaps(internetSide(reach).members)) return false
  const bucket = bucketOf(addressesAmong(reach, sources), internetSide(reach).addresses)
  return bucketRank[bucket] >= bucketRank.broad
}

const nonPods = new WeakMap<Reachability, MemberSet>()

/** Addresses and machines. */
export function nonPodMembers(reach: Reachability): MemberSet {
  const { addresses, nodes } = reach.universe
  const found = nonPods.get(reach) ?? reach.matcher.set([...addresses, ...nodes].map(({ index }) => index))
  nonPods.set(reach, found)
  return found
}

const policed = new WeakMap<Reachability, MemberSet>()

/** Classes of pods that policies apply to. */
export function policedMembers(reach: Reachability): MemberSet {
  const found =
    policed.get(reach) ??
    reach.matcher.set(reach.universe.classes.filter((one) => reach.isPolicedPod(one)).map(({ index }) => index))
  policed.set(reach, found)
  return found
}

const homes = new WeakMap<Reachability, Map<string, MemberSet>>()

/** Classes of the namespace a class lives in; none for addresses and for namespaces without a trace. */
function namespaceMembers(reach: Reachability, found: PeerClass): MemberSet {
  if (!isPodClass(found) || typeof found.namespace !== 'string') return reach.matcher.set([])
  const byName = homes.get(reach) ?? new Map<string, MemberSet>()
  homes.set(reach, byName)
  const { namespace } = found
  const members =
    byName.get(namespace) ??
    reach.matcher.set((reach.universe.byNamespace.get(namespace) ?? []).map(({ index }) => index))
  byName.set(namespace, members)
  return members
}

const entering = new WeakMap<SideView, Record<Bound, Map<Workload, ConnectionSet>>>()

/** What the internet reaches of a workload through entry points. */
function entersFromInternet(view: SideView, workload: Workload, bound: Bound): ConnectionSet {
  const known = entering.get(view) ?? collectEntries(view)
  entering.set(view, known)
  return known[bound].get(workload) ?? ConnectionSet.none
}

function collectEntries(view: SideView): Record<Bound, Map<Workload, ConnectionSet>> {
  const found = { must: new Map<Workload, ConnectionSet>(), may: new Map<Workload, ConnectionSet>() }
  for (const entry of view.entryPoints) {
    if (entry.scope !== 'internet') continue
    for (const { workload, must, may } of entryBackends(view, entry)) {
      found.must.set(workload, (found.must.get(workload) ?? ConnectionSet.none).union(must))
      found.may.set(workload, (found.may.get(workload) ?? ConnectionSet.none).union(may))
    }
  }
  return found
}
