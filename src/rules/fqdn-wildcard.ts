import { z } from 'zod'
import type { SideView } from '../delta/side-view.ts'
import { valueAt, type YamlNode } from '../manifests/node.ts'
import { qualifiedName } from '../model/cluster.ts'
import { itemsAt, textAt } from '../model/fields.ts'
import { ciliumEntries, type FoundEntry, placeIn, showEntry, showSubjectOf } from './cilium-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'fqdn-wildcard',
  title: 'A pattern of host names that takes in practically every host',
  severity: 'warning',
  fix: 'none',
  tags: ['mitre-t1041', 'mitre-t1048', 'over-permission', 'cilium'],
  scope: 'side',
  options: z.strictObject({
    allow: z
      .array(z.string())
      .default([])
      .describe('Policies that may hold such patterns, as namespace/name: shop/crawler.'),
  }),
  *check({ view, options }) {
    for (const found of ciliumEntries(view)) {
      if (options.allow.includes(qualifiedName(found.spec.id))) continue
      for (const item of itemsAt(found.entry.node, 'toFQDNs')) {
        const pattern = textAt(item, 'matchPattern')
        if (pattern !== undefined && isBroad(pattern)) yield hit(view, found, item, pattern)
      }
    }
  },
})

/** `*`, `**`, `*.com`, `**.com`, `*com`: whoever owns a name may be meant. */
const isBroad = (pattern: string): boolean => /^\*+\.?$|^\*+\.?[^.*]+\.?$/.test(pattern)

function hit(view: SideView, found: FoundEntry, item: YamlNode, pattern: string): RuleHit {
  const { spec, rule, entry } = found
  const extent = /^\*+\.?$/.test(pattern)
    ? 'every host that has a name'
    : `every host directly below ${pattern.replace(/^\*+\.?/, '')}`
  return {
    object: spec.id,
    discriminator: `${rule.name}${entry.section} ${pattern}`,
    at: { side: view.side, span: placeIn(spec, valueAt(item, 'matchPattern') ?? item) },
    confidence: 'certain',
    message: `${showEntry(found)}: \`${pattern}\` is ${extent}, so ${showSubjectOf(rule)} may send to whoever registers such a name.`,
    remedy:
      'Name the hosts, or the domain of your own that they share. A policy that is meant so belongs under `allow` of this rule.',
  }
}
