import type { Workload } from '../model/cluster.ts'
import type { Policy } from '../policies/compile-policies.ts'
import type { SideView } from './side-view.ts'

/** A namespace that this tree is responsible for: workloads or policies of it are here. */
export interface OwnNamespace {
  readonly name: string
  readonly workloads: readonly Workload[]
  readonly policies: readonly Policy[]
}

const known = new WeakMap<SideView, readonly OwnNamespace[]>()

/** Namespaces with workloads or policies in the tree; those that live outside it are left out. Sorted by name. */
export function ownNamespaces(view: SideView): readonly OwnNamespace[] {
  const found = known.get(view)
  if (found !== undefined) return found
  const workloads = Map.groupBy(view.cluster.workloads, ({ id }) => id.namespace)
  const policies = Map.groupBy(
    view.policies.policies.filter(({ id }) => id.namespace !== ''),
    ({ id }) => id.namespace,
  )
  const made = [...new Set([...workloads.keys(), ...policies.keys()])]
    .filter((name) => view.cluster.namespaces.get(name)?.source !== 'external')
    .sort()
    .map((name) => ({ name, workloads: workloads.get(name) ?? [], policies: policies.get(name) ?? [] }))
  known.set(view, made)
  return made
}
