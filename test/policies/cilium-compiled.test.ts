import { describe, expect, test } from 'vitest'
import { alwaysEnforced } from '../../src/policies/cilium/always-enforced.ts'
import {
  isDomainName,
  isDomainPattern,
  nameCondition,
  queryCondition,
} from '../../src/policies/cilium/domain-pattern.ts'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { ciliumOrders, tiers } from '../../src/policies/tiers.ts'
import { textOf } from '../../src/source/span.ts'
import { ciliumProfile, onCheckout } from './cilium-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, ciliumProfile())
const entriesOf = (spec: string): readonly PolicyEntry[] => built(spec).input.entries

describe('a rule is called by its section and number, and stands where it is written', () => {
  const show = ({ origin: { rule, index, span } }: PolicyEntry): string => `${rule} (${index}): ${textOf(span)}`

  test('behind what isolates', () => {
    expect(entriesOf(onCheckout('ingress: [{fromEntities: [all]}, {fromEntities: [host]}]')).map(show)).toEqual([
      'isolates its pods for ingress (-1): ingress: [{fromEntities: [all]}, {fromEntities: [host]}]',
      'ingress rule 1 (0): {fromEntities: [all]}',
      'ingress rule 2 (1): {fromEntities: [host]}',
    ])
  })

  test('and by its item, where there are several specs', () => {
    const item = 'endpointSelector: {}, ingressDeny: [{fromEntities: [world]}]'
    const text = `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: till, namespace: store}\nspecs: [{${item}}]\n`
    expect(built(text).input.entries.map(show)).toEqual([
      'specs item 1, isolates its pods for ingress (-1): ingressDeny: [{fromEntities: [world]}]',
      'specs item 1, ingressDeny rule 1 (0): {fromEntities: [world]}',
    ])
  })

  test('every port item stands with what it opens, but for those that cannot be read', () => {
    const ports = '{ports: [{port: "80", protocol: TCP}, {port: "{{ .Values.port }}"}]}'
    const shown = entriesOf(onCheckout(`ingress: [{fromEntities: [all], toPorts: [${ports}]}]`)).map(({ origin }) =>
      origin.ports.map(({ connections }) => connections.show()),
    )
    expect(shown).toEqual([[], ['TCP 80'], ['TCP 80']])
  })

  test('what isolates is no rule that denies, and a deny is asked first', () => {
    const entries = entriesOf(onCheckout('ingress: [{fromEntities: [all]}]\ningressDeny: [{fromEntities: [world]}]'))
    expect(
      entries.map(({ verdict: said, isolates, order, tier, effect }) => [said, isolates, order, tier, effect]),
    ).toEqual([
      ['allow', true, ciliumOrders.allow, tiers.networkPolicy, 'exact'],
      ['allow', false, ciliumOrders.allow, tiers.networkPolicy, 'exact'],
      ['deny', false, ciliumOrders.deny, tiers.networkPolicy, 'exact'],
    ])
  })

  test('who is nobody makes no entry', () => {
    expect(entriesOf(onCheckout('ingress: [{fromEntities: [none]}]')).filter(({ isolates }) => !isolates)).toEqual([])
  })
})

describe('what agents enforce without any policy', () => {
  const shown = (...settings: Parameters<typeof ciliumProfile>): readonly string[] =>
    alwaysEnforced(ciliumProfile(...settings)).map(
      ({ origin, subject, isolates, effect, exists }) =>
        `${origin.rule} (${origin.index}, ${origin.ports.length} ports) ${subject.target} ${isolates} ${effect} ${exists}`,
    )
  const pods = (direction: string): string => `isolates every pod for ${direction} (-1, 0 ports) pods true exact yes`
  const machines = (direction: string): string =>
    `isolates every machine for ${direction} (-1, 0 ports) nodes true exact yes`
  test('is told by its option, of machines where policies apply to them', () => {
    expect(shown({ enforcement: 'always', hostFirewall: false })).toEqual([pods('ingress'), pods('egress')])
    expect(shown({ enforcement: 'always', hostFirewall: true })).toEqual([
      pods('ingress'),
      machines('ingress'),
      pods('egress'),
      machines('egress'),
    ])
    expect(shown({ enforcement: 'default', hostFirewall: true })).toEqual([])
  })
})

