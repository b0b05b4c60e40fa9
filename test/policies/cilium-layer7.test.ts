import { describe, expect, test } from 'vitest'
import { ciliumProfile, onCheckout } from './cilium-store.ts'
import { type BuiltSide, certainConnections, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (spec: string, version?: string): BuiltSide => storeWith([spec], ciliumProfile({}, version))
const port80 = 'ports: [{port: "80", protocol: TCP}]'
const ingress = (item: string): string => onCheckout(`ingress: [{fromEndpoints: [{}], toPorts: [{${item}}]}]`)
const egress = (item: string): string => onCheckout(`egress: [{toEndpoints: [{}], toPorts: [{${item}}]}]`)
const http = (rule: string): string => ingress(`${port80}, rules: {http: [${rule}]}`)
const dns = (rule: string, ports = '{port: "53", protocol: UDP}'): string =>
  egress(`ports: [${ports}], rules: {dns: [${rule}]}`)
const into = (spec: string): string => certainConnections(reachOf(built(spec)), 'web', 'checkout').show()
const outOf = (spec: string, version?: string): string =>
  certainConnections(reachOf(built(spec, version)), 'checkout', 'ledger').show()

describe('a request that a rule admits', () => {
  test.each([
    { rule: '{}', condition: 'HTTP' },
    { rule: '{method: GET}', condition: 'HTTP GET' },
    { rule: '{method: GET, path: /pay, host: shop.example}', condition: 'HTTP GET /pay, host shop.example' },
    { rule: '{headers: ["X-Till: 4"]}', condition: 'HTTP, header X-Till: 4' },
    { rule: '{headerMatches: [{name: X-Till, value: "4"}]}', condition: 'HTTP, header X-Till: 4' },
    { rule: '{headerMatches: [{name: X-Till}]}', condition: 'HTTP, header X-Till' },
    { rule: '{headerMatches: [{name: X-Till, value: ""}]}', condition: 'HTTP, header X-Till' },
    { rule: '{headerMatches: [{name: X-Till, secret: {name: key}}]}', condition: 'HTTP, header X-Till from a secret' },
    { rule: '{headerMatches: [{name: X-Till, value: "4", secret: {name: key}}]}', condition: 'HTTP, header X-Till: 4' },
    ...['LOG', 'ADD', 'DELETE', 'REPLACE'].map((mismatch) => ({
      rule: `{headerMatches: [{name: X-Till, mismatch: ${mismatch}}]}`,
      condition: 'HTTP',
    })),
    { rule: '{path: "(?i)/pay"}', condition: 'HTTP (?i)/pay' },
  ])('$rule: $condition', ({ rule, condition }) => {
    expect(showProblems(built(http(rule)))).toEqual([])
    expect(into(http(rule))).toBe(`TCP 80 (${condition})`)
  })
})

describe('what agents refuse of rules for HTTP', () => {
  test.each([
    { name: 'a method that is no expression', spec: http('{method: "("}'), at: '"("' },
    { name: 'a host that is no expression', spec: http('{host: "["}'), at: '"["' },
    { name: 'a header without a name', spec: http('{headerMatches: [{value: "4"}]}'), at: '{value: "4"}' },
    {
      name: 'one port of UDP among others',
      spec: ingress('ports: [{port: "80", protocol: TCP}, {port: "81", protocol: UDP}], rules: {http: [{}]}'),
      at: '[{}]',
    },
    {
      name: 'a listener beside them',
      spec: egress(`${port80}, rules: {http: [{}]}, listener: {name: l}`),
      at: '{name: l}',
    },
    {
      name: 'server names beside them',
      spec: egress(`${port80}, rules: {http: [{}]}, serverNames: [a.example]`),
      at: 'a.example',
    },
  ])('$name', ({ spec, at }) => expect(showProblems(built(spec))).toEqual([`l7-invalid at ${at}`]))

  test('not expressions of Go that JavaScript does not know', () => {
    for (const path of [
      '(?i)/a',
      '(?is)/a',
      '(?s:/a)',
      '(?P<till>/a)',
      '\\\\A/a',
      '/a\\\\z',
      '\\\\Qa+\\\\E',
      '\\\\Q(\\\\E',
    ])
      expect(showProblems(built(http(`{path: "${path}"}`)))).toEqual([])
  })

  test('not server names where TLS ends at the proxy', () => {
    const spec = egress(`${port80}, rules: {http: [{}]}, serverNames: [a.example], terminatingTLS: {secret: {name: s}}`)
    expect(showProblems(built(spec))).toEqual([])
  })

  test('one port 0 among others', () => {
    const ports = 'ports: [{port: "80", protocol: TCP}, {port: "0", protocol: TCP}]'
    expect(showProblems(built(ingress(`${ports}, rules: {http: [{}]}`)))).toEqual(['l7-invalid at [{}]'])
  })

  test.each(['http: [{}]', 'dns: [{matchPattern: "*"}]'])('not rules on a port that a template writes: %s', (rules) => {
    const spec = egress(`ports: ["{{ .Values.port }}"], rules: {${rules}}`)
    expect(showProblems(built(spec))).toEqual(['template-value at "{{ .Values.port }}"'])
  })

  test('protocols without ports', () => {
    const spec = dns('{matchPattern: "*"}', '{port: "53", protocol: GRE}')
    expect(showProblems(storeWith([spec], ciliumProfile({ extendedProtocols: true })))).toEqual([
      'l7-invalid at [{matchPattern: "*"}]',
    ])
  })

  test('server names that are no list', () => {
    expect(showProblems(built(egress(`${port80}, serverNames: a.example`)))).toEqual(['field-type at a.example'])
  })

  test('no rule that is denied: the port is, whatever the request', () => {
    const deny = onCheckout(`ingressDeny: [{toPorts: [{${port80}, rules: {http: [{method: GET}]}}]}]`)
    const open = onCheckout('ingress: [{fromEntities: [all]}]')
    const reach = reachOf(storeWith([deny, open], ciliumProfile()))
    expect(verdict(reach, 'web → checkout TCP 80')).toBe('deny')
  })

  test('not a listener or server names by themselves', () => {
    expect(showProblems(built(egress(`${port80}, listener: {name: l, envoyConfig: {name: e}}`)))).toEqual([])
    expect(showProblems(built(egress(`${port80}, serverNames: [a.example]`)))).toEqual([])
  })
})

describe('queries that a rule for DNS admits', () => {
  test.each([
    { rule: '{matchName: Bank.example.}', condition: 'DNS and query bank.example' },
    { rule: '{matchPattern: "*.bank.example"}', condition: 'DNS and query *.bank.example (one level)' },
    { rule: '{matchPattern: "**.bank.example"}', condition: 'DNS and query *.bank.example' },
    { rule: '{matchPattern: "*"}', condition: 'DNS' },
  ])('$rule: $condition', ({ rule, condition }) => expect(outOf(dns(rule))).toBe(`UDP 53 (${condition})`))

  test('before 1.19 two stars are one', () => {
    expect(outOf(dns('{matchPattern: "**.bank.example"}'), '1.18')).toBe(
      'UDP 53 (DNS and query *.bank.example (one level))',
    )
  })

  test.each([
    { name: 'without ports', spec: egress('ports: [], rules: {dns: [{matchPattern: "*"}]}') },
    { name: 'on a range among others', spec: dns('{matchPattern: "*"}', '{port: "53"}, {port: "54", endPort: 60}') },
    { name: 'on port 0 among others', spec: dns('{matchPattern: "*"}', '{port: "53"}, {port: "0"}') },
    { name: 'on port 0', spec: dns('{matchPattern: "*"}', '{port: "0"}') },
  ])('$name they are refused', ({ spec }) => {
    expect(new Set(showProblems(built(spec)))).toEqual(new Set(['l7-invalid at [{matchPattern: "*"}]']))
  })
})

describe('other rules of layer 7', () => {
  test.each(['kafka: [{topic: pay}]', 'l7proto: till', 'l7proto: till, l7: [{action: pay}]'])(
    '%s count until 1.19',
    (rules) => {
      const spec = egress(`${port80}, rules: {${rules}}`)
      expect(showProblems(built(spec, '1.19'))).toEqual([])
      expect(outOf(spec, '1.19')).toBe('TCP 80 (other rules of layer 7)')
      expect(new Set(built(spec, '1.20').diagnostics.map(({ code }) => code))).toEqual(new Set(['unknown-field']))
      expect(outOf(spec, '1.20')).toBe('TCP 80')
    },
  )

  test('an empty list of them is no rule', () => {
    const spec = egress(`${port80}, rules: {kafka: []}`)
    expect(showProblems(built(spec, '1.20'))).toEqual([])
    expect(outOf(spec, '1.19')).toBe('TCP 80')
  })

  test('two kinds in one item are refused', () => {
    const spec = egress(`${port80}, rules: {http: [{}], kafka: [{topic: pay}]}`)
    expect(showProblems(built(spec, '1.19'))).toEqual(['l7-invalid at [{}]'])
  })
})
