import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { type UnreachableRule, unreachableRules } from './unreachable-rules.ts'

export default defineRule({
  id: 'calico-unreachable-rule',
  title: 'A rule of a Calico policy is never asked',
  severity: 'warning',
  fix: 'none',
  tags: ['correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of unreachableRules(view).values()) yield hit(view, found)
  },
})

function hit({ side, cluster }: SideView, { entry, coveredBy }: UnreachableRule): RuleHit {
  const { policy, rule, span } = entry.origin
  const differs = entry.verdict !== coveredBy.verdict
  return {
    object: policy,
    discriminator: `${entry.direction} ${entry.verdict} ${entry.connections.key}`,
    at: { side, span },
    related: [{ at: { side, span: coveredBy.origin.span }, message: 'decides before it' }],
    message: `${showId(policy)}, ${rule} is never asked: rules before it decide every connection it speaks of, ${coveredBy.origin.rule} among them${differs ? ', and say otherwise' : ''}.`,
    remedy: differs ? 'Move the rule before those that hide it, or narrow them.' : 'Delete the rule.',
    confidence: cluster.open ? 'likely' : 'certain',
  }
}
