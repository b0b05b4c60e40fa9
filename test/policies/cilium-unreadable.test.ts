import { describe, expect, test } from 'vitest'
import { peersIn } from '../../src/policies/entry.ts'
import { textOf } from '../../src/source/span.ts'
import { ciliumProfile, onCheckout } from './cilium-store.ts'
import { type BuiltSide, reachOf, showProblems, storeWith, verdict } from './store.ts'

const template = '"{{ .Values.till }}"'
const ingress = (entry: string): string => onCheckout(`ingress: [${entry}]`)
const egress = (entry: string): string => onCheckout(`egress: [${entry}]`)
const toPorts = (item: string): string => ingress(`{fromEndpoints: [{}], toPorts: [${item}]}`)
const rules = (text: string): string => `{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {${text}}}]}`
const dns = (item: string): string => `{toPorts: [{ports: [{port: "53", protocol: UDP}], rules: {dns: [${item}]}}]}`
const built = (spec: string, version?: string): BuiltSide => storeWith([spec], ciliumProfile({}, version))
const existence = ({ input }: BuiltSide): readonly string[] => [...new Set(input.entries.map(({ exists }) => exists))]
const partners = (rest: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumCIDRGroup\nmetadata: {name: partners}\n${rest}`

describe('a field that does not exist is reported where it stands', () => {
  test.each([
    {
      name: 'of the object',
      spec: `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: till, namespace: store}\nsign: open\nspec: {endpointSelector: {}, ingress: [{}]}\n`,
    },
    { name: 'of a rule', spec: onCheckout('ingress: [{}]\nsign: open') },
    { name: 'of enableDefaultDeny', spec: onCheckout('ingress: [{}]\nenableDefaultDeny: {egress: false, sign: open}') },
    { name: 'of an entry', spec: ingress('{fromEndpoints: [{}], sign: open}') },
    {
      name: 'of the authentication',
      spec: ingress('{fromEndpoints: [{}], authentication: {mode: disabled, sign: open}}'),
    },
    { name: 'of ports', spec: toPorts('{ports: [{port: "80"}], sign: open}') },
    {
      name: 'of ports that are denied',
      spec: onCheckout('ingressDeny: [{toPorts: [{ports: [{port: "80"}], sign: open}]}]'),
    },
    { name: 'of a port', spec: toPorts('{ports: [{port: "80", sign: open}]}') },
    { name: 'of rules of layer 7', spec: ingress(rules('sign: open')) },
    { name: 'of a rule for HTTP', spec: ingress(rules('http: [{method: GET, sign: open}]')) },
    { name: 'of a header', spec: ingress(rules('http: [{headerMatches: [{name: X-Till, sign: open}]}]')) },
    { name: 'of a rule for DNS', spec: egress(dns('{matchName: bank.example, sign: open}')) },
    { name: 'of ICMP', spec: ingress('{icmps: [{fields: [{type: 8}], sign: open}]}') },
    { name: 'of a type of ICMP', spec: ingress('{icmps: [{fields: [{type: 8, sign: open}]}]}') },
    { name: 'of a CIDR', spec: ingress('{fromCIDRSet: [{cidr: 192.0.2.0/24, sign: open}]}') },
    { name: 'of a domain name', spec: egress('{toFQDNs: [{matchName: bank.example, sign: open}]}') },
    { name: 'of a group of a cloud', spec: egress('{toGroups: [{aws: {}, sign: open}]}') },
    { name: 'of a group of CIDRs', spec: partners('sign: open\nspec: {externalCIDRs: []}\n') },
    { name: 'of the spec of a group of CIDRs', spec: partners('spec: {externalCIDRs: [], sign: open}\n') },
  ])('$name', ({ spec }) => {
    expect(showProblems(built(spec))).toEqual(['unknown-field at sign: open'])
  })

  test.each([
    'sign: open',
    'k8sService: {serviceName: till, sign: open}',
    'k8sServiceSelector: {selector: {}, sign: open}',
  ])('of a Service: %s', (item) => {
    expect(showProblems(built(egress(`{toServices: [{${item}}]}`)))).toContain('unknown-field at sign: open')
  })

  test('what ports may carry is no field of ports that are denied', () => {
    const spec = onCheckout('ingressDeny: [{toPorts: [{ports: [{port: "80"}], rules: {http: []}}]}]')
    expect(showProblems(built(spec))).toEqual(['unknown-field at rules: {http: []}'])
  })
})

test.each([
  { name: 'a rule', spec: onCheckout('ingress: [web]'), at: 'web' },
  { name: 'ports', spec: toPorts('80'), at: '80' },
  { name: 'ICMP', spec: ingress('{icmps: [8]}'), at: '8' },
  { name: 'a type of ICMP', spec: ingress('{icmps: [{fields: [8]}]}'), at: '8' },
  { name: 'a CIDR with exceptions', spec: ingress('{fromCIDRSet: [192.0.2.0/24]}'), at: '192.0.2.0/24' },
  { name: 'a domain name', spec: egress('{toFQDNs: [bank.example]}'), at: 'bank.example' },
  { name: 'the authentication', spec: ingress('{fromEndpoints: [{}], authentication: required}'), at: 'required' },
])('$name that is no object is refused', ({ spec, at }) => {
  const side = built(spec)
  expect(showProblems(side)).toContain(`field-type at ${at}`)
  expect(existence(side)).toEqual(['unknown'])
})

describe('what a template writes is unknown and not refused', () => {
  test.each([
    { name: 'the entries', spec: onCheckout(`ingress: ${template}`) },
    { name: 'an entry', spec: ingress(template) },
    { name: 'the ports of an entry', spec: ingress(`{fromEndpoints: [{}], toPorts: ${template}}`) },
    { name: 'ports', spec: toPorts(template) },
    { name: 'a list of ports', spec: toPorts(`{ports: ${template}}`) },
    { name: 'a port', spec: toPorts(`{ports: [${template}]}`) },
    { name: 'the number of a port', spec: toPorts(`{ports: [{port: ${template}}]}`) },
    { name: 'the protocol of a port', spec: toPorts(`{ports: [{port: "80", protocol: ${template}}]}`) },
    { name: 'an endPort', spec: toPorts(`{ports: [{port: "80", endPort: ${template}}]}`) },
    { name: 'the ICMP of an entry', spec: ingress(`{icmps: ${template}}`) },
    { name: 'ICMP', spec: ingress(`{icmps: [${template}]}`) },
    { name: 'the types of ICMP', spec: ingress(`{icmps: [{fields: ${template}}]}`) },
    { name: 'a type of ICMP', spec: ingress(`{icmps: [{fields: [${template}]}]}`) },
    { name: 'the number of a type of ICMP', spec: ingress(`{icmps: [{fields: [{type: ${template}}]}]}`) },
    { name: 'the family of ICMP', spec: ingress(`{icmps: [{fields: [{family: ${template}, type: 8}]}]}`) },
    { name: 'a domain name', spec: egress(`{toFQDNs: [{matchName: bank.example}, ${template}]}`) },
    { name: 'the text of a domain name', spec: egress(`{toFQDNs: [{matchName: ${template}}]}`) },
    { name: 'the authentication', spec: ingress(`{fromEndpoints: [{}], authentication: ${template}}`) },
    { name: 'a Service', spec: egress(`{toServices: [${template}]}`) },
    { name: 'a group of CIDRs', spec: ingress(`{fromCIDRSet: [{cidrGroupRef: ${template}}]}`) },
    { name: 'a rule for HTTP', spec: ingress(rules(`http: [${template}]`)) },
    { name: 'a rule for DNS', spec: egress(dns(template)) },
    { name: 'the name in a rule for DNS', spec: egress(dns(`{matchName: ${template}}`)) },
    { name: 'peers', spec: ingress(`{fromEndpoints: ${template}}`) },
    { name: 'an entity', spec: ingress(`{fromEntities: [${template}]}`) },
    { name: 'a CIDR', spec: ingress(`{fromCIDR: [${template}]}`) },
    { name: 'a CIDR with exceptions', spec: ingress(`{fromCIDRSet: [${template}]}`) },
    { name: 'the CIDR beside exceptions', spec: ingress(`{fromCIDRSet: [{cidr: ${template}}]}`) },
    { name: 'an exception', spec: ingress(`{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [${template}]}]}`) },
    { name: 'the mode of authentication', spec: ingress(`{fromEndpoints: [{}], authentication: {mode: ${template}}}`) },
  ])('$name', ({ spec }) => {
    const side = built(spec)
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(existence(side)).toEqual(['yes'])
  })

  test.each([
    { name: 'the entries', spec: onCheckout(`ingress: ${template}`), at: template },
    { name: 'an entry', spec: ingress(template), at: template },
    { name: 'the ports of an entry', spec: ingress(`{toPorts: ${template}}`), at: `{toPorts: ${template}}` },
    { name: 'ports', spec: toPorts(template), at: template },
    { name: 'a list of ports', spec: toPorts(`{ports: ${template}}`), at: `{ports: ${template}}` },
    { name: 'a port', spec: toPorts(`{ports: [${template}]}`), at: template },
    { name: 'a number', spec: toPorts(`{ports: [{port: ${template}}]}`), at: `{port: ${template}}` },
    {
      name: 'a protocol',
      spec: toPorts(`{ports: [{port: "80", protocol: ${template}}]}`),
      at: `{port: "80", protocol: ${template}}`,
    },
    { name: 'ICMP', spec: ingress(`{icmps: [${template}]}`), at: template },
    { name: 'the types of ICMP', spec: ingress(`{icmps: [{fields: ${template}}]}`), at: `{fields: ${template}}` },
    { name: 'a type of ICMP', spec: ingress(`{icmps: [{fields: [{type: ${template}}]}]}`), at: `{type: ${template}}` },
    { name: 'peers', spec: ingress(`{fromEndpoints: ${template}}`), at: template },
    { name: 'an entity', spec: ingress(`{fromEntities: [${template}]}`), at: template },
    { name: 'a CIDR', spec: ingress(`{fromCIDRSet: [${template}]}`), at: template },
    {
      name: 'the CIDR beside exceptions',
      spec: ingress(`{fromCIDRSet: [{cidr: ${template}}]}`),
      at: `{cidr: ${template}}`,
    },
    { name: 'two sources of a CIDR', spec: ingress('{fromCIDRSet: [{}]}'), at: '{}' },
    { name: 'a Service', spec: egress(`{toServices: [${template}]}`), at: template },
  ])('$name that cannot be read may be anybody or any port, and stands where it is written', ({ spec, at }) => {
    const { input } = built(spec)
    const unread = input.entries.flatMap(({ peers }) => [...peersIn(peers)]).filter(({ kind }) => kind === 'unreadable')
    expect(unread.map(({ span }) => textOf(span))).toEqual([at])
    const reachability = reachOf(built(spec))
    const probe = spec.includes('egress') ? 'checkout → web TCP 81' : 'web → checkout TCP 81'
    expect(verdict(reachability, probe)).toBe('unknown')
  })

  test('a mode of authentication: what passes is perhaps authenticated', () => {
    const side = built(ingress(`{fromEndpoints: [{}], authentication: {mode: ${template}}}`))
    expect(side.input.entries.map(({ connections, effect }) => `${connections.show()} ${effect}`)).toEqual([
      'nothing exact',
      'every port (mutual authentication) wider',
    ])
  })

  test('a switch of isolation: whether it isolates is open', () => {
    const side = built(onCheckout(`ingress: [{}]\nenableDefaultDeny: {ingress: ${template}}`))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'web → checkout TCP 8081')).toBe('unknown')
  })

  test.each([
    { name: 'a domain name', names: template },
    { name: 'the text of one', names: `{matchName: ${template}}` },
    { name: 'a pattern', names: `{matchPattern: ${template}}` },
  ])('$name: any address outside may have it, and no pod', ({ names }) => {
    const reachability = reachOf(built(egress(`{toFQDNs: [${names}]}`)))
    expect(verdict(reachability, 'checkout → world TCP 443')).toBe('unknown')
    expect(verdict(reachability, 'checkout → web TCP 8080')).toBe('deny')
  })
})
