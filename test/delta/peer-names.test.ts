import { expect, test } from 'vitest'
import { deltaOf, shop } from './shop-delta.ts'

/** A policy of another namespace that asks for many labels, so that unseen pods fall into many cells. */
const others = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: seasonal, namespace: ops}
spec:
  podSelector: {matchLabels: {season: winter}}
  policyTypes: [Ingress]
  ingress: [{from: [{podSelector: {matchLabels: {season: summer}}, namespaceSelector: {matchLabels: {region: north}}}]}]
`
const toCheckout = (from: string): string => `${shop}${others}---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: checkout, namespace: shop}
spec:
  podSelector: {matchLabels: {app: checkout}}
  policyTypes: [Ingress]
  ingress:
    - from: [${from}]
`
const web = '{podSelector: {matchLabels: {app: web}}}'
const team = '{namespaceSelector: {matchLabels: {team: shop}}}'

test.each([
  [
    'a selector but for the pods that were let in before',
    [web, team],
    'any pod in namespaces team=shop but shop/web can now reach shop/checkout on every port',
  ],
  [
    'a selector but for a namespace',
    ['{podSelector: {}}', team],
    'any pod in namespaces team=shop but those in shop can now reach shop/checkout on every port',
  ],
  [
    'a selector by itself',
    ['{podSelector: {matchLabels: {app: till}}}', web],
    'shop/web can now reach shop/checkout on every port',
  ],
])('%s', (_, [before, after], sentence) => {
  const { sentences } = deltaOf(
    { 'shop.yaml': toCheckout(before as string) },
    { 'shop.yaml': toCheckout(after as string) },
  )
  expect(sentences.map(({ text }) => text)).toContain(sentence)
})
