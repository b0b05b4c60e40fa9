import { describe, expect, test } from 'vitest'
import { regionOf } from '../../src/source/span.ts'
import { calico, globalSet, gnp, networkSet, np, service, staged, storedGnp, storedNp, tier } from './calico-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const ingress = (rule: string): string => `types: [Ingress]\ningress: [{action: Allow, ${rule}}]`
const egress = (rule: string): string => `types: [Egress]\negress: [{action: Allow, ${rule}}]`
const ledgerService = service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]')
const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(', ')

interface Refusal {
  readonly name: string
  readonly spec: string
  readonly problems: readonly string[]
  /** Policies of the whole cluster only. */
  readonly isGlobal?: true
}

const refusals: readonly Refusal[] = [
  {
    name: 'a selector that is no text',
    spec: 'selector: {app: till}\ntypes: [Ingress]',
    problems: ['selector-invalid at {app: till}'],
  },
  {
    name: 'a selector that is too long',
    spec: `selector: app == "${'x'.repeat(1020)}"\ntypes: [Ingress]`,
    problems: [`selector-invalid at xxxx"`],
  },
  {
    name: 'global() beside something',
    spec: ingress('source: {namespaceSelector: "global() && has(app)"}'),
    problems: ['selector-invalid at "global() && has(app)"'],
  },
  {
    name: 'global() as selector of a rule',
    spec: ingress('source: {selector: "global()"}'),
    problems: ['selector-invalid at "global()"'],
  },
  {
    name: 'no action',
    spec: 'types: [Ingress]\ningress: [{source: {}}]',
    problems: ['action-invalid at {source: {}}'],
  },
  {
    name: 'an action in lower case',
    spec: 'types: [Ingress]\ningress: [{action: allow}]',
    problems: ['action-invalid at allow'],
  },
  {
    name: 'an action of another kind',
    spec: 'types: [Ingress]\ningress: [{action: Accept}]',
    problems: ['action-invalid at Accept'],
  },
  {
    name: 'numbers without a protocol',
    spec: ingress('source: {notPorts: [80]}'),
    problems: ['ports-invalid at notPorts: [80]'],
  },
  {
    name: 'ports of a protocol that has none',
    spec: ingress('protocol: ICMP, destination: {ports: [80]}'),
    problems: ['ports-invalid at ports: [80]'],
  },
  { name: 'port 0', spec: ingress('protocol: TCP, destination: {ports: [0]}'), problems: ['port-invalid at 0'] },
  {
    name: 'a port above 65535',
    spec: ingress('protocol: TCP, destination: {ports: ["80:65536"]}'),
    problems: ['port-invalid at "80:65536"'],
  },
  {
    name: 'a range that ends before it begins',
    spec: ingress('protocol: TCP, destination: {ports: ["90:80"]}'),
    problems: ['port-invalid at "90:80"'],
  },
  {
    name: 'a port that is no name either',
    spec: ingress('protocol: TCP, destination: {ports: ["80,90"]}'),
    problems: ['port-invalid at "80,90"'],
  },
  {
    name: 'too many ports',
    spec: ingress(`protocol: TCP, destination: {ports: [${times(51, '80')}]}`),
    problems: [`list-invalid at [${times(51, '80')}]`],
  },
  { name: 'a protocol that is none', spec: ingress('protocol: TPC'), problems: ['protocol-invalid at TPC'] },
  { name: 'a protocol in lower case', spec: ingress('protocol: tcp'), problems: ['protocol-invalid at tcp'] },
  { name: 'protocol 0', spec: ingress('notProtocol: 0'), problems: ['protocol-invalid at 0'] },
  { name: 'protocol 256', spec: ingress('protocol: 256'), problems: ['protocol-invalid at 256'] },
  {
    name: 'icmp of another protocol',
    spec: ingress('protocol: TCP, icmp: {type: 8}'),
    problems: ['icmp-invalid at icmp: {type: 8}'],
  },
  {
    name: 'icmp without a protocol',
    spec: ingress('notICMP: {type: 8}'),
    problems: ['icmp-invalid at notICMP: {type: 8}'],
  },
  {
    name: 'a code without a type',
    spec: ingress('protocol: ICMP, icmp: {code: 1}'),
    problems: ['icmp-invalid at code: 1'],
  },
  {
    name: 'a type that is none',
    spec: ingress('protocol: ICMP, icmp: {type: 255}'),
    problems: ['icmp-invalid at 255'],
  },
  { name: 'ICMP of IPv6', spec: ingress('protocol: ICMP, ipVersion: 6'), problems: ['address-family-mixed at 6'] },
  { name: 'ICMPv6 of IPv4', spec: ingress('protocol: ICMPv6, ipVersion: 4'), problems: ['address-family-mixed at 4'] },
  { name: 'ipVersion 5', spec: ingress('ipVersion: 5'), problems: ['address-family-mixed at 5'] },
  {
    name: 'a network that is none',
    spec: ingress('source: {nets: [10.0.0.0]}'),
    problems: ['cidr-invalid at 10.0.0.0'],
  },
  {
    name: 'a network with host bits',
    spec: ingress('source: {nets: [10.1.2.3/8]}'),
    problems: ['cidr-invalid at 10.1.2.3/8'],
  },
  {
    name: 'all of IPv6 among the exceptions',
    spec: ingress('source: {notNets: ["::/0"]}'),
    problems: ['cidr-invalid at "::/0"'],
  },
  {
    name: 'families of the two ends',
    spec: ingress('source: {nets: [10.0.0.0/8]}, destination: {nets: ["2001:db8::/32"]}'),
    problems: [
      'address-family-mixed at {action: Allow, source: {nets: [10.0.0.0/8]}, destination: {nets: ["2001:db8::/32"]}}',
    ],
  },
  {
    name: 'a family against ipVersion',
    spec: ingress('ipVersion: 6, source: {nets: [10.0.0.0/8]}'),
    problems: ['address-family-mixed at {action: Allow, ipVersion: 6, source: {nets: [10.0.0.0/8]}}'],
  },
  {
    name: 'a Service beside a selector',
    spec: egress('destination: {selector: has(app), services: {name: ledger, namespace: store}}'),
    problems: ['services-invalid at services: {name: ledger, namespace: store}'],
  },
  {
    name: 'a Service without its name',
    spec: egress('destination: {services: {namespace: store}}'),
    problems: ['services-invalid at services: {namespace: store}'],
  },
  {
    name: 'a Service as source of egress',
    spec: egress('source: {services: {name: ledger, namespace: store}}'),
    problems: ['services-invalid at services: {name: ledger, namespace: store}'],
  },
  {
    name: 'a Service without namespace',
    spec: egress('destination: {services: {name: ledger}}'),
    problems: ['services-invalid at services: {name: ledger}'],
    isGlobal: true,
  },
  {
    name: 'HTTP on the way out',
    spec: egress('http: {methods: [GET]}'),
    problems: ['http-invalid at http: {methods: [GET]}'],
  },
  {
    name: 'HTTP over UDP',
    spec: ingress('protocol: UDP, http: {methods: [GET]}'),
    problems: ['http-invalid at http: {methods: [GET]}'],
  },
  { name: 'a method twice', spec: ingress('http: {methods: [GET, GET]}'), problems: ['http-invalid at GET'] },
  {
    name: 'a path that does not begin with a slash',
    spec: ingress('http: {paths: [{exact: till}]}'),
    problems: ['http-invalid at till'],
  },
  {
    name: 'a path with a query',
    spec: ingress('http: {paths: [{prefix: "/till?x"}]}'),
    problems: ['http-invalid at "/till?x"'],
  },
  {
    name: 'a path of both forms',
    spec: ingress('http: {paths: [{exact: /a, prefix: /b}]}'),
    problems: ['http-invalid at {exact: /a, prefix: /b}'],
  },
  { name: 'a path of neither form', spec: ingress('http: {paths: [{}]}'), problems: ['http-invalid at {}'] },
  { name: 'no types in the list', spec: 'types: []', problems: ['policy-type-invalid at []'] },
  { name: 'a type twice', spec: 'types: [Ingress, Ingress]', problems: ['policy-type-invalid at Ingress'] },
  { name: 'a type in lower case', spec: 'types: [ingress]', problems: ['policy-type-invalid at ingress'] },
  {
    name: 'preDNAT beside doNotTrack',
    spec: 'applyOnForward: true\npreDNAT: true\ndoNotTrack: true\ntypes: [Ingress]',
    problems: ['policy-flags-invalid at preDNAT: true'],
    isGlobal: true,
  },
  {
    name: 'doNotTrack alone',
    spec: 'doNotTrack: true\ntypes: [Ingress]',
    problems: ['policy-flags-invalid at doNotTrack: true'],
    isGlobal: true,
  },
  {
    name: 'preDNAT of egress',
    spec: 'applyOnForward: true\npreDNAT: true\ntypes: [Egress]',
    problems: ['policy-flags-invalid at preDNAT: true'],
    isGlobal: true,
  },
  { name: 'an order in quotes', spec: 'order: "10"\ntypes: [Ingress]', problems: ['order-invalid at "10"'] },
  {
    name: 'rules that are no list',
    spec: 'types: [Ingress]\ningress: {action: Allow}',
    problems: ['field-type at {action: Allow}'],
  },
  { name: 'an end that is no object', spec: ingress('source: web'), problems: ['field-type at web'] },
]

