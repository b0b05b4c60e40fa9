import { resourceIdOf } from '../manifests/network-relevant.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import type { Cause } from './cause.ts'
import { diffResources } from './node-diff.ts'
import { policyCause, wholePolicy } from './policy-cause.ts'
import type { SideView } from './side-view.ts'

/** By base, then by head. */
const known = new WeakMap<SideView, WeakMap<SideView, Map<string, readonly Cause[]>>>()

/** What differs in the objects that a policy asks about: groups of addresses, Services and what stands behind them. */
export function referenceCauses(policy: ResourceId, base: SideView, head: SideView): readonly Cause[] {
  const byHead = known.get(base) ?? new WeakMap<SideView, Map<string, readonly Cause[]>>()
  known.set(base, byHead)
  const byPolicy = byHead.get(head) ?? new Map<string, readonly Cause[]>()
  byHead.set(head, byPolicy)
  const key = idKey(policy)
  const found = byPolicy.get(key) ?? findCauses(askedBy(key, base), askedBy(key, head))
  byPolicy.set(key, found)
  return found
}

const askedBy = (key: string, { policies }: SideView): ReadonlySet<Resource> => new Set(policies.asked.get(key))

/** Most objects are one value on both sides. */
function findCauses(asked: ReadonlySet<Resource>, askedAfter: ReadonlySet<Resource>): Cause[] {
  const before = byId(asked.difference(askedAfter))
  const after = byId(askedAfter.difference(asked))
  const keys = new Set([...before.keys(), ...after.keys()])
  return [...keys].flatMap((key) =>
    causesOf(before.get(key), after.get(key)).map((cause) => ({ ...cause, kind: 'reference' as const })),
  )
}

const byId = (resources: ReadonlySet<Resource>): ReadonlyMap<string, Resource> =>
  new Map([...resources].map((resource) => [idKey(resourceIdOf(resource)), resource]))

function causesOf(before: Resource | undefined, after: Resource | undefined): Cause[] {
  if (before !== undefined && after !== undefined)
    return diffResources(before, after).map((change) => policyCause(resourceIdOf(after), change))
  const only = after ?? before
  return only === undefined ? [] : [wholePolicy(resourceIdOf(only), only, after === undefined ? 'base' : 'head')]
}
