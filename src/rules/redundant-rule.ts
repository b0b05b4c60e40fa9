import type { Redundancy } from '../delta/find-redundancies.ts'
import type { SideView } from '../delta/side-view.ts'
import { entryOf, valueAt } from '../manifests/node.ts'
import { idKey, showId } from '../model/cluster.ts'
import type { NetworkPolicyRule, NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { fixIn, removeEntry, removeItem } from './edit.ts'
import type { Fix, RuleHit, TextEdit } from './finding.ts'
import { redundanciesIn } from './judged-redundancies.ts'
import { isIntended, keepIt, relatedCovers, sayCovers, textOfEntries } from './redundancy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { ruleNode, specNode } from './rule-node.ts'
import { ruleKey, unreachableRules } from './unreachable-rules.ts'

export default defineRule({
  id: 'redundant-rule',
  title: 'A rule adds nothing to what other rules say',
  severity: 'note',
  fix: 'suggestion',
  tags: ['correctness'],
  scope: 'side',
  onlyTouched: true,
  options: noOptions,
  *check(context) {
    const { view } = context
    const unreachable = unreachableRules(view)
    for (const found of redundanciesIn(context).rules) {
      if (found.entries.some((entry) => unreachable.has(ruleKey(entry)))) continue
      if (!isIntended(view, found, found.entries[0].origin.span)) yield hit(view, found)
    }
  },
})

function hit(view: SideView, found: Redundancy): RuleHit {
  const { origin } = found.entries[0]
  return {
    object: origin.policy,
    discriminator: textOfEntries(found.entries),
    at: { side: view.side, span: origin.span },
    ...relatedCovers(view, found),
    message: `${showId(origin.policy)}, ${origin.rule} adds nothing: ${sayCovers(found) ?? 'without it everybody reaches whom they reach now'}.`,
    remedy: `Delete the rule. ${keepIt}`,
    confidence: view.cluster.open ? 'likely' : 'certain',
    ...deletion(view, found),
  }
}

/** Where taking the text away leaves everything else as it is: the policy must state its types by itself. */
function deletion(view: SideView, { entries: [{ origin, direction }] }: Redundancy): { readonly fix?: Fix } {
  const spec = view.policies.networkPolicies.find(({ id }) => idKey(id) === idKey(origin.policy))
  const rule = spec?.rules[direction][origin.index]
  if (spec === undefined || rule === undefined) return {}
  if (direction === 'egress' && spec.typesSpan === undefined && spec.rules.egress.length === 1) return {}
  const edit = deleteRule(spec, rule)
  return edit === undefined ? {} : fixIn(spec.resource, 'Delete the rule', [edit])
}

function deleteRule(spec: NetworkPolicySpec, rule: NetworkPolicyRule): TextEdit | undefined {
  const { file } = spec.resource.provenance
  const whole = specNode(spec)
  const item = ruleNode(spec, rule)
  const list = valueAt(whole, rule.direction)
  const entry = entryOf(whole, rule.direction)
  if (item === undefined || list?.kind !== 'sequence' || whole === undefined || entry === undefined) return undefined
  return list.items.length > 1 ? removeItem(file, list, item) : removeEntry(file, whole, entry)
}
