import { z } from 'zod'
import { anyAddressHits } from './any-ip.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'ingress-any-ip',
  title: 'The whole internet may connect to pods',
  severity: 'warning',
  fix: 'patch',
  tags: ['mitre-t1190', 'mitre-t1046', 'over-permission'],
  scope: 'side',
  options: z.strictObject({
    allow: z.array(z.string()).default([]).describe('Policies that may do so, as namespace/name: shop/front.'),
  }),
  *check({ view, options }) {
    yield* anyAddressHits(view, 'ingress', options.allow)
  },
})
