import { describe, expect, test } from 'vitest'
import { findRedundancies } from '../../src/delta/find-redundancies.ts'
import type { SideView } from '../../src/delta/side-view.ts'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { reach } from '../../src/reach/reachability.ts'
import { analyse, policy, shop } from './shop-delta.ts'

const show = ({ origin }: PolicyEntry): string => `${origin.policy.name} ${origin.rule}`

/** `policy cart < closed isolates its pods for ingress`: what is redundant, and what it is covered by. */
function redundant(...policies: readonly string[]): string[] {
  const text = [shop, ...policies].join('---\n')
  const found = findRedundancies((analyse({ 'shop.yaml': text }, { 'shop.yaml': text }).head as SideView).reach)
  const covers = (entries: readonly PolicyEntry[]): string =>
    entries.length === 0 ? '' : ` < ${entries.map(show).join(', ')}`
  return [
    ...found.policies.map(({ entries, coveredBy }) => `policy ${entries[0].origin.policy.name}${covers(coveredBy)}`),
    ...found.rules.map(({ entries, coveredBy }) => `${show(entries[0])}${covers(coveredBy)}`),
  ]
}

const from = (app: string): string => `{podSelector: {matchLabels: {app: ${app}}}}`
const pods = (app: string, ingress: string): string =>
  `podSelector: {matchLabels: {app: ${app}}}\ningress: [${ingress}]`
const till = policy('till', 'podSelector: {}', 'till')
const closed = policy('closed', 'podSelector: {}')

