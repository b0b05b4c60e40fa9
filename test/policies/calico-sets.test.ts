import { describe, expect, test } from 'vitest'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import { calico, gnp, np } from './calico-store.ts'
import { manifest, showProblems, storeWith } from './store.ts'
import { check } from './truth-table.ts'

const set = (namespace: string, nets: string, labels = '{role: partner}'): string =>
  manifest(
    'projectcalico.org/v3',
    'NetworkSet',
    `{name: partners, namespace: ${namespace}, labels: ${labels}}`,
    `nets: ${nets}`,
  )
const globalSet = (nets: string, labels = '{role: partner}'): string =>
  manifest('projectcalico.org/v3', 'GlobalNetworkSet', `{name: partners, labels: ${labels}}`, `nets: ${nets}`)
const inStore = set('store', '[198.51.100.0/24]')
const inOffice = set('office', '[203.0.113.0/24]')
const rule = (source: string): string =>
  `selector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Allow, source: {${source}}}]`
const partner = 'selector: role == "partner"'
const fromStore = '198.51.100.7 → checkout TCP 8081'
const fromOffice = '203.0.113.7 → checkout TCP 8081'
const fromWorld = 'world → checkout TCP 8081'

describe('a set of a namespace', () => {
  const annexe: NetworkProfile = {
    ...calico(),
    externalNamespaces: new Map([['annexe', new Map([['team', 'office']])]]),
  }
  check(
    [
      {
        name: 'is found by policies of its namespace',
        policies: [np(rule(partner)), inStore, inOffice],
        allows: [fromStore],
        denies: [fromOffice, fromWorld],
      },
      {
        name: 'is found by policies of the cluster',
        policies: [gnp(rule(partner)), inStore, inOffice],
        allows: [fromStore, fromOffice],
        denies: [fromWorld],
      },
      {
        name: 'is found by labels of its namespace',
        policies: [np(rule(`${partner}, namespaceSelector: team == "office"`)), inStore, inOffice],
        allows: [fromOffice],
        denies: [fromStore],
      },
      {
        name: 'is found by the name of its namespace',
        policies: [np(rule(`${partner}, namespaceSelector: projectcalico.org/name == "office"`)), inStore, inOffice],
        allows: [fromOffice],
        denies: [fromStore],
      },
      {
        name: 'bears the name of its namespace as a label',
        policies: [gnp(rule('selector: projectcalico.org/namespace == "office"')), inStore, inOffice],
        allows: [fromOffice],
        denies: [fromStore],
      },
      {
        name: 'is perhaps found by labels of a namespace that nobody declares, and surely by its name',
        policies: [
          gnp(rule(`${partner}, namespaceSelector: has(team)`)),
          gnp(rule('namespaceSelector: projectcalico.org/name == "garage"'), 'named'),
          set('annexe', '[198.51.100.0/24]'),
          set('garage', '[203.0.113.0/24]'),
        ],
        unknown: [fromStore],
        allows: [fromOffice],
      },
      {
        name: 'does not match where accounts are asked for',
        policies: [gnp(rule(`${partner}, serviceAccounts: {names: [till]}`)), inStore],
        denies: [fromStore],
      },
      {
        name: 'has no label of an account either',
        policies: [gnp(rule('selector: role == "partner" && has(pcsa.role)')), inStore],
        denies: [fromStore],
      },
      {
        name: 'of which an entry cannot be read holds perhaps what it holds',
        policies: [np(rule(partner)), set('store', '[198.51.100.0/24, "{{ .Values.net }}"]')],
        unknown: [fromStore],
        denies: [fromWorld],
      },
      {
        name: 'that is refused holds perhaps what it holds',
        policies: [np(rule(partner)), set('store', '[198.51.100.0/24, till]')],
        unknown: [fromStore],
        denies: [fromWorld],
      },
      {
        name: 'without a network is nobody',
        policies: [np(rule(partner)), set('store', '[]')],
        denies: [fromStore, fromWorld],
      },
      {
        name: 'with other labels is not found',
        policies: [np(rule(partner)), set('store', '[198.51.100.0/24]', '{role: guest}')],
        denies: [fromStore],
      },
      {
        name: 'may hold addresses and networks of both families',
        policies: [np(rule(partner)), set('store', '[198.51.100.7, "2001:db8::/32"]')],
        allows: [fromStore, '2001:db8::7 → checkout TCP 8081'],
        denies: ['198.51.100.8 → checkout TCP 8081'],
      },
    ],
    calico(),
  )

  check(
    [
      {
        name: 'is found by labels that the configuration gives its namespace',
        policies: [gnp(rule(`${partner}, namespaceSelector: team == "office"`)), set('annexe', '[203.0.113.0/24]')],
        allows: [fromOffice],
      },
      {
        name: 'has no others',
        policies: [gnp(rule(`${partner}, namespaceSelector: has(region)`)), set('annexe', '[203.0.113.0/24]')],
        denies: [fromOffice],
      },
      {
        name: 'is not found by others',
        policies: [gnp(rule(`${partner}, namespaceSelector: team == "store"`)), set('annexe', '[203.0.113.0/24]')],
        denies: [fromOffice],
      },
    ],
    annexe,
  )
})

describe('a set of the cluster', () => {
  check(
    [
      {
        name: 'is in no namespace',
        policies: [gnp(rule(`${partner}, namespaceSelector: all()`)), globalSet('[198.51.100.0/24]')],
        denies: [fromStore],
      },
      {
        name: 'bears no name of a namespace',
        policies: [
          gnp(rule('selector: role == "partner" && !has(projectcalico.org/namespace)')),
          globalSet('[198.51.100.0/24]'),
          inOffice,
        ],
        allows: [fromStore],
        denies: [fromOffice],
      },
      {
        name: 'is left out by its labels',
        policies: [gnp(rule('notSelector: role == "partner"')), globalSet('[198.51.100.0/24]')],
        allows: [fromWorld],
        denies: [fromStore],
      },
    ],
    calico(),
  )
})

test.each([
  { nets: '[8]', told: 'this is neither an address nor a network' },
  { nets: '[till]', told: 'till is neither an address nor a network' },
])('an entry that is none is told: $nets', ({ nets, told }) => {
  const [problem] = storeWith([set('store', nets)], calico()).diagnostics
  expect(problem?.message).toContain(told)
})

test('networks that are no list are told', () => {
  expect(showProblems(storeWith([set('store', 'till')], calico()))).toEqual(['field-type at till'])
})

describe('rules of one family', () => {
  check(
    [
      {
        name: 'speak of its addresses alone',
        policies: [np('selector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Allow, ipVersion: 6}]')],
        allows: ['2001:db8::7 → checkout TCP 8081'],
        denies: [fromWorld, 'web → checkout TCP 8081'],
      },
      {
        name: 'narrow what a selector finds',
        policies: [
          gnp(
            'selector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Allow, ipVersion: 6, source: {selector: role == "partner"}}]',
          ),
          globalSet('[198.51.100.0/24, "2001:db8::/32"]'),
        ],
        allows: ['2001:db8::7 → checkout TCP 8081'],
        denies: [fromStore],
      },
      {
        name: 'by the networks of the other end',
        policies: [
          gnp(
            'selector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Allow, source: {notNets: [198.51.100.0/25]}, destination: {nets: [10.20.0.0/16]}}]',
          ),
        ],
        allows: [fromWorld, '198.51.100.200 → checkout TCP 8081'],
        denies: [fromStore, '2001:db8::7 → checkout TCP 8081'],
      },
    ],
    calico(),
  )
})
