import type { SideView } from '../delta/side-view.ts'

export type PolicyLanguage = 'kubernetes' | 'cilium' | 'calico'

const known = new WeakMap<SideView, PolicyLanguage>()

/** The language most policies of the tree are written in, out of those that the network plugin reads: fixes speak it. */
export function policyLanguage(view: SideView): PolicyLanguage {
  const found = known.get(view) ?? commonLanguage(view)
  known.set(view, found)
  return found
}

function commonLanguage({ policies, cluster }: SideView): PolicyLanguage {
  const { dialect } = cluster.profile
  if (dialect === 'kubernetes') return dialect
  const groups = policies.policies.map(({ id }) => id.group)
  const own = groups.filter((group) => group === 'cilium.io' || group.endsWith('projectcalico.org')).length
  const plain = groups.filter((group) => group === 'networking.k8s.io').length
  return own > plain ? dialect : 'kubernetes'
}
