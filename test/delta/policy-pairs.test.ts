import { describe, expect, test } from 'vitest'
import { pairPolicies } from '../../src/delta/policy-pairs.ts'
import type { SideView } from '../../src/delta/side-view.ts'
import { analyse } from './shop-delta.ts'

const policy = (name: string, app: string, from = 'web'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {podSelector: {matchLabels: {app: ${app}}}, ingress: [{from: [{podSelector: {matchLabels: {app: ${from}}}}]}]}
`

/** `payments, web>front, -cart`: kept, renamed and removed policies. */
function pairs(base: readonly string[], head: readonly string[]): string {
  const found = analyse({ 'a.yaml': base.join('---') }, { 'a.yaml': head.join('---') })
  const joined = pairPolicies(found.base as SideView, found.head as SideView)
  const kept = joined.pairs.map((pair) =>
    pair.base.id.name === pair.head.id.name ? pair.head.id.name : `${pair.base.id.name}>${pair.head.id.name}`,
  )
  return [...kept, ...joined.removed.map(({ id }) => `-${id.name}`)].sort().join(' ')
}

describe('policies of two sides', () => {
  test.each([
    { name: 'by name, whatever they say', base: [policy('a', 'cart')], head: [policy('a', 'payments')], found: 'a' },
    { name: 'a new name', base: [policy('a', 'cart')], head: [policy('b', 'cart')], found: 'a>b' },
    {
      name: 'a new name and a new rule',
      base: [policy('a', 'cart')],
      head: [policy('b', 'cart', 'billing')],
      found: 'a>b',
    },
    { name: 'a new name for other pods', base: [policy('a', 'cart')], head: [policy('b', 'payments')], found: '-a' },
    {
      name: 'two for the same pods: the one that says the same',
      base: [policy('a', 'cart', 'web'), policy('b', 'cart', 'billing')],
      head: [policy('c', 'cart', 'billing'), policy('d', 'cart', 'web')],
      found: 'a>d b>c',
    },
    {
      name: 'two for the same pods, and neither says the same',
      base: [policy('a', 'cart', 'web'), policy('b', 'cart', 'billing')],
      head: [policy('c', 'cart', 'ledger'), policy('d', 'cart', 'stock')],
      found: '-a -b',
    },
    { name: 'removed', base: [policy('a', 'cart'), policy('b', 'web')], head: [policy('b', 'web')], found: '-a b' },
  ])('$name', ({ base, head, found }) => {
    expect(pairs(base, head)).toBe(found)
  })
})
