import { describe, expect, test } from 'vitest'
import { everything, expressionKey, requirement } from '../../src/model/label-expression.ts'
import { NAME_LABEL } from '../../src/model/namespace-labels.ts'
import type { NamespaceScope, PodSelector } from '../../src/policies/entry.ts'
import { inScope, scopeExpression, selectorKey } from '../../src/reach/selector-scope.ts'
import { AddressSet } from '../../src/sets/address-set.ts'

const shop: NamespaceScope = { kind: 'named', name: 'shop' }
const web: PodSelector = { target: 'pods', namespaces: shop, labels: requirement('app', 'In', ['web']) }

describe('two selectors have one key', () => {
  test('where they say the same, written apart', () => {
    const again: PodSelector = { target: 'pods', namespaces: { ...shop }, labels: requirement('app', 'In', ['web']) }
    expect(selectorKey(again)).toBe(selectorKey(web))
  })

  test.each<{ name: string; other: Partial<PodSelector> }>([
    { name: 'what they select', other: { target: 'nodes' } },
    { name: 'the namespace', other: { namespaces: { kind: 'named', name: 'annex' } } },
    { name: 'labels of the namespace', other: { namespaces: { kind: 'matching', expression: everything } } },
    { name: 'labels', other: { labels: everything } },
    { name: 'endpoints besides', other: { entities: ['init'] } },
    { name: 'addresses', other: { addresses: AddressSet.of('10.20.0.0/16') } },
    { name: 'clusters', other: { clusters: { expression: everything, own: true } } },
    { name: 'whether the own cluster is among them', other: { clusters: { expression: everything, own: false } } },
  ])('but not where they differ in $name', ({ other }) => {
    expect(selectorKey({ ...web, ...other })).not.toBe(selectorKey(web))
  })

  test.each<{ name: string; one: Partial<PodSelector>; other: Partial<PodSelector> }>([
    { name: 'the endpoints', one: { entities: ['init'] }, other: { entities: ['health'] } },
    {
      name: 'the addresses',
      one: { addresses: AddressSet.of('10.20.0.0/16') },
      other: { addresses: AddressSet.of('10.21.0.0/16') },
    },
    {
      name: 'the own cluster',
      one: { clusters: { expression: everything, own: true } },
      other: { clusters: { expression: everything, own: false } },
    },
  ])('nor where both name them, in $name', ({ one, other }) => {
    expect(selectorKey({ ...web, ...one })).not.toBe(selectorKey({ ...web, ...other }))
  })
})

describe('a scope', () => {
  const labels = new Map([['shop', { values: new Map(), unknownKeys: new Set<string>(), complete: true }]])
  const team: NamespaceScope = { kind: 'matching', expression: requirement('team', 'In', ['shop']) }

  test.each([
    { name: 'of one namespace takes it in', scope: shop, namespace: 'shop', expected: 'yes' },
    { name: 'of one namespace takes no other in', scope: shop, namespace: 'annex', expected: 'no' },
    { name: 'of labels goes by what is declared', scope: team, namespace: 'shop', expected: 'no' },
    { name: 'of labels cannot tell where nothing is', scope: team, namespace: 'annex', expected: 'unknown' },
  ])('$name', ({ scope, namespace, expected }) => {
    expect(inScope(scope, namespace, labels)).toBe(expected)
  })

  test('of one namespace asks for its name label, always the same', () => {
    expect(expressionKey(scopeExpression(shop))).toBe(expressionKey(requirement(NAME_LABEL, 'In', ['shop'])))
    expect(scopeExpression(shop)).toBe(scopeExpression(shop))
  })
})
