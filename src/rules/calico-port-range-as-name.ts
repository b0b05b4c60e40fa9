import type { SideView } from '../delta/side-view.ts'
import { showId } from '../model/cluster.ts'
import type { Span } from '../source/span.ts'
import { calicoRules, type WrittenRule } from './calico-rules.ts'
import { fixIn } from './edit.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'calico-port-range-as-name',
  title: 'A range of ports with a dash is a name to Calico',
  severity: 'error',
  fix: 'suggestion',
  tags: ['correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of calicoRules(view)) {
      for (const { connections, span } of found.rule.ports) {
        const range = connections
          .names()
          .map(({ name }) => /^(\d+)-(\d+)$/.exec(name))
          .find((match) => match !== null)
        if (range !== undefined) yield hit(view, found, span, range)
      }
    }
  },
})

function hit(
  view: SideView,
  { spec, resource }: WrittenRule,
  span: Span,
  [text, first, last]: RegExpExecArray,
): RuleHit {
  const meant = `${first}:${last}`
  return {
    object: spec.id,
    discriminator: text,
    at: { side: view.side, span },
    message: `${showId(spec.id)}: "${text}" is the name of a port to Calico, not a range, and no container gives a port such a name: the rule matches nothing by it.`,
    remedy: `Write "${meant}".`,
    confidence: 'certain',
    ...fixIn(resource, `Write "${meant}"`, [{ span, text: `"${meant}"` }]),
  }
}
