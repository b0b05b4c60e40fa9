import { describe, expect, test } from 'vitest'
import { calico, np, service, staged, tier } from './calico-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const template = '"{{ .Values.till }}"'
const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const ingress = (rule: string): string => `types: [Ingress]\ningress: [{action: Allow, ${rule}}]`
const egress = (rule: string): string => `types: [Egress]\negress: [{action: Allow, ${rule}}]`
const object = (kind: string, rest: string): string =>
  `apiVersion: projectcalico.org/v3\nkind: ${kind}\nmetadata: {name: till}\n${rest}\n`
const host = (spec: string): string => manifest('projectcalico.org/v3', 'HostEndpoint', '{name: counter}', spec)

describe('a field that does not exist is reported where it stands', () => {
  test.each([
    { name: 'of a policy', text: object('GlobalNetworkPolicy', 'sign: open\nspec: {types: [Ingress]}') },
    { name: 'of its spec', text: np('types: [Ingress]\nsign: open') },
    { name: 'of a rule', text: np(ingress('sign: open')) },
    { name: 'of the metadata of a rule', text: np(ingress('metadata: {sign: open}')) },
    { name: 'of an end', text: np(ingress('source: {sign: open}')) },
    { name: 'of accounts', text: np(ingress('source: {serviceAccounts: {names: [till], sign: open}}')) },
    { name: 'of ICMP', text: np(ingress('protocol: ICMP, icmp: {type: 8, sign: open}')) },
    { name: 'of a Tier', text: object('Tier', 'sign: open\nspec: {order: 5}') },
    { name: 'of the spec of a Tier', text: tier('order: 5\nsign: open', 'late') },
    { name: 'of a set of networks', text: object('GlobalNetworkSet', 'sign: open\nspec: {nets: []}') },
    {
      name: 'of the spec of one',
      text: manifest('projectcalico.org/v3', 'GlobalNetworkSet', '{name: partners}', 'nets: []\nsign: open'),
    },
    { name: 'of a host', text: object('HostEndpoint', 'sign: open\nspec: {node: shelf, interfaceName: eth0}') },
    { name: 'of the spec of a host', text: host('node: shelf\ninterfaceName: eth0\nsign: open') },
    {
      name: 'of a port of a host',
      text: host('node: shelf\ninterfaceName: eth0\nports: [{name: http, port: 80, protocol: TCP, sign: open}]'),
    },
    { name: 'of a Profile', text: object('Profile', 'sign: open\nspec: {}') },
    { name: 'of the spec of a Profile', text: object('Profile', 'spec: {sign: open}') },
    { name: 'of a staged policy', text: staged('stagedAction: Set\ntypes: [Ingress]\nsign: open') },
  ])('$name', ({ text }) => {
    expect(showProblems(built(text))).toEqual(['unknown-field at sign: open'])
  })

  test.each([
    { name: 'of a Service', text: np(egress('destination: {services: {name: ledger, namespace: store, sign: open}}')) },
    { name: 'of HTTP', text: np(ingress('protocol: TCP, http: {sign: open}')) },
    { name: 'of a path', text: np(ingress('protocol: TCP, http: {paths: [{exact: /pay, sign: open}]}')) },
  ])('$name', ({ text }) => {
    const ledger = service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]')
    expect(showProblems(built(text, ledger))).toContain('unknown-field at sign: open')
  })
})

test.each([
  { name: 'a rule', spec: 'types: [Ingress]\ningress: [web]', at: 'web' },
  { name: 'an end', spec: ingress('source: web'), at: 'web' },
  { name: 'accounts', spec: ingress('source: {serviceAccounts: till}'), at: 'till' },
  { name: 'a Service', spec: ingress('source: {services: ledger}'), at: 'ledger' },
  { name: 'ICMP', spec: ingress('protocol: ICMP, icmp: 8'), at: '8' },
])('$name that is no object is refused', ({ spec, at }) => {
  const side = built(np(spec))
  expect(showProblems(side)).toContain(`field-type at ${at}`)
  expect(new Set(side.input.entries.map(({ exists }) => exists))).toEqual(new Set(['unknown']))
})

describe('what a template writes is unknown and not refused', () => {
  test.each([
    { name: 'the rules', spec: `types: [Ingress]\ningress: ${template}` },
    { name: 'a rule', spec: `types: [Ingress]\ningress: [${template}]` },
    { name: 'a protocol', spec: ingress(`protocol: ${template}`) },
    { name: 'a protocol that is ruled out', spec: ingress(`notProtocol: ${template}`) },
    { name: 'ICMP', spec: ingress(`protocol: ICMP, icmp: ${template}`) },
    { name: 'a type of ICMP', spec: ingress(`protocol: ICMP, icmp: {type: ${template}}`) },
    { name: 'a code of ICMP', spec: ingress(`protocol: ICMP, icmp: {type: 8, code: ${template}}`) },
    { name: 'an end', spec: ingress(`source: ${template}`) },
    { name: 'a selector', spec: ingress(`source: {selector: ${template}}`) },
    { name: 'a selector of namespaces', spec: ingress(`source: {namespaceSelector: ${template}}`) },
    { name: 'networks', spec: ingress(`source: {nets: ${template}}`) },
    { name: 'a network', spec: ingress(`source: {nets: [${template}]}`) },
    { name: 'networks that are ruled out', spec: ingress(`source: {notNets: ${template}}`) },
    { name: 'accounts', spec: ingress(`source: {serviceAccounts: ${template}}`) },
    { name: 'the names of accounts', spec: ingress(`source: {serviceAccounts: {names: ${template}}}`) },
    { name: 'the name of an account', spec: ingress(`source: {serviceAccounts: {names: [${template}]}}`) },
    { name: 'ports', spec: ingress(`protocol: TCP, destination: {ports: ${template}}`) },
    { name: 'a port', spec: ingress(`protocol: TCP, destination: {ports: [${template}]}`) },
    { name: 'a port that is ruled out', spec: ingress(`protocol: TCP, destination: {notPorts: [${template}]}`) },
    { name: 'the port of a source', spec: ingress(`protocol: TCP, source: {ports: [${template}]}`) },
  ])('$name', ({ spec }) => {
    const side = built(np(spec))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    const probe = spec.includes('protocol: ICMP') ? 'web → checkout ICMP 2048' : 'web → checkout TCP 8081'
    expect(verdict(reachOf(side), probe)).toBe('unknown')
  })

  test.each([
    { name: 'the order of a policy', order: template, place: 'order: 5' },
    { name: 'the order of its tier', order: '1', place: `order: ${template}` },
  ])('$name: which of two is asked first is open', ({ order, place }) => {
    const deny = np(`tier: early\norder: ${order}\ntypes: [Ingress]\ningress: [{action: Deny}]`, 'closed')
    const allow = np('tier: early\norder: 5\ntypes: [Ingress]\ningress: [{action: Allow}]', 'open')
    const side = built(tier(place, 'early'), deny, allow)
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'web → checkout TCP 8081')).toBe('unknown')
  })

  test('the tier of a policy: whether it denies in this one is open', () => {
    const side = built(np(`tier: ${template}\ntypes: [Ingress]`))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'web → checkout TCP 8081')).toBe('unknown')
  })
})
