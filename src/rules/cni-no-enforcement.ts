import { idKey, showId } from '../model/cluster.ts'
import { enforcementOf } from '../model/plugin-capabilities.ts'
import { ignoredPolicies, pluginText, profileOn } from './ignored-policies.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cni-no-enforcement',
  title: 'The network plugin enforces no policies',
  severity: 'error',
  fix: 'none',
  tags: ['cis-5.3.1', 'mitre-m1030', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view, isAsked }) {
    const profile = profileOn(view)
    if (enforcementOf('NetworkPolicy', profile) !== 'no') return
    const policies = ignoredPolicies(view)
    const shown = policies.find(({ id }) => isAsked(id)) ?? policies[0]
    if (shown === undefined) return
    const isSwitchedOff = profile.dialect === 'cilium' && profile.cilium.enforcement === 'never'
    yield {
      object: { group: '', kind: 'NetworkPlugin', namespace: '', name: profile.cni?.name ?? 'unknown' },
      discriminator: 'enforcement',
      at: { side: view.side, span: shown.resource.name.span },
      message: `${pluginText(profile)} enforces no policies${isSwitchedOff ? ' (enforcement: never)' : ''}, so ${showId(shown.id)}${othersText(policies.length - 1)} without effect: every pod may talk to every other, and to any address.`,
      remedy: isSwitchedOff
        ? 'Set `enable-policy` of the Cilium agents to default.'
        : 'Install a plugin that enforces policies, or name the one that does in the configuration, as in `network: {cni: canal}`.',
      confidence: 'certain',
      measure: new Set(policies.map(({ id }) => idKey(id))),
    }
  },
})

function othersText(count: number): string {
  if (count === 0) return ' is'
  return count === 1 ? ' and one more policy are' : ` and ${count} more policies are`
}
