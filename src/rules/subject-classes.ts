import type { SideView } from '../delta/side-view.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { classesOf } from './selected-workloads.ts'

/**
 * Classes a policy certainly speaks for: its workloads on this side, or, where none is in the tree, pods that are
 * not: policies whose workloads live elsewhere still mean something.
 */
export function subjectClasses(view: SideView, { id, podSelector }: NetworkPolicySpec): PeerClass[] {
  const { must } = view.reach.matcher.select({
    target: 'pods',
    namespaces: { kind: 'named', name: id.namespace },
    labels: podSelector,
  })
  const classes = classesOf(view, must)
  const present = classes.filter((found) => workloadsIn(view.reach, found).length > 0)
  return present.length > 0 ? present : classes.filter(({ kind }) => kind === 'cell')
}
