import type { SideView } from '../delta/side-view.ts'
import type { ResourceId } from '../manifests/resource.ts'
import type { CompiledPolicies } from '../policies/compile-policies.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import type { EntryUse } from '../reach/evaluate.ts'

const known = new WeakMap<CompiledPolicies, ReadonlyMap<ResourceId, NetworkPolicySpec>>()

/** NetworkPolicies that entries come from, each once, in the order of the entries. An entry names its policy by the very value. */
export function specsOf({ policies }: SideView, uses: readonly EntryUse[]): NetworkPolicySpec[] {
  const byId = known.get(policies) ?? new Map(policies.networkPolicies.map((spec) => [spec.id, spec]))
  known.set(policies, byId)
  return [...new Set(uses.flatMap(({ entry }) => byId.get(entry.origin.policy) ?? []))]
}
