import type { SideView } from '../delta/side-view.ts'
import type { Resource } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import type { CalicoPolicySpec, CalicoRule } from '../policies/calico/spec.ts'

/** A rule of a Calico policy as it is written, in a direction that the policy has a say in. */
export interface WrittenRule {
  readonly spec: CalicoPolicySpec
  readonly rule: CalicoRule
  readonly resource: Resource
}

export function* calicoRules({ policies }: SideView): Generator<WrittenRule> {
  for (const spec of policies.calicoPolicies) {
    const resource = policies.manifests.get(idKey(spec.id))
    if (resource === undefined) continue
    for (const direction of ['ingress', 'egress'] as const)
      if (spec.types[direction] !== 'no') for (const rule of spec.rules[direction]) yield { spec, rule, resource }
  }
}
