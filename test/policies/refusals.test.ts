import { describe, expect, test } from 'vitest'
import { positionAt } from '../../src/source/source-file.ts'
import { type BuiltSide, manifest, reachOf, reachOfBoth, showProblems, storeWith, verdict } from './store.ts'

/** A spec the API server refuses, and the text that is pointed at: the whole item where something is missing. */
interface Refusal {
  readonly name: string
  readonly spec: string
  readonly problem: string
}

const selecting = (expression: string): string => `podSelector: {matchExpressions: [${expression}]}`
const ports = (item: string): string => `ingress: [{ports: [${item}]}]`
const peer = (item: string): string => `ingress: [{from: [${item}]}]`

const refused: readonly Refusal[] = [
  {
    name: '86. V1 a policy type in lower case',
    spec: 'policyTypes: [ingress]',
    problem: 'policy-type-invalid at ingress',
  },
  {
    name: '86. V2 three policy types',
    spec: 'policyTypes: [Ingress, Ingress, Egress]',
    problem: 'policy-type-invalid at Egress',
  },
  {
    name: '77. V3 a protocol in lower case',
    spec: ports('{protocol: tcp}'),
    problem: 'protocol-invalid at tcp',
  },
  { name: '77. V3 ICMP', spec: ports('{protocol: ICMP}'), problem: 'protocol-invalid at ICMP' },
  { name: '73. V4 port 0', spec: ports('{port: 0}'), problem: 'port-invalid at 0' },
  { name: '73. V4 port 65536', spec: ports('{port: 65536}'), problem: 'port-invalid at 65536' },
  { name: '71. V5 a port number in quotes', spec: ports('{port: "8080"}'), problem: 'port-invalid at "8080"' },
  { name: '72. V5 a port name in capitals', spec: ports('{port: HTTP}'), problem: 'port-invalid at HTTP' },
  {
    name: '72. V5 a port name of sixteen characters',
    spec: ports('{port: till-at-the-door}'),
    problem: 'port-invalid at till-at-the-door',
  },
  { name: 'V5 a port name with an underline', spec: ports('{port: the_till}'), problem: 'port-invalid at the_till' },
  { name: 'V5 a port name with two dashes', spec: ports('{port: the--till}'), problem: 'port-invalid at the--till' },
  { name: 'V5 a port name that ends in a dash', spec: ports('{port: till-}'), problem: 'port-invalid at till-' },
  {
    name: '75. V6 endPort beside a name',
    spec: ports('{port: http, endPort: 8090}'),
    problem: 'endport-invalid at 8090',
  },
  { name: '76. V7 endPort alone', spec: ports('{endPort: 8090}'), problem: 'endport-invalid at 8090' },
  {
    name: '74. V8 endPort below port',
    spec: ports('{port: 9000, endPort: 8000}'),
    problem: 'endport-invalid at 8000',
  },
  {
    name: 'V9 endPort above every port',
    spec: ports('{port: 9000, endPort: 65536}'),
    problem: 'endport-invalid at 65536',
  },
  { name: '78. V10 an empty peer', spec: peer('{}'), problem: 'peer-invalid at {}' },
  {
    name: '78. V10 a peer with a null selector alone',
    spec: peer('{podSelector: null}'),
    problem: 'peer-invalid at {podSelector: null}',
  },
  {
    name: '79. V11 a block beside an empty selector',
    spec: peer('{ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}'),
    problem: 'peer-invalid at {ipBlock: {cidr: 10.0.0.0/8}, podSelector: {}}',
  },
  {
    name: '88. V12 a block without cidr',
    spec: peer('{ipBlock: {except: [10.0.0.0/8]}}'),
    problem: 'cidr-invalid at {except: [10.0.0.0/8]}',
  },
  { name: 'V12 a null cidr', spec: peer('{ipBlock: {cidr: null}}'), problem: 'cidr-invalid at {cidr: null}' },
  { name: 'V12 a number as cidr', spec: peer('{ipBlock: {cidr: 10}}'), problem: 'cidr-invalid at {cidr: 10}' },
  { name: 'V12 an empty cidr', spec: peer('{ipBlock: {cidr: ""}}'), problem: 'cidr-invalid at ""' },
  { name: '80. V13 a bare address', spec: peer('{ipBlock: {cidr: 192.0.2.7}}'), problem: 'cidr-invalid at 192.0.2.7' },
  {
    name: 'V14 an except item that is no CIDR',
    spec: peer('{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.1]}}'),
    problem: 'except-invalid at 10.0.0.1',
  },
  {
    name: '81. V15 except equal to cidr',
    spec: peer('{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}'),
    problem: 'except-invalid at 10.0.0.0/8',
  },
  {
    name: '82. V15 except outside',
    spec: peer('{ipBlock: {cidr: 10.0.0.0/16, except: [10.1.0.0/24]}}'),
    problem: 'except-invalid at 10.1.0.0/24',
  },
  {
    name: '82. V15 except wider',
    spec: peer('{ipBlock: {cidr: 10.0.0.0/16, except: [10.0.0.0/8]}}'),
    problem: 'except-invalid at 10.0.0.0/8',
  },
  {
    name: '82. V15 except of the other family',
    spec: peer('{ipBlock: {cidr: 0.0.0.0/0, except: ["fd00::/8"]}}'),
    problem: 'except-invalid at "fd00::/8"',
  },
  {
    name: '83. V16 In without values',
    spec: selecting('{key: app, operator: In}'),
    problem: 'selector-invalid at {key: app, operator: In}',
  },
  {
    name: '83. V16 Exists with values',
    spec: selecting('{key: app, operator: Exists, values: [web]}'),
    problem: 'selector-invalid at {key: app, operator: Exists, values: [web]}',
  },
  {
    name: '84. V16 an operator that does not exist',
    spec: selecting('{key: app, operator: Equals, values: [web]}'),
    problem: 'selector-invalid at {key: app, operator: Equals, values: [web]}',
  },
  {
    name: '84. V16 an operator in lower case',
    spec: selecting('{key: app, operator: in, values: [web]}'),
    problem: 'selector-invalid at {key: app, operator: in, values: [web]}',
  },
  {
    name: '85. V16 a label key with a space',
    spec: 'podSelector: {matchLabels: {"app name": web}}',
    problem: 'selector-invalid at "app name": web',
  },
  {
    name: '85. V16 a label value that begins with a dash',
    spec: 'podSelector: {matchLabels: {app: "-web"}}',
    problem: 'selector-invalid at app: "-web"',
  },
  {
    name: 'V16 a label key with a space in a peer',
    spec: peer('{namespaceSelector: {matchLabels: {"the team": office}}}'),
    problem: 'selector-invalid at "the team": office',
  },
  {
    name: '89. a boolean as label value',
    spec: 'podSelector: {matchLabels: {public: yes}}',
    problem: 'label-not-string at yes',
  },
  {
    name: '90. a misspelt field',
    spec: 'podSelector: {matchLabels: {app: web}}\ningress: [{form: [{podSelector: {}}]}]',
    problem: 'unknown-field at form: [{podSelector: {}}]',
  },
  {
    name: 'a list of peers that is none',
    spec: 'ingress: [{from: {podSelector: {}}}]',
    problem: 'field-type at {podSelector: {}}',
  },
  { name: 'a list of rules that is none', spec: 'ingress: {from: []}', problem: 'field-type at {from: []}' },
  { name: 'types that are no list', spec: 'policyTypes: Ingress', problem: 'field-type at Ingress' },
  {
    name: 'egress rules that are no list, without types',
    spec: 'podSelector: {}\negress: {to: []}',
    problem: 'field-type at {to: []}',
  },
  { name: 'a rule that is no object', spec: 'ingress: [web]', problem: 'field-type at web' },
  { name: 'a list in the place of a rule', spec: 'ingress: [[]]', problem: 'field-type at []' },
  { name: 'a port that is no object', spec: ports('80'), problem: 'field-type at 80' },
  { name: '54. a null port', spec: ports('null'), problem: 'null-item at null' },
  { name: '78. V10 a null peer', spec: peer('null'), problem: 'peer-invalid at null' },
  { name: '11. a null rule', spec: 'ingress: [null]', problem: 'null-item at null' },
]

