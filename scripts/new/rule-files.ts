import type { NewFile } from './new-file.ts'

/**
 * A rule and its page. Both hold a small working rule, so that the page's test passes from the start and each step from
 * there to the rule that is wanted can be tried.
 */
export function newRuleFiles(id: string): readonly NewFile[] {
  return [
    { path: `src/rules/${id}.ts`, text: ruleText(id) },
    { path: `docs/rules/${id}.md`, text: pageText(id) },
  ]
}

function ruleText(id: string): string {
  return `import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: '${id}',
  title: 'NetworkPolicy lets nobody in',
  severity: 'note',
  fix: 'none',
  tags: [],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const policy of view.policies.networkPolicies) {
      if (!policy.isolates.ingress || policy.rules.ingress.length > 0) continue
      yield {
        object: policy.id,
        discriminator: 'ingress',
        at: { side: view.side, span: policy.podSelectorSpan },
        message: \`NetworkPolicy \${policy.id.namespace}/\${policy.id.name} allows nothing to reach its pods\`,
        remedy: 'Add an ingress rule for those who need to.',
        confidence: 'certain',
      }
    }
  },
})
`
}

function pageText(id: string): string {
  return `# ${id}

What it finds, in a sentence. Why it matters. What to do about it.

## Options

None.

## Known limits

What it does not see, each with an example below where it can be shown.

## Invalid: no ingress rule

\`\`\`yaml title="head: policies/payments.yaml"
${policyText(['  podSelector: {} # <- here', '  policyTypes: [Ingress]'])}
\`\`\`

## Valid: web may call payments

\`\`\`yaml title="head: policies/payments.yaml"
${policyText([
  '  podSelector: {}',
  '  policyTypes: [Ingress]',
  '  ingress:',
  '    - from:',
  '        - podSelector: {matchLabels: {app: web}}',
])}
\`\`\`
`
}

function policyText(spec: readonly string[]): string {
  const head = [
    'apiVersion: networking.k8s.io/v1',
    'kind: NetworkPolicy',
    'metadata: {name: payments, namespace: shop}',
  ]
  return [...head, 'spec:', ...spec].join('\n')
}