/** HTTP is told to be unenforced wherever it is; that is another matter. */
const refusalsIn = (side: BuiltSide): readonly string[] =>
  showProblems(side).filter((found) => !found.startsWith('http-not-enforced'))

describe('what Calico refuses', () => {
  test.each(refusals)('$name', ({ spec, problems, isGlobal }) => {
    const side = built(isGlobal === true ? gnp(spec) : np(spec), ledgerService)
    expect(refusalsIn(side)).toEqual(problems)
    expect(side.input.entries.filter(({ exists }) => exists === 'yes')).toEqual([])
  })

  /** Of types and lists the CRD itself takes care. */
  const ofCrd = new Set(['no types in the list', 'a type in lower case', 'rules that are no list'])
  test.each(refusals.filter(({ name }) => !ofCrd.has(name)))(
    '$name is there all the same as a stored object',
    ({ spec, problems, isGlobal }) => {
      const side = built(isGlobal === true ? storedGnp(spec) : storedNp(spec), ledgerService)
      expect(refusalsIn(side).map((found) => found.split(' at ')[0])).toEqual(
        problems.map((found) => found.split(' at ')[0]),
      )
      if (side.input.entries.length > 0) expect(side.input.entries.some(({ exists }) => exists === 'yes')).toBe(true)
    },
  )

  test('one bad object hides no other', () => {
    const bad = np('selector: app = "web"\ntypes: [Ingress]', 'bad')
    const good = np('selector: app == "checkout"\ntypes: [Ingress]', 'good')
    expect(verdict(reachOf(built(bad, good)), 'web → checkout TCP 8081')).toBe('deny')
  })

  test('every mistake of one object is told', () => {
    const spec = 'types: [Ingress]\ningress: [{action: allow, protocol: tcp}, {action: Deny, source: {nets: [x]}}]'
    expect(refusalsIn(built(np(spec)))).toEqual([
      'action-invalid at allow',
      'protocol-invalid at tcp',
      'cidr-invalid at x',
    ])
  })

  test.each([
    ['action', 'ingress: [{action: Alow}]', 'Did you mean Allow?'],
    ['protocol', 'ingress: [{action: Allow, protocol: TPC}]', 'Did you mean TCP?'],
    ['type', 'types: [Ingres]', 'Did you mean Ingress?'],
  ])('the nearest word is given for a misspelt %s', (_, spec, hint) => {
    expect(built(np(spec)).diagnostics[0]?.hint).toContain(hint)
  })

  test.each([
    ['a Tier with a dot', tier('order: 5', 'store.till'), 'tier-invalid at store.till'],
    ['a Tier of 64 characters', tier('order: 5', 'x'.repeat(64)), `tier-invalid at ${'x'.repeat(64)}`],
    ['another order for a built-in Tier', tier('order: 5', 'default'), 'tier-invalid at order: 5'],
    [
      'another end for a built-in Tier',
      tier('defaultAction: Deny', 'kube-admin'),
      'tier-invalid at defaultAction: Deny',
    ],
    ['an end that is none', tier('defaultAction: Allow', 'late'), 'action-invalid at Allow'],
    [
      'a set with an entry that is none',
      globalSet('{role: partner}', '10.0.0.0/33'),
      'network-set-invalid at "10.0.0.0/33"',
    ],
    [
      'a set with a reserved label',
      networkSet('{projectcalico.org/namespace: x}', '10.0.0.1'),
      'network-set-invalid at projectcalico.org/namespace: x',
    ],
    ['Delete with a spec', staged('stagedAction: Delete\nselector: all()'), 'staged-action-invalid at Delete'],
    [
      'a staged policy of Kubernetes with a mistake',
      manifest(
        'projectcalico.org/v3',
        'StagedKubernetesNetworkPolicy',
        '{name: trial, namespace: store}',
        'stagedAction: Set\npodSelector: {}\npolicyTypes: [In]',
      ),
      'policy-type-invalid at In',
    ],
    ['a stagedAction that is none', staged('stagedAction: Trial\ntypes: [Ingress]'), 'staged-action-invalid at Trial'],
  ])('%s', (_, text, problem) => {
    expect(showProblems(built(text))).toEqual([problem])
  })

  test('a tier that is misnamed leaves its policies uncertain', () => {
    const side = built(tier('order: 5', 'store.till'), np('tier: store.till\ntypes: [Ingress]'))
    expect(verdict(reachOf(side), 'web → checkout TCP 8081')).toBe('unknown')
  })

  test('before 3.32 a policy bears the name of its tier', () => {
    const policy = np('tier: early\ntypes: [Ingress]', 'till')
    const side = (version: string): readonly string[] =>
      showProblems(storeWith([tier('order: 5', 'early'), policy], calico(version)))
    expect(side('3.31')).toEqual(['policy-name-invalid at till'])
    expect(side('3.32')).toEqual([])
  })

  test('before 3.32 names of ports need a protocol as well', () => {
    const policy = np(ingress('destination: {ports: [http]}'))
    expect(showProblems(storeWith([policy], calico('3.31')))).toEqual(['ports-invalid at ports: [http]'])
    expect(showProblems(storeWith([policy], calico('3.32')))).toEqual([])
  })

  test.each([
    ['a field that is none', 'types: [Ingress]\npodSelector: {}', 'unknown-field at podSelector: {}'],
    [
      'a namespace selector in a namespaced policy',
      'types: [Ingress]\nnamespaceSelector: all()',
      'unknown-field at namespaceSelector: all()',
    ],
    ['a field of a rule that is none', ingress('from: []'), 'unknown-field at from: []'],
    [
      'domains, which the open edition lacks',
      egress('destination: {domains: [till.example]}'),
      'edition-field at domains: [till.example]',
    ],
    [
      'a Service of no namespace',
      egress('destination: {services: {name: ledger}}'),
      'services-invalid at services: {name: ledger}',
    ],
    [
      'a Service that is not there',
      egress('destination: {services: {name: vault, namespace: store}}'),
      'reference-missing at services: {name: vault, namespace: store}',
    ],
  ])('%s is told and refused by nobody', (_, spec, problem) => {
    const side = built(np(spec), ledgerService)
    expect(showProblems(side)).toEqual([problem])
    expect(side.input.entries.every(({ exists }) => exists === 'yes')).toBe(true)
  })
})

