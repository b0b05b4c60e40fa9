import { resourceIdOf } from '../manifests/network-relevant.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import type { Cause } from './cause.ts'
import { diffResources } from './node-diff.ts'
import { policyCause, wholePolicy } from './policy-cause.ts'
import type { SideView } from './side-view.ts'

/** What differs in the objects that a policy asks about: groups of addresses, Services and what stands behind them. */
export function referenceCauses(policy: ResourceId, base: SideView, head: SideView): Cause[] {
  const [before, after] = [askedBy(policy, base), askedBy(policy, head)]
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) =>
    causesOf(before.get(key), after.get(key)).map((cause) => ({ ...cause, kind: 'reference' as const })),
  )
}

const askedBy = (policy: ResourceId, { policies }: SideView): ReadonlyMap<string, Resource> =>
  new Map((policies.asked.get(idKey(policy)) ?? []).map((resource) => [idKey(resourceIdOf(resource)), resource]))

function causesOf(before: Resource | undefined, after: Resource | undefined): Cause[] {
  if (before !== undefined && after !== undefined)
    return diffResources(before, after).map((change) => policyCause(resourceIdOf(after), change))
  const only = after ?? before
  return only === undefined ? [] : [wholePolicy(resourceIdOf(only), only, after === undefined ? 'base' : 'head')]
}
