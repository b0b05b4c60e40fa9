import { expect, test } from 'vitest'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import type { NetworkPolicySpec } from '../../src/policies/kubernetes/spec.ts'
import { type Span, textOf } from '../../src/source/span.ts'
import { storeWith } from './store.ts'

/** A NetworkPolicy as rules that speak of its text see it. */
function specOf(policy: string): NetworkPolicySpec {
  const [spec] = compilePolicies(storeWith([policy]).input.cluster).networkPolicies
  if (spec === undefined) throw new Error('no policy')
  return spec
}

const show = (span: Span | undefined): string | undefined => span && textOf(span)

test('every part of a rule stands where it is written', () => {
  const [rule] = specOf('ingress: [{from: [{podSelector: {}}], ports: [{port: http}]}]').rules.ingress
  expect(show(rule?.span)).toBe('{from: [{podSelector: {}}], ports: [{port: http}]}')
  expect(show(rule?.peersSpan)).toBe('from: [{podSelector: {}}]')
  expect(show(rule?.portsSpan)).toBe('ports: [{port: http}]')
})

test.each([
  { port: '{port: http}', place: 'http' },
  { port: '{port: 80, endPort: 90}', place: '80' },
  { port: '{protocol: UDP}', place: undefined },
  { port: '{port: 0}', place: undefined },
])('the number or name of $port stands at $place', ({ port, place }) => {
  const [rule] = specOf(`ingress: [{ports: [${port}]}]`).rules.ingress
  const [item] = rule?.ports === 'any' ? [] : (rule?.ports ?? [])
  expect(show(item?.portSpan)).toBe(place)
})

test('a block keeps its texts beside what it stands for', () => {
  const block = '{cidr: 192.0.2.0/24, except: [192.0.2.128/25, 192.0.2.0/30]}'
  const [rule] = specOf(`ingress: [{from: [{ipBlock: ${block}}]}]`).rules.ingress
  const [peer] = rule?.peers === 'any' ? [] : (rule?.peers ?? [])
  expect(peer?.ipBlock).toMatchObject({ cidr: '192.0.2.0/24', except: ['192.0.2.128/25', '192.0.2.0/30'] })
})