describe('where a selector goes wrong', () => {
  const placed = (selector: string): string => {
    const side = built(
      `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: till, namespace: store}\nspec:\n${selector}\n`,
    )
    return side.diagnostics
      .map(({ span }) => {
        const { start, end } = regionOf(span)
        return `${start.line}:${start.column}-${end.line}:${end.column}`
      })
      .join(' ')
  }
  const plain = '  selector: app = "till"'
  const column = plain.indexOf('=') + 1

  test.each([
    ['plain', plain, `5:${column}-5:${column + 1}`],
    ['in single quotes', `  selector: 'app = "till"'`, '5:18-5:19'],
    ['behind a doubled quote', `  selector: 'app == ''till'' or x'`, '5:30-5:32'],
    ['in double quotes', '  selector: "app = \'till\'"', '5:18-5:19'],
    ['behind escapes', '  selector: "app == \\"till\\" or x"', '5:30-5:32'],
    ['behind a letter by its number', '  selector: "\\u0061pp = \'x\'"', '5:23-5:24'],
    ['in a folded block', '  selector: >-\n    has(app) &&\n    tier = "x"', '7:10-7:11'],
    ['in a literal block', '  selector: |-\n    app = "till"', '6:9-6:10'],
    ['at the line break of a literal block', '  selector: |\n    has(app)', '6:13-7:1'],
    ['on the second line of a plain value', '  selector: has(app) &&\n    tier = "x"', '6:10-6:11'],
    ['at its end', "  selector: 'has(app) &&'", '5:25-5:25'],
  ])('%s', (_, text, expected) => {
    expect(placed(text)).toBe(expected)
  })

  test('the message says what was expected', () => {
    const [problem] = built(np('selector: app = "till"\ntypes: [Ingress]')).diagnostics
    expect(problem?.message).toBe(
      'NetworkPolicy rules: this selector goes wrong at character 5: expected ==, !=, in, not in, contains, starts with or ends with after app, found =',
    )
    expect(problem?.effect).toBe('unknown')
  })

  test('a block that ends in a line break is explained', () => {
    const text =
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: till}\nspec:\n  selector: |\n    has(app)\n'
    expect(built(text).diagnostics[0]?.hint).toContain('ends in a line break unless - follows')
  })
})

