import type { SideView } from '../delta/side-view.ts'
import type { ResourceId } from '../manifests/resource.ts'
import type { CompiledPolicies, Policy } from '../policies/compile-policies.ts'
import type { PolicyEntry } from '../policies/entry.ts'

const known = new WeakMap<CompiledPolicies, ReadonlyMap<ResourceId, Policy>>()

/** The policy that an entry comes from, which it names by the very value; undefined for what the plugin does by itself. */
export function policyOf({ policies }: SideView, { origin }: PolicyEntry): Policy | undefined {
  const byId = known.get(policies) ?? new Map(policies.policies.map((policy) => [policy.id, policy]))
  known.set(policies, byId)
  return byId.get(origin.policy)
}
