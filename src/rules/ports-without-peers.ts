import { z } from 'zod'
import type { SideView } from '../delta/side-view.ts'
import { qualifiedName } from '../model/cluster.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { RuleHit } from './finding.ts'
import { showRule, showSubject, showWorkloads } from './policy-words.ts'
import { defineRule } from './rule.ts'
import { selectedBy } from './selected-workloads.ts'
import { webhookPorts } from './webhook-ports.ts'

export default defineRule({
  id: 'ports-without-peers',
  title: 'Ports are open to everybody',
  severity: 'warning',
  fix: 'patch',
  tags: ['cis-5.3.2', 'mitre-t1046', 'over-permission'],
  scope: 'side',
  options: z.strictObject({
    allow: z
      .array(z.string())
      .default([])
      .describe('Policies that open their ports to everybody on purpose, as namespace/name: shop/front.'),
  }),
  *check({ view, options }) {
    const webhooks = webhookPorts(view.cluster)
    for (const found of enforcedRules(view, 'ingress', 'egress')) {
      const { spec, rule } = found
      if (rule.peers !== 'any' || rule.ports === 'any' || rule.peersSpan !== undefined) continue
      if (options.allow.includes(qualifiedName(spec.id))) continue
      if (rule.direction === 'ingress' && servesWebhook(view, found, webhooks)) continue
      yield hit(view, found)
    }
  },
})

/** The API server calls webhooks from addresses no selector can name, so such a port has to be open. */
function servesWebhook(view: SideView, { entry }: EnforcedRule, webhooks: ReturnType<typeof webhookPorts>): boolean {
  const { certain } = selectedBy(view, entry.subject)
  return certain.some((workload) => {
    const served = webhooks.get(workload)
    return served !== undefined && entry.connections.subtract(served).isEmpty
  })
}

function hit(view: SideView, { spec, rule, entry }: EnforcedRule): RuleHit {
  const ingress = rule.direction === 'ingress'
  const ports = entry.connections.show()
  const { certain } = selectedBy(view, entry.subject)
  const pods = certain.length > 0 ? showWorkloads(certain) : showSubject(spec)
  return {
    object: spec.id,
    discriminator: `${rule.direction} ${entry.connections.key}`,
    at: { side: view.side, span: rule.portsSpan ?? rule.span },
    confidence: 'certain',
    message: ingress
      ? `${showRule(spec, rule)} lists ports and no \`from\`: any pod of any namespace and any address may reach ${pods} on ${ports}.`
      : `${showRule(spec, rule)} lists ports and no \`to\`: ${pods} may reach any pod and any address, the internet included, on ${ports}.`,
    remedy: ingress ? 'Add `from` with the peers that need the port.' : 'Add `to` with the peers these pods talk to.',
    witness: ingress ? `any pod → ${pods} ${ports}` : `${pods} → 203.0.113.10 ${ports}`,
    patch: {
      path: spec.resource.provenance.file.path,
      text: `${ingress ? 'from' : 'to'}:\n  - podSelector: {} # every pod of ${spec.id.namespace}; or narrower\n`,
    },
  }
}
