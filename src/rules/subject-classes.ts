import type { SideView } from '../delta/side-view.ts'
import type { PodSelector } from '../policies/entry.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { classesOf } from './selected-workloads.ts'

const known = new WeakMap<SideView, Map<NetworkPolicySpec, readonly PeerClass[]>>()

/**
 * Classes a policy certainly speaks for: its workloads on this side, or, where none is in the tree, pods that are
 * not: policies whose workloads live elsewhere still mean something.
 */
export function subjectClasses(view: SideView, spec: NetworkPolicySpec): readonly PeerClass[] {
  const bySpec = known.get(view) ?? new Map<NetworkPolicySpec, readonly PeerClass[]>()
  known.set(view, bySpec)
  const found = bySpec.get(spec) ?? findSubjects(view, spec)
  bySpec.set(spec, found)
  return found
}

function findSubjects(view: SideView, spec: NetworkPolicySpec): readonly PeerClass[] {
  return presentFirst(view, view.reach.matcher.select(subjectOf(spec)).must)
}

/** Those of some classes that hold workloads of this side; the pods that are not in the tree where there are none. */
export function presentFirst(view: SideView, members: MemberSet): readonly PeerClass[] {
  const classes = classesOf(view, members)
  const present = classes.filter((found) => workloadsIn(view.reach, found).length > 0)
  return present.length > 0 ? present : classes.filter(({ kind }) => kind === 'cell')
}

const subjects = new WeakMap<NetworkPolicySpec, PodSelector>()

/** Both sides share a policy that did not change, and the answers to its selector. */
function subjectOf(spec: NetworkPolicySpec): PodSelector {
  const found = subjects.get(spec) ?? {
    target: 'pods',
    namespaces: { kind: 'named', name: spec.id.namespace },
    labels: spec.podSelector,
  }
  subjects.set(spec, found)
  return found
}
