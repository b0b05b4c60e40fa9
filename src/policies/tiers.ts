/** Ranks of the tiers that Kubernetes itself knows, lowest first (NPEP-285: Admin, NetworkPolicy, Baseline). */
export const tiers = { admin: 0, networkPolicy: 1000, baseline: 2000 } as const
