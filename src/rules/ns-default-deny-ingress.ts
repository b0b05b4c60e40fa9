import { z } from 'zod'
import { namespacesWithoutDeny, systemNamespaces } from './default-deny-missing.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'ns-default-deny-ingress',
  title: 'A namespace has no default deny for ingress',
  severity: 'error',
  fix: 'patch',
  tags: ['cis-5.3.2', 'mitre-m1030', 'isolation'],
  scope: 'side',
  options: z.strictObject({
    'except-namespaces': z.array(z.string()).default(systemNamespaces).describe('Namespaces that may do without.'),
  }),
  *check({ view, options }) {
    yield* namespacesWithoutDeny(view, 'ingress', options['except-namespaces'])
  },
})
