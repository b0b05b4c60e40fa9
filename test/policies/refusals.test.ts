import { expect, test } from 'vitest'
import { positionAt } from '../../src/source/source-file.ts'
import { type BuiltSide, reachOf, reachOfBoth, storeWith, verdict } from './store.ts'

const refused: readonly { readonly name: string; readonly spec: string; readonly code: string }[] = [
  { name: 'a port number in quotes', spec: 'ingress: [{ports: [{port: "8080"}]}]', code: 'port-invalid' },
  { name: 'an upper-case port name', spec: 'ingress: [{ports: [{port: HTTP}]}]', code: 'port-invalid' },
  {
    name: 'a port name of sixteen characters',
    spec: 'ingress: [{ports: [{port: sixteen-letters-}]}]',
    code: 'port-invalid',
  },
  { name: 'port 0', spec: 'ingress: [{ports: [{port: 0}]}]', code: 'port-invalid' },
  { name: 'port 65536', spec: 'ingress: [{ports: [{port: 65536}]}]', code: 'port-invalid' },
  { name: 'endPort below port', spec: 'ingress: [{ports: [{port: 9000, endPort: 8000}]}]', code: 'endport-invalid' },
  { name: 'endPort beside a name', spec: 'ingress: [{ports: [{port: http, endPort: 8090}]}]', code: 'endport-invalid' },
  { name: 'endPort alone', spec: 'ingress: [{ports: [{endPort: 8090}]}]', code: 'endport-invalid' },
  { name: 'a lower-case protocol', spec: 'ingress: [{ports: [{protocol: tcp}]}]', code: 'protocol-invalid' },
  { name: 'ICMP', spec: 'ingress: [{ports: [{protocol: ICMP}]}]', code: 'protocol-invalid' },
  { name: 'an empty peer', spec: 'ingress: [{from: [{}]}]', code: 'peer-invalid' },
  {
    name: 'ipBlock beside an empty selector',
    spec: 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}]}]',
    code: 'peer-invalid',
  },
  { name: 'a bare address', spec: 'ingress: [{from: [{ipBlock: {cidr: 192.0.2.7}}]}]', code: 'cidr-invalid' },
  {
    name: 'a block without cidr',
    spec: 'ingress: [{from: [{ipBlock: {except: [10.0.0.0/8]}}]}]',
    code: 'cidr-invalid',
  },
  {
    name: 'except equal to cidr',
    spec: 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}]}]',
    code: 'except-invalid',
  },
  {
    name: 'except outside',
    spec: 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/16, except: [10.1.0.0/24]}}]}]',
    code: 'except-invalid',
  },
  {
    name: 'except wider',
    spec: 'ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/16, except: [10.0.0.0/8]}}]}]',
    code: 'except-invalid',
  },
  {
    name: 'except of the other family',
    spec: 'ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0, except: ["fd00::/8"]}}]}]',
    code: 'except-invalid',
  },
  {
    name: 'In without values',
    spec: 'podSelector: {matchExpressions: [{key: app, operator: In}]}',
    code: 'selector-invalid',
  },
  {
    name: 'Exists with values',
    spec: 'podSelector: {matchExpressions: [{key: app, operator: Exists, values: [web]}]}',
    code: 'selector-invalid',
  },
  {
    name: 'an operator that does not exist',
    spec: 'podSelector: {matchExpressions: [{key: app, operator: Equals, values: [web]}]}',
    code: 'selector-invalid',
  },
  {
    name: 'an operator in lower case',
    spec: 'podSelector: {matchExpressions: [{key: app, operator: in, values: [web]}]}',
    code: 'selector-invalid',
  },
  { name: 'a label key with a space', spec: 'podSelector: {matchLabels: {"app name": web}}', code: 'selector-invalid' },
  {
    name: 'a label value that begins with a dash',
    spec: 'podSelector: {matchLabels: {app: "-web"}}',
    code: 'selector-invalid',
  },
  { name: 'a policy type in lower case', spec: 'policyTypes: [ingress]', code: 'policy-type-invalid' },
  { name: 'three policy types', spec: 'policyTypes: [Ingress, Egress, Ingress]', code: 'policy-type-invalid' },
  { name: 'a boolean as label value', spec: 'podSelector: {matchLabels: {public: yes}}', code: 'label-not-string' },
  { name: 'a list of peers that is none', spec: 'ingress: [{from: {podSelector: {}}}]', code: 'field-type' },
  { name: 'a list of rules that is none', spec: 'ingress: {from: []}', code: 'field-type' },
  { name: 'types that are no list', spec: 'policyTypes: Ingress', code: 'field-type' },
]

test.each(refused)('$name is reported where it stands, with what the cluster does', ({ spec, code }) => {
  const found = storeWith([spec]).diagnostics.filter((problem) => problem.code === code)
  expect(found).not.toEqual([])
  for (const { span, hint, effect } of found) {
    expect(positionAt(span.file, span.start).line).toBeGreaterThan(3)
    expect(hint).toContain('The API server rejects the object as it stands: this policy would not exist.')
    expect(effect).toBe('unknown')
  }
})