describe('what the API server or a strict client refuses is reported where it stands', () => {
  test.each(refused)('$name', ({ spec, problem }) => {
    const built = storeWith([spec])
    expect(showProblems(built)).toEqual([problem])
    for (const { span, hint, effect } of built.diagnostics) {
      expect(positionAt(span.file, span.start).line).toBeGreaterThan(3)
      expect(hint).not.toMatch(/^$|undefined/)
      expect(effect).not.toBe('none')
    }
  })

  test.each(['The-Store', 'the_store', '-store', 'store.', `${'store.'.repeat(50)}till`])(
    'V17 a name that is no DNS name: %s',
    (name) => {
      const built = storeWith([
        manifest('networking.k8s.io/v1', 'NetworkPolicy', `{name: ${name}, namespace: store}`, '{}'),
      ])
      expect(showProblems(built)).toEqual([`policy-name-invalid at ${name}`])
    },
  )

  test.each(['till.store', '2nd-till', 'x'.repeat(200)])('V17 a name that is one: %s', (name) => {
    const built = storeWith([
      manifest('networking.k8s.io/v1', 'NetworkPolicy', `{name: ${name}, namespace: store}`, '{}'),
    ])
    expect(showProblems(built)).toEqual([])
  })

  test('a version that clusters no longer know is reported and read', () => {
    const built = storeWith([manifest('extensions/v1beta1', 'NetworkPolicy', '{name: till, namespace: store}', '{}')])
    expect(showProblems(built)).toEqual(['policy-version-removed at apiVersion: extensions/v1beta1'])
    expect(verdict(reachOf(built), 'web → checkout TCP 8081')).toBe('deny')
  })

  test('90. a condition that is dropped lets everybody in', () => {
    const built = storeWith(['podSelector: {matchLabels: {app: web}}\ningress: [{form: [{podSelector: {}}]}]'])
    expect(built.diagnostics.map(({ effect }) => effect)).toEqual(['wider'])
    expect(verdict(reachOf(built), 'world → web TCP 8080')).toBe('allow')
  })
})

