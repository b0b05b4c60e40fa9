import { describe, expect, test } from 'vitest'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { textOf } from '../../src/source/span.ts'
import { calico, globalSet, gnp, np, service, staged } from './calico-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const entriesOf = (...manifests: readonly string[]): readonly PolicyEntry[] => built(...manifests).input.entries
const rule = (text: string): string => `types: [Ingress]\ningress: [{action: Allow, ${text}}]`
const template = '"{{ .Values.till }}"'

test('entries are called by their rules and stand where these are written', () => {
  const first = '{action: Deny, protocol: TCP, destination: {ports: [80, 90]}}'
  const spec = `types: [Ingress, Egress]\ningress: [${first}, {action: Log}, {action: Allow}]`
  const show = ({ origin, isolates, verdict }: PolicyEntry): string =>
    `${origin.policy.name} ${origin.rule} (${origin.index}) ${verdict}${isolates ? ' isolates' : ''} at ${textOf(origin.span)}, ports ${origin.ports.map((port) => `${textOf(port.span)} = ${port.connections.show()}`).join(' ')}`
  expect(entriesOf(np(spec)).map(show)).toEqual([
    'rules isolates its pods for ingress (-1) allow isolates at types: [Ingress, Egress], ports ',
    `rules ingress rule 1 (0) deny at ${first}, ports 80 = TCP 80 90 = TCP 90`,
    'rules ingress rule 3 (2) allow at {action: Allow}, ports ',
    'rules isolates its pods for egress (-1) allow isolates at types: [Ingress, Egress], ports ',
  ])
})

describe('what an entry may differ in', () => {
  test.each([
    { name: 'nothing', text: np(rule('source: {selector: has(app)}')), effect: 'exact' },
    { name: 'nothing, open to all', text: np('types: [Ingress]\ningress: [{action: Allow}]'), effect: 'exact' },
    { name: 'a source that cannot be read', text: np(rule(`source: {nets: [${template}]}`)), effect: 'unknown' },
    {
      name: 'a source that cannot be read beside labels',
      text: np(rule(`source: {selector: has(app), nets: [${template}]}`)),
      effect: 'unknown',
    },
    {
      name: 'a port that cannot be read',
      text: np(rule(`protocol: TCP, destination: {ports: [${template}]}`)),
      effect: 'unknown',
    },
    {
      name: 'an action that cannot be read',
      text: np(`types: [Ingress]\ningress: [{action: ${template}}]`),
      effect: 'unknown',
    },
    {
      name: 'a set nobody declares',
      text: gnp(rule('source: {selector: role == "partner", namespaceSelector: global()}')),
      effect: 'unknown',
    },
    { name: 'conditions on HTTP', text: np(rule('protocol: TCP, http: {methods: [GET]}')), effect: 'wider' },
  ])('$name: $effect', ({ text, effect }) => {
    expect(entriesOf(text).at(1)?.effect).toBe(effect)
  })

  test('whose pods they are, where a template says', () => {
    const [isolation] = entriesOf(np(`selector: ${template}\ntypes: [Ingress]`))
    expect(isolation?.effect).toBe('unknown')
    expect(entriesOf(np('types: [Ingress]'))[0]?.effect).toBe('exact')
  })
})

describe('the place among policies of one tier', () => {
  const orders = (text: string, version: string): readonly unknown[] =>
    storeWith([text], calico(version)).input.entries.map(({ order }) => order)
  test.each([
    ['3.32', np('types: [Ingress]', 'till'), [Number.POSITIVE_INFINITY, 'till/store/NetworkPolicy']],
    ['3.32', gnp('order: 5\ntypes: [Ingress]', 'till'), [5, 'till//GlobalNetworkPolicy']],
    ['3.31', np('order: -1.5\ntypes: [Ingress]', 'till'), [-1.5, 'store/default.till']],
    ['3.31', np('order: 5\ntypes: [Ingress]', 'default.till'), [5, 'store/default.till']],
    ['3.31', gnp('order: 5\ntypes: [Ingress]', 'till'), [5, 'default.till']],
    ['3.31', gnp('order: 5\ntier: early\ntypes: [Ingress]', 'early.till'), [5, 'early.till']],
    ['3.31', gnp('order: 5\ntypes: [Ingress]', 'till.default.'), [5, 'default.till.default.']],
  ])('under Calico %s: %s', (version, text, order) => {
    expect(orders(text, version)).toEqual([order])
  })
})

describe('a rule that speaks of nobody is no entry', () => {
  const ledger = service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]')
  test.each([
    {
      name: 'a Service that is not there',
      texts: [
        np('types: [Egress]\negress: [{action: Allow, destination: {services: {name: vault, namespace: store}}}]'),
      ],
    },
    {
      name: 'a Service on other ports',
      texts: [
        np(
          'types: [Egress]\negress: [{action: Allow, protocol: UDP, destination: {services: {name: ledger, namespace: store}}}]',
        ),
        ledger,
      ],
    },
  ])('$name', ({ texts }) => {
    expect(entriesOf(...texts).map(({ isolates }) => isolates)).toEqual([true])
  })
})