test.each(refused)('$name leaves it open whether anything is isolated', ({ spec }) => {
  const reach = reachOf(storeWith([spec]))
  expect(verdict(reach, 'world → checkout TCP 1')).toBe('unknown')
  expect(verdict(reach, 'world → auditor TCP 1')).toBe('allow')
})

test('a rule of a refused policy admits nobody for certain', () => {
  const closed = 'podSelector: {matchLabels: {app: checkout}}'
  const refusedRule = `${closed}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}, {ports: [{port: 0}]}]`
  const alone = reachOf(storeWith([refusedRule]))
  const beside = reachOf(storeWith([closed, refusedRule]))
  for (const reach of [alone, beside]) expect(verdict(reach, 'web → checkout TCP 8081')).toBe('unknown')
  expect(verdict(reachOf(storeWith([closed])), 'web → checkout TCP 8081')).toBe('deny')
})

test('a type that is no direction may have meant either', () => {
  const reach = reachOf(storeWith(['podSelector: {}\npolicyTypes: [egress]']))
  expect(verdict(reach, 'web → world TCP 443')).toBe('unknown')
  expect(verdict(reach, 'world → web TCP 443')).toBe('unknown')
})

test('a name that Kubernetes does not take refuses the policy', () => {
  const manifest =
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: Closed_Shop, namespace: store}\nspec: {podSelector: {}}\n'
  const side = storeWith([manifest])
  expect(side.diagnostics.map(({ code }) => code)).toEqual(['policy-name-invalid'])
  expect(verdict(reachOf(side), 'world → web TCP 8080')).toBe('unknown')
})

test.each([
  { name: 'the spec', spec: '{{ .Values.spec }}' },
  { name: 'the types', spec: 'policyTypes: {{ .Values.types }}' },
  { name: 'the selector', spec: 'podSelector: {matchLabels: {app: "{{ .Values.app }}"}}' },
  {
    name: 'a value of the selector',
    spec: 'podSelector: {matchExpressions: [{key: app, operator: In, values: ["{{ .Values.app }}"]}]}',
  },
  { name: 'the rules', spec: 'ingress: {{ .Values.rules }}' },
  { name: 'a protocol', spec: 'ingress: [{ports: [{protocol: "{{ .Values.protocol }}"}]}]' },
])('$name may be written by a template, which is unknown and not refused', ({ spec }) => {
  const side = storeWith([spec.startsWith('{{') ? policyWithSpec(spec) : spec])
  expect(new Set(side.diagnostics.map(({ code }) => code))).toEqual(new Set(['template-value']))
  for (const { hint } of side.diagnostics) expect(hint).not.toContain('rejects')
  expect(verdict(reachOf(side), 'world → checkout TCP 1')).toBe('unknown')
})

const policyWithSpec = (spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: templated, namespace: store}\nspec: ${spec}\n`

test('a misspelt field is dropped by those who take the object', () => {
  const [found] = storeWith([
    'podSelector: {matchLabels: {app: web}}\ningress: [{form: [{podSelector: {}}]}]',
  ]).diagnostics
  expect(found).toMatchObject({ code: 'unknown-field', effect: 'wider' })
})

const accepted: readonly { readonly name: string; readonly spec: string }[] = [
  { name: 'a policy type twice', spec: 'policyTypes: [Ingress, Ingress]' },
  { name: 'endPort equal to port', spec: 'ingress: [{ports: [{port: 8081, endPort: 8081}]}]' },
  {
    name: 'overlapping except items',
    spec: 'ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/23, except: [192.0.2.0/24, 192.0.2.0/25]}}]}]',
  },
  {
    name: 'a contradictory selector',
    spec: 'podSelector: {matchExpressions: [{key: app, operator: In, values: [a]}, {key: app, operator: NotIn, values: [a]}]}',
  },
]

test.each(accepted)('$name is no problem', ({ spec }) => {
  expect(storeWith([spec]).diagnostics).toEqual([])
})

test.each([
  'podSelector: {}',
  'podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]',
  'podSelector: {}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}]}]',
])('the bounds hold whether a refused policy is there or not: %s', (spec) => {
  const beside = 'podSelector: {matchLabels: {app: checkout}}\ningress: [{ports: [{port: 8081}]}]'
  const named = (name: string): string =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: store}\nspec:\n${spec.replaceAll(/^/gm, '  ')}\n`
  const [missing, there, refused] = [[beside], [beside, named('till')], [beside, named('Till_')]].map((policies) =>
    storeWith(policies),
  ) as [BuiltSide, BuiltSide, BuiltSide]
  for (const real of [missing, there]) {
    const { base, head } = reachOfBoth(real, refused)
    for (const from of base.universe.classes) {
      for (const to of base.universe.classes) {
        const [truly, bounds] = [base.connections(from, to), head.connections(from, to)]
        expect(bounds.must.isSubsetOf(truly.must)).toBe(true)
        expect(truly.may.isSubsetOf(bounds.may)).toBe(true)
      }
    }
  }
})
