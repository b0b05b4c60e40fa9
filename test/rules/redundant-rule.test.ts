import { describe, expect, test } from 'vitest'
import redundantRule from '../../src/rules/redundant-rule.ts'
import { applyEdits, runExample } from './run-example.ts'

const checkout = '{from: [{podSelector: {matchLabels: {app: checkout}}}]}'
const everyPod = '{from: [{podSelector: {}}]}'

const policy = (name: string, spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec:\n${spec}\n`
const payments = policy('payments', `  podSelector: {matchLabels: {app: payments}}\n  ingress: [${checkout}]`)
const wide = policy('wide', `  podSelector: {}\n  ingress: [${everyPod}]`)

type Files = Readonly<Record<string, string>>

function example(base: Files, head: Files): Parameters<typeof runExample>[0] {
  const files = { base: new Map(Object.entries(base)), head: new Map(Object.entries(head)) }
  return { name: 'shop', kind: 'invalid', files, config: undefined }
}

const news = (base: Files, head: Files): string[] =>
  runExample(example(base, head), redundantRule).map(({ message }) => message)

describe('a rule that adds nothing is news', () => {
  const message = 'NetworkPolicy shop/payments, ingress rule 1 adds nothing: NetworkPolicy shop/wide says the same.'
  const locked = payments.replace('ingress:', 'policyTypes: [Ingress, Egress]\n  ingress:')
  const both = { 'payments.yaml': locked, 'wide.yaml': wide }

  test('where the change brings it', () => {
    expect(news({ 'wide.yaml': wide }, both)).toEqual([message])
  })

  test('not where its whole policy changes nothing', () => {
    expect(news({ 'wide.yaml': wide }, { ...both, 'payments.yaml': payments })).toEqual([])
  })

  test('not where the change only covers what others wrote', () => {
    expect(news({ 'payments.yaml': locked }, both)).toEqual([])
  })

  test('not where it was there before', () => {
    const more = locked.replace(checkout, `${checkout}, {ports: [{port: 9090}]}`)
    expect(news(both, { ...both, 'payments.yaml': more })).toEqual([])
  })
})

describe('the suggested change', () => {
  const fixed = (spec: string): string | undefined => {
    const found = example({}, { 'payments.yaml': policy('payments', spec), 'wide.yaml': wide })
    const [hit] = runExample(found, redundantRule)
    return hit?.fix && applyEdits(found, hit.fix.edits).files.head.get('payments.yaml')
  }
  const subject = '  podSelector: {matchLabels: {app: payments}}\n  policyTypes: [Ingress, Egress]\n'

  test.each([
    {
      name: 'deletes an item with its lines',
      spec: `${subject}  ingress:\n    - ${checkout}\n    - from:\n        - namespaceSelector: {}\n`,
      left: `${subject}  ingress:\n    - from:\n        - namespaceSelector: {}\n`,
    },
    {
      name: 'deletes the last item with its lines',
      spec: `${subject}  ingress:\n    - from:\n        - namespaceSelector: {}\n    - from:\n        - podSelector: {matchLabels: {app: checkout}}\n`,
      left: `${subject}  ingress:\n    - from:\n        - namespaceSelector: {}\n`,
    },
    {
      name: 'deletes the key of the only item',
      spec: `${subject}  ingress:\n    - ${checkout}\n`,
      left: subject,
    },
    {
      name: 'keeps the brackets of a list',
      spec: `${subject}  ingress: [{ports: [{port: 9090}]}, ${checkout}]\n`,
      left: `${subject}  ingress: [{ports: [{port: 9090}]}]\n`,
    },
  ])('$name', ({ spec, left }) => {
    expect(fixed(spec)).toBe(policy('payments', left))
  })

  test('is missing where the policy would stop isolating its pods', () => {
    const out = '{to: [{podSelector: {matchLabels: {app: bank}}}]}'
    const given = {
      'payments.yaml': policy(
        'payments',
        `  podSelector: {matchLabels: {app: payments}}\n  ingress: [${checkout}]\n  egress: [${out}]`,
      ),
      'wide.yaml': policy('wide', '  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{}]'),
    }
    const [hit] = runExample(example({}, given), redundantRule)
    expect(hit?.message).toContain('egress rule 1 adds nothing')
    expect(hit?.fix).toBeUndefined()
  })
})
