import { expect, test } from 'vitest'
import { unsupportedKinds } from '../../src/delta/unsupported-policies.ts'
import { isNetworkRelevant } from '../../src/manifests/network-relevant.ts'
import { analyse, shop } from './shop-delta.ts'

const kinds = Object.entries(unsupportedKinds).flatMap(([group, names]) => names.map((kind) => ({ group, kind })))

test.each(kinds)('$group/$kind belongs to a cluster, so that it cannot be overlooked', ({ group, kind }) => {
  expect(isNetworkRelevant({ group, kind })).toBe(true)
})

test('an Antrea policy makes the answer unknown, at its name', () => {
  const antrea =
    'apiVersion: crd.antrea.io/v1beta1\nkind: NetworkPolicy\nmetadata:\n  name: web\n  namespace: shop\nspec: {}\n'
  const { diagnostics } = analyse({ 'shop.yaml': shop }, { 'shop.yaml': shop, 'web.yaml': antrea })
  expect(diagnostics.base).toEqual([])
  expect(diagnostics.head).toMatchObject([
    { code: 'kind-unsupported', effect: 'unknown', span: { file: { path: 'web.yaml' } } },
  ])
})

test('a staged Calico policy enforces nothing and is no gap', () => {
  const staged =
    'apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {}\n'
  expect(analyse({ 'shop.yaml': shop }, { 'shop.yaml': shop, 'web.yaml': staged }).diagnostics.head).toEqual([])
})

test.each([
  ['calico', []],
  ['antrea', ['kind-unsupported']],
  ['other', ['kind-unsupported']],
])('a policy that nobody here reads is no gap under a plugin that ignores it: %s', (name, expected) => {
  const antrea =
    'apiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: {name: web}\nspec: {priority: 5}\n'
  const head = { 'shop.yaml': shop, 'web.yaml': antrea }
  const { diagnostics } = analyse({ 'shop.yaml': shop }, head, { cni: { name, version: undefined } })
  expect(diagnostics.head.map(({ code }) => code)).toEqual(expected)
})
