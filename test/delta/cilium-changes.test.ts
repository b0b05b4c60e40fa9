import { describe, expect, test } from 'vitest'
import { ciliumProfile } from '../policies/cilium-store.ts'
import { deltaOf, shop, showCause } from './shop-delta.ts'

const onCheckout = (rules: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: till
  namespace: shop
spec:
  endpointSelector:
    matchLabels: {app: checkout}
${rules
  .trim()
  .split('\n')
  .map((line) => `  ${line}`)
  .join('\n')}
`

const requests = (rules: string): string => `ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts:
      - ports: [{port: "8081", protocol: TCP}]
        rules: {http: [${rules}]}`

interface Change {
  readonly name: string
  readonly base: string
  readonly head: string
  readonly text: string
  readonly cause: string
}

const changes: readonly Change[] = [
  {
    name: 'any request in place of one is more',
    base: requests('{method: GET, path: "/prices"}'),
    head: requests('{}'),
    text: 'access from shop/web to shop/checkout grew from TCP 8081 (HTTP GET /prices) to TCP 8081 (HTTP)',
    cause:
      'base till.yaml:13 CiliumNetworkPolicy shop/till: ingress rule 1, toPorts item 1, rules, http item 1 was removed',
  },
  {
    name: 'one request in place of any is less',
    base: requests('{}'),
    head: requests('{method: GET, path: "/prices"}'),
    text: 'access from shop/web to shop/checkout shrank from TCP 8081 (HTTP) to TCP 8081 (HTTP GET /prices)',
    cause: '',
  },
  {
    name: 'another request is neither',
    base: requests('{method: GET, path: "/prices"}'),
    head: requests('{method: GET, path: "/stock"}'),
    text: 'shop/web now reach shop/checkout on TCP 8081 (HTTP GET /stock) instead of TCP 8081 (HTTP GET /prices)',
    cause:
      'head till.yaml:13 CiliumNetworkPolicy shop/till: ingress rule 1, toPorts item 1, rules, http item 1, path changed',
  },
  {
    name: 'a plain entry for the same port lifts the condition',
    base: requests('{method: GET, path: "/prices"}'),
    head: `${requests('{method: GET, path: "/prices"}')}
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "8081", protocol: TCP}]}]`,
    text: 'access from shop/web to shop/checkout grew from TCP 8081 (HTTP GET /prices) to TCP 8081',
    cause: 'head till.yaml:14 CiliumNetworkPolicy shop/till: ingress rule 2 was added',
  },
  {
    name: 'peers of another kind in the same entry: what came is the cause',
    base: 'egress:\n  - toCIDR: [10.0.0.0/8]\n    toPorts: [{ports: [{port: "443", protocol: TCP}]}]',
    head: 'egress:\n  - toFQDNs: [{matchName: bank.example}]\n    toPorts: [{ports: [{port: "443", protocol: TCP}]}]',
    text: 'shop/checkout can now reach bank.example on TCP 443',
    cause: 'head till.yaml:10 CiliumNetworkPolicy shop/till: egress rule 1, toFQDNs was added',
  },
  {
    name: 'a deny that goes opens what is allowed besides',
    base: 'ingress: [{fromEntities: [cluster]}]\ningressDeny:\n  - fromEndpoints: [{matchLabels: {app: web}}]',
    head: 'ingress: [{fromEntities: [cluster]}]',
    text: 'shop/web can now reach shop/checkout on every port',
    cause: 'base till.yaml:10 CiliumNetworkPolicy shop/till: ingressDeny was removed',
  },
]

describe('a change of a Cilium policy', () => {
  test.each(changes)('$name', ({ base, head, text, cause }) => {
    const side = (rules: string) => ({ 'shop.yaml': shop, 'till.yaml': onCheckout(rules) })
    const { sentences } = deltaOf(side(base), side(head), ciliumProfile())
    const found = sentences.find((sentence) => sentence.text === text)
    expect(found, sentences.map((sentence) => sentence.text).join('\n')).toBeDefined()
    if (cause !== '') expect(found?.causes.map(showCause).join('\n')).toContain(cause)
  })

  test('a rule that begins to isolate is told by the field that says so', () => {
    const rules = 'ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]'
    const open = { 'shop.yaml': shop, 'till.yaml': onCheckout(`enableDefaultDeny: {ingress: false}\n${rules}`) }
    const closed = { 'shop.yaml': shop, 'till.yaml': onCheckout(`enableDefaultDeny: {ingress: true}\n${rules}`) }
    const { sentences } = deltaOf(open, closed, ciliumProfile())
    expect(sentences.length).toBeGreaterThan(0)
    for (const { causes, text } of sentences) {
      expect(text).not.toContain('can now')
      expect(causes.map(showCause)).toEqual([
        'head till.yaml:9 CiliumNetworkPolicy shop/till: enableDefaultDeny, ingress changed',
      ])
    }
  })

  test('the same in specs', () => {
    const policy = (entities: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: till, namespace: shop}
specs:
  - endpointSelector: {matchLabels: {app: web}}
    ingress: [{}]
  - endpointSelector: {matchLabels: {app: checkout}}
    ingress:
      - fromEntities: [${entities}]
`
    const side = (entities: string) => ({ 'shop.yaml': shop, 'till.yaml': policy(entities) })
    const { sentences } = deltaOf(side('host'), side('host, world'), ciliumProfile())
    expect(sentences.map(({ text }) => text)).toEqual([
      'every address outside the cluster can now reach shop/checkout on every port',
    ])
    expect(sentences[0]?.causes.map(showCause)).toEqual([
      'head till.yaml:9 CiliumNetworkPolicy shop/till: specs item 2, ingress rule 1, fromEntities item 2 was added',
    ])
  })
})
