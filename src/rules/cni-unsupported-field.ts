import type { SideView } from '../delta/side-view.ts'
import type { ResourceId } from '../manifests/resource.ts'
import { showId } from '../model/cluster.ts'
import { enforcementOfObject, type PolicyFeature, supportOf } from '../model/plugin-capabilities.ts'
import { adminPeerFields } from './admin-peer-fields.ts'
import type { RuleHit } from './finding.ts'
import { pluginText, profileOn } from './ignored-policies.ts'
import { type LimitedField, limitedFields } from './limited-fields.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cni-unsupported-field',
  title: 'The network plugin ignores this part of a policy',
  severity: 'warning',
  fix: 'none',
  tags: ['cis-5.3.1', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    const profile = profileOn(view)
    const isIgnored = (feature: PolicyFeature): boolean => supportOf(feature, profile) === 'no'
    for (const spec of view.policies.networkPolicies) {
      if (enforcementOfObject(spec.id, profile) === 'no') continue
      for (const field of limitedFields(spec)) if (isIgnored(field.feature)) yield hit(view, spec.id, field)
    }
    for (const { id, field } of adminPeerFields(view)) if (isIgnored(field.feature)) yield hit(view, id, field)
  },
})

function hit(view: SideView, id: ResourceId, { feature, direction, text, span, effect }: LimitedField): RuleHit {
  return {
    object: id,
    discriminator: `${direction} ${feature} ${text}`,
    at: { side: view.side, span },
    message: `${showId(id)}, ${direction}: ${pluginText(profileOn(view))} does not support ${feature === text ? feature : `${feature} (${text})`}: ${effect}.`,
    remedy: remedies[feature],
    confidence: 'certain',
  }
}

const remedies: Readonly<Record<PolicyFeature, string>> = {
  endPort: 'List the ports one by one, or move to a version that supports ranges.',
  SCTP: 'Do not rely on this policy for SCTP.',
  'ipBlock.except': 'Write the ranges that remain as blocks of their own.',
  'named ports': 'Write the number of the port.',
  egress: 'Do not rely on this policy for egress, or move to a version that supports it.',
  IPv6: 'Do not rely on this policy for IPv6.',
  networks: 'Use peers that the plugin supports.',
  nodes: 'Use peers that the plugin supports.',
  domainNames: 'Use networks in place of names, or a kind of policy of the plugin itself.',
}