describe('what a template writes', () => {
  const templated = (spec: string): BuiltSide =>
    built(manifest('projectcalico.org/v3', 'NetworkPolicy', '{name: till, namespace: store}', spec))
  test.each([
    ['the selector', 'selector: "{{ .Values.selector }}"\ntypes: [Ingress]', 'web → ledger TCP 8082', 'unknown'],
    ['the action', 'types: [Ingress]\ningress: [{action: "{{ .Values.action }}"}]', 'web → ledger TCP 8082', 'unknown'],
    [
      'a port',
      'types: [Ingress]\ningress: [{action: Allow, protocol: TCP, destination: {ports: ["{{ .Values.port }}"]}}]',
      'web → ledger TCP 8082',
      'unknown',
    ],
    [
      'a port, but not the protocol',
      'types: [Ingress]\ningress: [{action: Allow, protocol: TCP, destination: {ports: ["{{ .Values.port }}"]}}]',
      'web → ledger UDP 8082',
      'deny',
    ],
    [
      'a network',
      'types: [Ingress]\ningress: [{action: Allow, source: {nets: ["{{ .Values.net }}"]}}]',
      'world → ledger TCP 8082',
      'unknown',
    ],
    ['the types', 'types: "{{ .Values.types }}"', 'web → ledger TCP 8082', 'unknown'],
    ['a rule', 'types: [Ingress]\ningress: ["{{ .Values.rule }}"]', 'web → ledger TCP 8082', 'unknown'],
  ])('%s may be anything', (_, spec, probe, expected) => {
    const side = templated(spec)
    expect(side.diagnostics.map(({ code }) => code)).toEqual(['template-value'])
    expect(verdict(reachOf(side), probe)).toBe(expected)
  })
})