const rejected = refused.filter(({ problem }) => !/^(unknown-field|null-item)/.test(problem))

test.each(rejected)('$name: the hint says so, and it is open whether anything is isolated', ({ spec }) => {
  const { diagnostics } = storeWith([spec])
  for (const { hint } of diagnostics)
    expect(hint).toContain('The API server rejects the object as it stands: this policy would not exist.')
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

test('egress rules that are no list isolate egress, as rules do', () => {
  const reach = reachOf(storeWith(['podSelector: {}\negress: {to: []}']))
  expect(verdict(reach, 'web → world TCP 443')).toBe('unknown')
})

test.each([
  ['sctp', 'not sctp'],
  ['[TCP]', 'not this'],
])('a protocol that is none is told, if it is a text: %s', (protocol, told) => {
  const [problem] = storeWith([ports(`{protocol: ${protocol}}`)]).diagnostics
  expect(problem?.message).toContain(told)
})

test('a port that begins with 0 is octal, and said to be', () => {
  const built = storeWith([ports('{port: 0100}')])
  expect(showProblems(built)).toEqual(['ambiguous-scalar at 0100'])
  expect(verdict(reachOf(built), 'web → checkout TCP 64')).toBe('allow')
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
  { name: 'an item of the types', spec: 'policyTypes: ["{{ .Values.type }}"]' },
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

const accepted: readonly { readonly name: string; readonly spec: string }[] = [
  { name: '87. a policy type twice', spec: 'policyTypes: [Ingress, Ingress]' },
  { name: '57. endPort equal to port', spec: ports('{port: 8081, endPort: 8081}') },
  {
    name: '50. overlapping except items',
    spec: peer('{ipBlock: {cidr: 192.0.2.0/23, except: [192.0.2.0/24, 192.0.2.0/25]}}'),
  },
  {
    name: '52. except items that leave nothing',
    spec: peer('{ipBlock: {cidr: 0.0.0.0/0, except: [0.0.0.0/1, 128.0.0.0/1]}}'),
  },
  {
    name: '31. a contradictory selector',
    spec: selecting('{key: app, operator: In, values: [a]}, {key: app, operator: NotIn, values: [a]}'),
  },
  {
    name: '64. a port name towards addresses',
    spec: `policyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: http}]}]`,
  },
]

test.each(accepted)('$name is no problem', ({ spec }) => {
  expect(showProblems(storeWith([spec]))).toEqual([])
})

test('45. host bits are no refusal: what is meant is told', () => {
  const built = storeWith([peer('{ipBlock: {cidr: 192.0.2.99/24}}')])
  expect(showProblems(built)).toEqual(['cidr-host-bits at 192.0.2.99/24'])
  expect(built.diagnostics[0]).toMatchObject({ effect: 'none', message: expect.stringContaining('192.0.2.0/24') })
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
