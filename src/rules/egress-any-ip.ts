import { z } from 'zod'
import { anyAddressHits } from './any-ip.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'egress-any-ip',
  title: 'Pods may send to the whole internet',
  severity: 'error',
  fix: 'patch',
  tags: ['mitre-t1041', 'mitre-t1048', 'over-permission'],
  scope: 'side',
  options: z.strictObject({
    allow: z.array(z.string()).default([]).describe('Policies that may do so, as namespace/name: shop/crawler.'),
  }),
  *check({ view, options }) {
    yield* anyAddressHits(view, 'egress', options.allow)
  },
})
