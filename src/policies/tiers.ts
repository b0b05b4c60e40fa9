/**
 * Ranks of the tiers that Kubernetes itself knows, lowest first (NPEP-285: Admin, NetworkPolicy, Baseline). Under Calico
 * the rank of a tier is a thousandth of its order, so that its tier `default`, where NetworkPolicies are, has the same.
 */
export const tiers = { admin: 0, networkPolicy: 1000, baseline: 2000 } as const

/** Cilium asks what denies before what allows, whichever policy says so; both stand in the tier of NetworkPolicies. */
export const ciliumOrders = { deny: [0], allow: [1] } as const

/** Where Calico puts the tiers Admin and Baseline: their orders are 1000 and 10000000. */
export const calicoTiers = { admin: 1, baseline: 10_000 } as const
