import type { NetworkProfile } from '../../model/network-profile.ts'
import type { PolicyEntry } from '../entry.ts'
import { calicoTiers, tiers } from '../tiers.ts'
import type { AdminPolicySpec } from './spec.ts'

/** Where the entries of a policy stand among all others. */
export type Place = Pick<PolicyEntry, 'tier' | 'order'>

/** By priority within the tier. Under Calico these tiers stand among its own, and equal priorities are told by names. */
export function placeOf({ tier, priority, id }: AdminPolicySpec, { dialect }: NetworkProfile): Place {
  const order = priority === undefined ? [] : [priority]
  if (dialect !== 'calico') return { tier: tier === 'admin' ? tiers.admin : tiers.baseline, order }
  const rank = tier === 'admin' ? calicoTiers.admin : calicoTiers.baseline
  const own = id.kind === 'BaselineAdminNetworkPolicy' ? [1000] : order
  return { tier: rank, order: own.length === 0 ? [] : [...own, `${id.name}//Kubernetes${id.kind}`] }
}