describe('what could be deleted without a difference', () => {
  test.each([
    { name: 'a policy that is needed', given: [closed], found: [] },
    {
      name: 'of two equal rules the later',
      given: [policy('web', pods('web', `{from: [${from('checkout')}]}, {from: [${from('checkout')}]}`))],
      found: ['web ingress rule 2 < web ingress rule 1'],
    },
    {
      name: 'a rule within a wider one, whatever their order',
      given: [
        policy(
          'web',
          pods('web', `{from: [${from('checkout')}], ports: [{port: 8080}]}, {from: [${from('checkout')}]}`),
        ),
      ],
      found: ['web ingress rule 1 < web ingress rule 2'],
    },
    {
      name: 'a rule that two others cover together',
      given: [
        policy('web', pods('web', `{ports: [{port: 80}]}, {ports: [{port: 81}]}, {ports: [{port: 80}, {port: 81}]}`)),
      ],
      found: ['web ingress rule 3 < web ingress rule 1, web ingress rule 2'],
    },
    {
      name: 'a policy for pods that another one closes',
      given: [closed, policy('web', 'podSelector: {matchLabels: {app: web}}')],
      found: ['policy web < closed isolates its pods for ingress'],
    },
    {
      name: 'of two policies that say the same the later',
      given: [
        policy('old', pods('web', `{from: [${from('checkout')}]}`)),
        policy('new', pods('web', `{from: [${from('checkout')}]}`)),
      ],
      found: ['policy new < old isolates its pods for ingress, old ingress rule 1'],
    },
    {
      name: 'a policy that lets everybody in where nothing else keeps anybody out',
      given: [policy('open', 'podSelector: {}\ningress: [{}]')],
      found: ['policy open'],
    },
    {
      name: 'the same namespaces twice, whether or not they have the label',
      given: [
        till,
        policy(
          'web',
          pods(
            'web',
            '{from: [{namespaceSelector: {matchLabels: {team: till}}}], ports: [{port: 80}]}, {from: [{namespaceSelector: {matchLabels: {team: till}}}]}',
          ),
        ),
      ],
      found: ['web ingress rule 1 < web ingress rule 2'],
    },
    {
      name: 'namespaces that may have a label, where every namespace may',
      given: [
        till,
        policy(
          'web',
          pods('web', '{from: [{namespaceSelector: {}}]}, {from: [{namespaceSelector: {matchLabels: {team: till}}}]}'),
        ),
      ],
      found: ['web ingress rule 2 < web ingress rule 1'],
    },
    {
      name: 'a rule that another policy covers',
      given: [
        policy('same-namespace', 'podSelector: {}\ningress: [{from: [{podSelector: {}}]}]'),
        policy(
          'web',
          pods('web', `{from: [${from('checkout')}]}, {from: [{namespaceSelector: {matchLabels: {team: ops}}}]}`),
        ),
      ],
      found: ['web ingress rule 1 < same-namespace ingress rule 1'],
    },
  ])('$name', ({ given, found }) => {
    expect(redundant(...given)).toEqual(found)
  })

  test.each([
    {
      name: 'pods that only this rule would let in may come any day',
      given: [policy('web', pods('web', `{from: [${from('checkout')}]}, {from: [${from('cart')}]}`))],
    },
    {
      name: 'the other end may be opened any day',
      given: [
        policy('web', pods('web', `{from: [${from('checkout')}]}`)),
        policy('checkout-out', 'podSelector: {matchLabels: {app: checkout}}\npolicyTypes: [Egress]'),
      ],
    },
    {
      name: 'a namespace nobody declared may have the labels, or not',
      given: [
        policy(
          'web',
          pods(
            'web',
            '{from: [{namespaceSelector: {matchLabels: {team: till}}}]}, {from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: till}}}]}',
          ),
        ),
        till,
      ],
    },
    {
      name: 'labels that a namespace may have, each by itself',
      given: [
        till,
        policy(
          'web',
          pods(
            'web',
            '{from: [{namespaceSelector: {matchLabels: {team: till}}}, {namespaceSelector: {matchLabels: {zone: lan}}}]}, {from: [{namespaceSelector: {matchLabels: {team: till}}}, {namespaceSelector: {matchLabels: {zone: dmz}}}]}',
          ),
        ),
      ],
    },
    {
      name: 'a rule that cannot be read may say anything',
      given: [policy('web', pods('web', `{ports: [{port: 80}]}, {ports: [{port: 80, endPort: 70}]}`))],
    },
    {
      name: 'nobody is selected for certain',
      given: [policy('web', 'podSelector: {matchExpressions: [{key: app, operator: In, values: []}]}')],
    },
  ])('nothing: $name', ({ given }) => {
    expect(redundant(...given)).toEqual([])
  })

  test('all of it at once: what covers is never deleted', () => {
    const same = ['a', 'b', 'c'].map((name) => policy(name, pods('web', `{from: [${from('checkout')}]}`)))
    expect(redundant(...same)).toEqual([
      'policy c < a isolates its pods for ingress, a ingress rule 1',
      'policy b < a isolates its pods for ingress, a ingress rule 1',
    ])
  })
})

test('a rule whose connections another tier decides first, whatever kind it is of', () => {
  const text = [shop, policy('web', pods('web', `{from: [${from('checkout')}]}, {from: [${from('cart')}]}`))].join(
    '---\n',
  )
  const { reach: plain } = analyse({ 'shop.yaml': text }, { 'shop.yaml': text }).head as SideView
  const { cluster, entries } = plain.input
  const allow = entries.find(({ origin }) => origin.rule === 'ingress rule 1') as PolicyEntry
  const admin = (verdict: PolicyEntry['verdict']): PolicyEntry => ({
    ...allow,
    tier: 0,
    verdict,
    origin: { ...allow.origin, policy: { ...allow.origin.policy, kind: 'AdminNetworkPolicy', name: verdict } },
  })
  const found = (verdict: PolicyEntry['verdict']): string[] => {
    const input = { cluster, entries: [...entries, admin(verdict)] }
    const { rules, policies } = findRedundancies(reach(partition(input, input), 'head', input))
    return [...policies, ...rules].map((one) => `${show(one.entries[0])} < ${one.coveredBy.map(show)}`)
  }
  expect(found('deny')).toEqual(['web ingress rule 1 < deny ingress rule 1'])
  expect(found('allow')).toEqual(['allow ingress rule 1 < web ingress rule 1'])
  expect(found('pass')).toEqual(['pass ingress rule 1 < '])
})
