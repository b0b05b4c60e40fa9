import type { Redundancy } from '../delta/find-redundancies.ts'
import type { SideView } from '../delta/side-view.ts'
import { idKey, showId } from '../model/cluster.ts'
import type { RuleHit } from './finding.ts'
import { redundanciesIn } from './judged-redundancies.ts'
import { isIntended, keepIt, relatedCovers, sayCovers, textOfEntries } from './redundancy-words.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'shadowed-policy',
  title: 'A policy changes nothing',
  severity: 'note',
  fix: 'none',
  tags: ['correctness'],
  scope: 'side',
  onlyTouched: true,
  options: noOptions,
  *check(context) {
    const { view } = context
    for (const found of redundanciesIn(context).policies) {
      const resource = view.policies.manifests.get(idKey(found.entries[0].origin.policy))
      if (resource === undefined || isIntended(view, found, resource.provenance.document)) continue
      if (found.coveredBy.length === 0 && view.cluster.open) continue
      yield hit(view, found, { side: view.side, span: resource.name.span })
    }
  },
})

function hit(view: SideView, found: Redundancy, at: RuleHit['at']): RuleHit {
  const { policy } = found.entries[0].origin
  const covers = sayCovers(found)
  return {
    object: policy,
    discriminator: textOfEntries(found.entries),
    at,
    ...relatedCovers(view, found),
    message: `${showId(policy)} changes nothing: ${covers === undefined ? 'no other policy speaks for its pods, and it allows them everything' : `for its pods ${covers}`}.`,
    remedy: `${covers === undefined ? 'Narrow it to what is meant, or delete it.' : 'Delete the policy.'} ${keepIt}`,
    confidence: view.cluster.open ? 'likely' : 'certain',
  }
}
