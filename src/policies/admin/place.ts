import { isAtLeast } from '../../model/network-plugin.ts'
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

/** Whether the plugin looks at objects of a kind; what Calico enforces changed from release to release. */
export function isEnforced(kind: string, { dialect, cni }: NetworkProfile): boolean {
  if (dialect !== 'calico') return true
  if (kind === 'ClusterNetworkPolicy') return isAtLeast(cni, '3.32')
  if (isAtLeast(cni, '3.32')) return false
  return isAtLeast(cni, kind === 'AdminNetworkPolicy' ? '3.29' : '3.30')
}
