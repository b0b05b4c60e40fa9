import { showId } from '../model/cluster.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { enforcedFrom, enforcementOf, type PolicyFamily } from '../model/plugin-capabilities.ts'
import { ignoredPolicies, pluginText, profileOn } from './ignored-policies.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cni-unsupported-kind',
  title: 'The network plugin ignores policies of this kind',
  severity: 'warning',
  fix: 'none',
  tags: ['cis-5.3.1', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    const profile = profileOn(view)
    if (enforcementOf('NetworkPolicy', profile) === 'no') return
    for (const { id, family, resource } of ignoredPolicies(view)) {
      yield {
        object: id,
        discriminator: 'kind',
        at: { side: view.side, span: resource.name.span },
        message: `${showId(id)} (${id.group}) has no effect: ${pluginText(profile)} does not enforce policies of this kind, so what it denies is allowed and what it allows is not.`,
        remedy: remedyFor(family, profile),
        confidence: 'certain',
      }
    }
  },
})

function remedyFor(family: PolicyFamily, profile: NetworkProfile): string {
  const version = enforcedFrom(family, profile)
  if (version !== undefined) return `They are enforced from version ${version} on; until then, use NetworkPolicies.`
  if (family === 'ClusterNetworkPolicy' && profile.dialect === 'cilium')
    return 'Switch them on (`enable-k8s-cluster-network-policy`) and say so in the configuration: `network: {cilium: {cluster-network-policies: true}}`.'
  return 'Use a kind that the plugin enforces, or name the right plugin in the configuration (`network: {cni: …}`).'
}
