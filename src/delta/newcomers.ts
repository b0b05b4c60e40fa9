import { namespacesNamedBy } from '../reach/partition.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { SideView } from './side-view.ts'

/**
 * Tells the classes that head brings along: workloads that base does not have, and pods of a namespace that head
 * declares and base has no trace of. What they may not do, nobody has lost.
 */
export function newcomersOf(base: SideView, head: SideView): (found: PeerClass) => boolean {
  const named = namespacesNamedBy(base.policies.entries)
  const isNewNamespace = (name: string): boolean =>
    head.cluster.namespaces.get(name)?.source === 'declared' && !base.cluster.namespaces.has(name) && !named.has(name)
  return (found) => {
    if (found.kind === 'workloads') return found.members.every((member) => member.base === undefined)
    return found.kind === 'cell' && typeof found.namespace === 'string' && isNewNamespace(found.namespace)
  }
}