describe('names of destinations', () => {
  test.each([
    ['Till.Example.', true, 'to till.example'],
    ['*', true, 'to *'],
    ['**', false, 'to *'],
    ['*.', true, 'to *'],
    ['***', true, 'to *** (one level)'],
    ['*.till.example', true, 'to *.till.example (one level)'],
    ['**.till.example', true, 'to *.till.example'],
    ['**.till.example', false, 'to *.till.example (one level)'],
    ['**.till-*.example', true, 'to *.till-*.example (one level)'],
    ['a.**.till.example', true, 'to a.**.till.example (one level)'],
  ])('%s, since 1.19: %s, is %s', (text, since119, condition) => {
    expect(nameCondition(text, since119)).toBe(condition)
    expect(queryCondition(text, since119)).toBe(condition.replace('to ', 'query '))
  })

  test.each([
    ['till.example', true, true],
    ['Till_1-a.example.', true, true],
    ['*.till.example', false, true],
    ['', false, false],
    ['till example', false, false],
    ['till/example', false, false],
    ['x'.repeat(255), true, true],
    ['x'.repeat(256), false, false],
  ])('%s is a name: %s, a pattern: %s', (text, isName, isPattern) => {
    expect([isDomainName(text), isDomainPattern(text)]).toEqual([isName, isPattern])
  })
})

describe('groups of addresses', () => {
  const group = (cidrs: string, labels = '{}', name = 'partners'): string =>
    manifest('cilium.io/v2', 'CiliumCIDRGroup', `{name: ${name}, labels: ${labels}}`, `externalCIDRs: [${cidrs}]`)
  const to = (entry: string): string => onCheckout(`egress: [{toCIDRSet: [${entry}]}]`)
  const answers = (entry: string, ...groups: readonly string[]): readonly string[] => {
    const reachability = reachOf(
      built(to(entry), onCheckout('egress: [{toCIDR: ["2001:db8::44/128"]}]').replace('checkout', 'nobody'), ...groups),
    )
    return ['192.0.2.44', '198.51.100.9', '2001:db8::44'].map((address) =>
      verdict(reachability, `checkout → ${address} TCP 443`),
    )
  }
  const partner = 'cidrGroupSelector: {matchLabels: {role: partner}}'
  test.each([
    [
      'by name',
      '{cidrGroupRef: partners}',
      [group('192.0.2.0/24, "2001:db8::/32"'), group('198.51.100.0/24', '{}', 'rivals')],
      ['allow', 'deny', 'allow'],
    ],
    [
      'by its labels',
      `{${partner}}`,
      [group('192.0.2.0/24', '{role: partner}'), group('198.51.100.0/24', '{role: rival}', 'rivals')],
      ['allow', 'deny', 'deny'],
    ],
    [
      'of several all',
      `{${partner}}`,
      [group('192.0.2.0/24', '{role: partner}'), group('198.51.100.0/24', '{role: partner}', 'more')],
      ['allow', 'allow', 'deny'],
    ],
    [
      'of which one cannot be read',
      '{cidrGroupRef: partners}',
      [group('192.0.2.0/24, till')],
      ['unknown', 'unknown', 'unknown'],
    ],
    ['that is not there', '{cidrGroupRef: partners}', [], ['unknown', 'unknown', 'unknown']],
    ['without addresses', '{cidrGroupRef: partners}', [group('')], ['deny', 'deny', 'deny']],
    [
      'by what holds without a label',
      '{cidrGroupSelector: {matchExpressions: [{key: role, operator: DoesNotExist}]}}',
      [group('192.0.2.0/24', '{role: partner}')],
      ['allow', 'allow', 'allow'],
    ],
    [
      'by what holds of a label alone',
      '{cidrGroupSelector: {matchExpressions: [{key: role, operator: Exists}]}}',
      [group('192.0.2.0/24', '{role: partner}'), group('198.51.100.0/24', '{}', 'more')],
      ['allow', 'deny', 'deny'],
    ],
    ['by nothing', '{cidrGroupSelector: {}}', [group('192.0.2.0/24')], ['allow', 'allow', 'allow']],
  ] as const)('%s', (_, entry, groups, expected) => expect(answers(entry, ...groups)).toEqual(expected))

  test.each([
    ['an entry that is no network', group('till'), ['cidr-invalid at till']],
    [
      'a field that is none',
      group('192.0.2.0/24').replace('spec:', 'sign: open\nspec:'),
      ['unknown-field at sign: open'],
    ],
    ['a field of its spec that is none', `${group('192.0.2.0/24')}  sign: open\n`, ['unknown-field at sign: open']],
    ['nothing wrong', group('192.0.2.0/24'), []],
  ])('one with %s', (_, text, problems) => expect(showProblems(built(text))).toEqual(problems))

  test.each([
    ['{cidrGroupRef: partners}', 'there is no CiliumCIDRGroup partners'],
    [`{${partner}}`, 'no CiliumCIDRGroup has these labels'],
  ])('%s that none is found for is told', (entry, message) => {
    const [problem] = built(to(entry)).diagnostics
    expect(problem?.code).toBe('cidr-group-missing')
    expect(problem?.message).toContain(message)
  })
})