describe('names of destinations', () => {
  const egress = (rest: string): string =>
    `selector: app == "checkout"\ntypes: [Egress]\negress: [{action: Allow, destination: {domains: [bank.example]${rest}}}]`
  test('are looked for among what else the rule asks for, outside the cluster', () => {
    const side = built(gnp(egress(', nets: [198.51.100.0/24]')))
    const reach = reachOf(side)
    expect(side.input.entries.map(({ connections }) => connections.show())).toEqual([
      'nothing',
      'every port (to bank.example)',
    ])
    expect(verdict(reach, 'checkout → world TCP 443')).toBe('deny')
    expect(verdict(reach, 'checkout → web TCP 8080')).toBe('deny')
  })

  test('are each a rule of its own', () => {
    const two = egress('').replace('bank.example', 'bank.example, post.example')
    expect(entriesOf(np(two)).map(({ connections }) => connections.show())).toEqual([
      'nothing',
      'every port (to bank.example)',
      'every port (to post.example)',
    ])
  })

  test('that cannot be read may be anybody', () => {
    expect(verdict(reachOf(built(np(egress('').replace('bank.example', '8')))), 'checkout → world TCP 443')).toBe(
      'unknown',
    )
  })
})

describe('the own end of a rule', () => {
  const own = (destination: string): string =>
    gnp(`selector: has(app)\ntypes: [Ingress]\ningress: [{action: Allow, destination: ${destination}}]`)
  test('that cannot be read is perhaps each of the pods', () => {
    const reach = reachOf(built(own(`{nets: [${template}]}`)))
    expect(verdict(reach, 'web → checkout TCP 8081')).toBe('unknown')
  })

  test.each([
    { name: 'networks', destination: '{nets: [10.20.1.2/32]}', ledger: 'deny' },
    { name: 'networks that are ruled out', destination: '{notNets: [10.20.1.3/32]}', ledger: 'deny' },
    { name: 'networks beside labels', destination: '{selector: tier == "core", nets: [10.20.1.2/32]}', ledger: 'deny' },
    { name: 'labels', destination: '{selector: tier == "core"}', ledger: 'allow' },
  ])('narrows whom the rule is for by $name', ({ destination, ledger }) => {
    const reach = reachOf(built(own(destination)))
    expect(verdict(reach, 'web → checkout TCP 8081')).toBe('allow')
    expect(verdict(reach, 'web → ledger TCP 8082')).toBe(ledger)
    expect(verdict(reach, 'checkout → web TCP 8080')).toBe(destination.startsWith('{notNets') ? 'allow' : 'deny')
  })

  test('in a set by its address, within networks', () => {
    const reach = reachOf(
      built(own('{selector: role == "partner", nets: [10.20.1.2/31]}'), globalSet('{role: partner}', '10.20.1.0/30')),
    )
    expect(verdict(reach, 'web → checkout TCP 8081')).toBe('allow')
    expect(verdict(reach, 'checkout → web TCP 8080')).toBe('deny')
  })
})

describe('staged policies', () => {
  test('are read for what is wrong in them', () => {
    expect(showProblems(built(staged('types: [Ingres]')))).toEqual(['policy-type-invalid at Ingres'])
    const kubernetes = manifest(
      'projectcalico.org/v3',
      'StagedKubernetesNetworkPolicy',
      '{name: trial, namespace: store}',
      'stagedAction: Trial\npodSelector: {}',
    )
    expect(showProblems(built(kubernetes))).toEqual(['staged-action-invalid at Trial'])
  })
})

test('a Profile is read for what is wrong in it', () => {
  const profile = manifest('projectcalico.org/v3', 'Profile', '{name: visitors}', 'ingress: [{action: Alow}]')
  expect(showProblems(built(profile))).toEqual(['action-invalid at Alow'])
})

test.each([
  ['applyOnForward', 'what a host endpoint forwards'],
  ['doNotTrack', 'what doNotTrack does on host endpoints'],
  ['preDNAT', 'what preDNAT does on host endpoints'],
])('what is not modelled of machines is told: %s', (flag, told) => {
  const host = manifest('projectcalico.org/v3', 'HostEndpoint', '{name: gate}', 'node: shelf\ninterfaceName: eth0')
  const policy = gnp(`applyOnForward: true\n${flag === 'applyOnForward' ? '' : `${flag}: true\n`}types: [Ingress]`)
  expect(built(host, policy).diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(told)])
  expect(showProblems(built(host, gnp('applyOnForward: false\ntypes: [Ingress]')))).toEqual([])
})
