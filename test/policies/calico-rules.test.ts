import { describe, expect, test } from 'vitest'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { textOf } from '../../src/source/span.ts'
import {
  account,
  calico,
  globalSet,
  gnp,
  knp,
  networkSet,
  np,
  pod,
  service,
  storedGnp,
  storedNp,
  tier,
} from './calico-store.ts'
import { type BuiltSide, certainConnections, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const ingress = (rule: string): string => `types: [Ingress]\ningress: [{action: Allow, ${rule}}]`
const egress = (rule: string): string => `types: [Egress]\negress: [{action: Allow, ${rule}}]`
const checkout = 'selector: app == "checkout"'
const from = (entity: string): string => `${checkout}\n${ingress(`source: ${entity}`)}`
const ruleEntries = ({ input }: BuiltSide): readonly PolicyEntry[] => input.entries.filter(({ isolates }) => !isolates)
const connectionsOf = (side: BuiltSide): readonly string[] =>
  ruleEntries(side).map(({ connections }) => connections.show())

describe('connections that a rule speaks of', () => {
  test.each([
    ['protocol: 6', 'every TCP port'],
    ['protocol: "6"', 'every TCP port'],
    ['protocol: "17"', 'every UDP port'],
    ['protocol: UDPLite', 'protocol 136'],
    ['protocol: 1', 'ICMP'],
    ['protocol: 255', 'protocol 255'],
    ['notProtocol: 17', 'every protocol but UDP'],
    ['protocol: ICMP, icmp: {}', 'ICMP'],
    ['protocol: ICMP, icmp: {type: 0}', 'ICMP 0-255'],
    ['protocol: ICMP, icmp: {type: 8, code: 0}', 'ICMP 2048'],
    ['protocol: ICMP, icmp: {type: 254, code: 255}', 'ICMP 65279'],
    ['protocol: ICMP, notICMP: {type: 8}', 'ICMP 0-2047, 2304-65535'],
    ['protocol: ICMPv6, icmp: {type: 128}', 'ICMPv6 32768-33023'],
    ['protocol: TCP, destination: {ports: [1, 65535]}', 'TCP 1, 65535'],
    ['protocol: TCP, destination: {ports: [http, 80], notPorts: []}', 'TCP 80, http'],
    ['protocol: TCP, destination: {ports: ["1:100"], notPorts: [22]}', 'TCP 1-21, 23-100'],
    ['protocol: 17, destination: {notPorts: [53]}', 'UDP 1-52, 54-65535'],
    ['protocol: SCTP, destination: {ports: ["7:7"]}', 'SCTP 7'],
    ['destination: {ports: [http]}', 'TCP http, UDP http, SCTP http'],
    ['protocol: TCP, source: {ports: [80, "90:91"]}', 'every TCP port (from port 80, 90:91)'],
    ['protocol: TCP, source: {notPorts: [22]}', 'every TCP port (from a port other than 22)'],
    [
      'protocol: TCP, source: {ports: ["1:100"], notPorts: [22, 23]}',
      'every TCP port (from port 1:100 but not 22, 23)',
    ],
    ['source: {ports: [http]}', 'every TCP port, every UDP port, every SCTP port (from port http)'],
  ])('%s', (rule, shown) => {
    const side = built(np(ingress(rule)))
    expect(connectionsOf(side)).toEqual([shown])
    expect(showProblems(side)).toEqual([])
    expect(ruleEntries(side).map(({ exists, effect }) => `${exists} ${effect}`)).toEqual(['yes exact'])
  })

  test('each port stands with what it opens', () => {
    const side = built(np(ingress('protocol: TCP, destination: {ports: [80, {}, http]}')))
    const items = ruleEntries(side).flatMap(({ origin }) => origin.ports.map(({ connections }) => connections.show()))
    expect(items).toEqual(['TCP 80', 'TCP http'])
  })

  test.each([
    ['a name beside a number that is ruled out', 'destination: {ports: [http], notPorts: [22]}', 'TCP http'],
    ['a name that is ruled out', 'destination: {ports: [80], notPorts: [http]}', 'TCP 80'],
    [
      'a name that is ruled out as the source',
      'source: {notPorts: [ssh]}',
      'every TCP port (from a port other than ssh)',
    ],
  ])('of %s each pod makes its own: it may be all of it', (_, rest, shown) => {
    const side = built(np(ingress(`protocol: TCP, ${rest}`)))
    expect(connectionsOf(side)).toEqual([shown])
    expect(ruleEntries(side).map(({ exists, effect }) => `${exists} ${effect}`)).toEqual(['unknown unknown'])
  })
})

describe('the family of addresses', () => {
  const v6 = '2001:db8::44 → checkout TCP 80'
  const v4 = 'world → checkout TCP 80'
  test.each([
    ['ipVersion: 4', 'allow', 'deny'],
    ['ipVersion: 6', 'deny', 'allow'],
    ['source: {nets: ["0.0.0.0/0"]}', 'allow', 'deny'],
    ['source: {notNets: ["10.0.0.0/8"]}', 'allow', 'allow'],
    ['destination: {nets: ["10.20.0.0/16"]}', 'allow', 'deny'],
    ['protocol: TCP', 'allow', 'allow'],
  ])('that %s leaves', (rule, ofFour, ofSix) => {
    const reachability = reachOf(built(np(ingress(rule)), knp('podSelector: {}\npolicyTypes: [Ingress]')))
    const witness = built(
      np(ingress(rule)),
      gnp(
        'types: [Ingress]\ningress: [{action: Allow, source: {nets: ["2001:db8::44/128"]}}]\nselector: app == "nobody"',
      ),
    )
    expect(verdict(reachability, v4)).toBe(ofFour)
    expect(verdict(reachOf(witness), v6)).toBe(ofSix)
  })

  test.each([
    ['protocol: ICMPv6, source: {nets: [10.0.0.0/8]}', 'ICMPv6 and networks of IPv4'],
    ['protocol: ICMP, destination: {notNets: ["fd00::/8"]}', 'ICMP and networks of IPv6'],
  ])('%s: %s exclude each other', (rule) => {
    expect(showProblems(built(np(ingress(rule))))).toEqual([`address-family-mixed at {action: Allow, ${rule}}`])
  })

  test.each([
    'protocol: ICMP, source: {nets: [10.0.0.0/8]}',
    'protocol: ICMPv6, source: {nets: ["fd00::/8"]}',
    'protocol: TCP, source: {nets: ["fd00::/8"]}',
    'protocol: ICMP, ipVersion: 4',
    'protocol: ICMPv6, ipVersion: 6, source: {nets: ["fd00::/8"]}',
  ])('%s is one family', (rule) => {
    expect(showProblems(built(np(ingress(rule))))).toEqual([])
  })
})

describe('what is just within its bounds', () => {
  const many = (count: number, text: string): string => Array.from({ length: count }, () => text).join(', ')
  test.each([
    ['50 ports', ingress(`protocol: TCP, destination: {ports: [${many(50, '80')}]}`)],
    ['256 networks', ingress(`source: {nets: [${many(256, '10.0.0.0/8')}]}`)],
    ['1024 rules', `types: [Ingress]\ningress: [${many(1024, '{action: Allow}')}]`],
    ['a port name of 128 letters', ingress(`protocol: TCP, destination: {ports: [${'x'.repeat(128)}]}`)],
    ['a path', ingress('http: {methods: [GET, PUT], paths: [{exact: /till}, {prefix: /}]}, protocol: TCP')],
  ])('%s', (_, spec) => {
    expect(showProblems(built(np(spec))).filter((found) => !found.startsWith('http-not'))).toEqual([])
  })

  test.each([
    ['257 networks', ingress(`source: {nets: [${many(257, '10.0.0.0/8')}]}`), 'list-invalid'],
    ['1025 rules', `types: [Ingress]\ningress: [${many(1025, '{action: Allow}')}]`, 'list-invalid'],
    [
      'a port name of 129 letters',
      ingress(`protocol: TCP, destination: {ports: [${'x'.repeat(129)}]}`),
      'port-invalid',
    ],
    ['a type of ICMP below 0', ingress('protocol: ICMP, icmp: {type: -1}'), 'icmp-invalid'],
    ['a code of ICMP above 255', ingress('protocol: ICMP, icmp: {type: 8, code: 256}'), 'icmp-invalid'],
    ['a port that is a truth value', ingress('protocol: TCP, destination: {ports: [true]}'), 'port-invalid'],
    ['a port that is a list', ingress('protocol: TCP, destination: {ports: [[80]]}'), 'port-invalid'],
    ['a fraction of a protocol', ingress('protocol: 6.5'), 'protocol-invalid'],
    ['a tier that is no text', 'tier: [early]\ntypes: [Ingress]', 'tier-invalid'],
    ['a protocol that only begins as a number', ingress('protocol: "6x"'), 'protocol-invalid'],
    ['a protocol that only ends as one', ingress('protocol: "x6"'), 'protocol-invalid'],
    ['a protocol that is a truth value', ingress('protocol: true'), 'protocol-invalid'],
    ['a selector that is a number', ingress('source: {selector: 5}'), 'selector-invalid'],
    ['types that are no list', 'types: Ingress', 'field-type'],
    ['rules that are no list, without types', 'ingress: {action: Allow}', 'field-type'],
    ['an order without end', 'order: .inf\ntypes: [Ingress]', 'order-invalid'],
  ])('and beyond: %s', (_, spec, code) => {
    expect(showProblems(built(np(spec))).map((found) => found.split(' at ')[0])).toEqual([code])
  })
})

const template = '"{{ .Values.till }}"'

describe('what a template writes is unknown and not refused', () => {
  test.each([
    ['the version of IP', ingress(`ipVersion: ${template}`)],
    ['a network that is left out', ingress(`source: {notNets: [${template}]}`)],
    ['the domains', egress(`destination: {domains: ${template}}`)],
    ['the Service', egress(`destination: {services: ${template}}`)],
    ['the name of the Service', egress(`destination: {services: {name: ${template}, namespace: store}}`)],
    ['the namespace of the Service', egress(`destination: {services: {name: ledger, namespace: ${template}}}`)],
  ])('%s', (_, spec) => {
    const side = built(np(spec))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(new Set(ruleEntries(side).map(({ effect }) => effect))).toEqual(new Set(['unknown']))
  })

  test.each([
    ['the accounts', `{serviceAccounts: ${template}}`],
    ['the names of accounts', `{serviceAccounts: {names: ${template}}}`],
    ['the name of an account', `{serviceAccounts: {names: [till, ${template}]}}`],
    ['the selector of accounts', `{serviceAccounts: {selector: ${template}}}`],
    ['a selector', `{selector: ${template}}`],
    ['a selector of namespaces', `{namespaceSelector: ${template}}`],
  ])('%s: it may be any pod, but not the world', (_, entity) => {
    const side = built(gnp(ingress(`source: ${entity}`)))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'auditor → checkout TCP 80')).toBe('unknown')
    expect(verdict(reachOf(side), 'world → checkout TCP 80')).toBe('deny')
  })

  test('a domain beside another', () => {
    const side = built(np(egress(`destination: {domains: [till.example, ${template}]}`)))
    expect(showProblems(side)).toEqual([
      `edition-field at domains: [till.example, ${template}]`,
      `template-value at ${template}`,
    ])
    expect(ruleEntries(side).map(({ effect }) => effect)).toEqual(['unknown'])
  })

  test.each([
    ['types', `types: ${template}`],
    ['an item of types', `types: [${template}]`],
    ['the spec', template],
  ])('%s: whether anything is denied', (_, spec) => {
    const text = spec === template ? np('{}').replace('spec: {}', `spec: ${template}`) : np(spec)
    const side = built(text)
    expect(showProblems(side)).toContain(`template-value at ${template}`)
    for (const { hint } of side.diagnostics) expect(hint).not.toContain('rejects')
    expect(verdict(reachOf(side), 'web → checkout TCP 80')).toBe('unknown')
  })

  test('the order: whether it is asked before others', () => {
    const allow = np('order: 1\nselector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Allow}]', 'allow')
    const deny = np(
      `order: ${template}\nselector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Deny}]`,
      'deny',
    )
    const side = built(allow, deny)
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'web → checkout TCP 80')).toBe('unknown')
  })

  test('the order of a tier: whether its policies are asked at all', () => {
    const denies = gnp('tier: early\nselector: app == "checkout"\ntypes: [Ingress]\ningress: [{action: Deny}]', 'early')
    const side = built(tier(`order: ${template}`, 'early'), denies)
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(side), 'web → checkout TCP 80')).toBe('unknown')
  })

  test('conditions on HTTP, of which the port is what counts', () => {
    const side = built(np(ingress(`http: ${template}`)))
    expect(showProblems(side)).toEqual([`template-value at ${template}`])
    expect(ruleEntries(side).map(({ effect }) => effect)).toEqual(['wider'])
  })
})

describe('as a stored object', () => {
  test.each([
    ['an empty list of types means both', 'types: []', ['yes', 'yes']],
    ['types that are not written mean both', 'selector: all()', ['yes', 'yes']],
    ['a null list of types means both', 'types: null', ['yes', 'yes']],
  ])('%s', (_, spec, exist) => {
    const side = built(storedNp(spec))
    expect(showProblems(side)).toEqual([])
    expect(side.input.entries.map(({ exists }) => exists)).toEqual(exist)
  })

  test.each([
    ['protocol: TCP, icmp: {type: 8}', 'every TCP port'],
    ['protocol: ICMP, icmp: {code: 3}', 'ICMP'],
    ['protocol: ICMP, icmp: {type: 300}', 'ICMP'],
    ['protocol: TPC', 'every port'],
  ])('%s is at most %s', (rule, most) => {
    const side = built(storedNp(ingress(rule)))
    expect(connectionsOf(side)).toEqual([most])
    expect(ruleEntries(side).map(({ exists }) => exists)).toEqual(['unknown'])
  })

  test('a protocol that is misspelt only by its case is known, an unknown version of IP is not', () => {
    expect(connectionsOf(built(storedNp(ingress('protocol: tcp'))))).toEqual(['every TCP port'])
    expect(ruleEntries(built(storedNp(ingress('protocol: tcp')))).map(({ effect }) => effect)).toEqual(['exact'])
    expect(ruleEntries(built(storedNp(ingress('ipVersion: 5')))).map(({ exists }) => exists)).toEqual(['unknown'])
  })
})

const partner = '198.51.100.9 → checkout TCP 80'
const role = 'selector: role == "partner"'

describe('what goes together, and what does not', () => {
  const ledger = service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]')
  const codes = (text: string, version?: string): readonly string[] =>
    showProblems(storeWith([text, ledger, tier('order: 5', 'early')], calico(version))).map(
      (found) => found.split(' at ')[0] ?? '',
    )
  test.each([
    [
      'a Service as source, and its ports',
      np(ingress('protocol: TCP, source: {services: {name: ledger, namespace: store}, ports: [80]}')),
      [],
    ],
    [
      'names and numbers of ports without a protocol',
      np(ingress('destination: {ports: [http, 80]}')),
      ['ports-invalid'],
    ],
    [
      'a number of a protocol that a template writes',
      np(ingress('protocol: "{{ .Values.till }}", destination: {ports: [80]}')),
      ['template-value'],
    ],
    [
      'digits that versions of YAML read differently',
      np(ingress('protocol: TCP, destination: {ports: [0100]}')),
      ['ambiguous-scalar'],
    ],
    ['an empty tier, which is none', np('tier: ""\ntypes: [Ingress]'), []],
    ['no tracking of egress', gnp('applyOnForward: true\ndoNotTrack: true\ntypes: [Egress]'), []],
    ['before translation, of what is filled in', gnp('applyOnForward: true\npreDNAT: true'), []],
    [
      'before translation, of both',
      gnp('applyOnForward: true\npreDNAT: true\ntypes: [Ingress, Egress]'),
      ['policy-flags-invalid'],
    ],
    [
      'a path with a slash behind its begin',
      np(ingress('http: {paths: [{exact: till/1}]}')),
      ['http-invalid', 'http-not-enforced'],
    ],
    ['HTTP of TCP', np(ingress('protocol: TCP, http: {methods: [GET]}')), ['http-not-enforced']],
    [
      'HTTP of a protocol nobody knows',
      np(ingress('protocol: TPC, http: {methods: [GET]}')),
      ['protocol-invalid', 'http-not-enforced'],
    ],
  ])('%s: %s', (_, text, expected) => expect(codes(text)).toEqual(expected))

  test('before 3.32 a policy that bears the name of its tier has the right one', () => {
    const policy = (name: string): string => np('tier: early\ntypes: [Ingress]', name)
    expect(codes(policy('early.till'), '3.31')).toEqual([])
    expect(codes(policy('till.early'), '3.31')).toEqual(['policy-name-invalid'])
  })

  test('conditions on HTTP make a rule wider than it is written', () => {
    const [rule] = ruleEntries(built(np(ingress('http: {methods: [GET]}'))))
    expect([rule?.effect, rule?.exists]).toEqual(['wider', 'yes'])
  })

  test('a selector of namespaces that a namespaced policy cannot have selects nothing', () => {
    const side = built(np(`namespaceSelector: team == "office"\n${checkout}\ntypes: [Ingress]`))
    expect(verdict(reachOf(side), 'web → checkout TCP 80')).toBe('deny')
  })

  test.each([
    ['source: {ports: ["{{ .Values.till }}", 80]}', 'every TCP port (from port unknown, 80)'],
    ['source: {ports: "{{ .Values.till }}"}', 'every TCP port (from port unknown)'],
    ['source: {ports: [0]}', 'every TCP port (from port 0)'],
  ])('of ports that cannot be read %s leaves', (rest, shown) => {
    expect(connectionsOf(built(np(ingress(`protocol: TCP, ${rest}`))))).toEqual([shown])
  })
})

describe('hints', () => {
  const hintOf = (spec: string): string => built(np(spec)).diagnostics[0]?.hint ?? ''
  test.each([
    ['an action', 'ingress: [{action: Zzzzzzzz}]'],
    ['no action', 'ingress: [{source: {}}]'],
    ['a protocol', ingress('protocol: ZZZZZZZZ')],
    ['protocol 0', ingress('protocol: 0')],
    ['a type', 'types: [Zzzzzzzz]'],
  ])('no word is guessed for %s that is like none', (_, spec) => {
    expect(hintOf(spec)).toMatch(/^The API server rejects/)
  })

  test.each([
    ['in a block of one line', 'selector: |-\n  app = "till"'],
    ['in a plain value', 'selector: app = "till"'],
    ['in a quoted value with a line break', 'selector: "app = \\n"'],
  ])('a selector that goes wrong %s is explained by examples', (_, spec) => {
    expect(hintOf(`${spec}\ntypes: [Ingress]`)).toContain('Conditions read: app == "web"')
  })

  test('ICMP of the wrong family is named', () => {
    const message = (rule: string): string | undefined => built(np(ingress(rule))).diagnostics[0]?.message
    expect(message('protocol: ICMP, ipVersion: 6')).toContain('ICMP is of IPv4, and ipVersion is 6')
    expect(message('protocol: ICMPv6, ipVersion: 4')).toContain('ICMPv6 is of IPv6, and ipVersion is 4')
  })

  test.each([
    ['ingress: [ ]\negress: [{action: Allow}]', 'ingress'],
    ['ingress: [{action: Allow}]\negress: [ ]', 'egress'],
    ['egress: [ ]', 'egress'],
  ])('the empty list that may or may not count is pointed at: %j', (spec, direction) => {
    const side = built(np(spec))
    expect(showProblems(side)).toEqual(['policy-types-ambiguous at [ ]'])
    const [problem] = side.diagnostics
    expect(problem?.span.file.text.slice(0, problem.span.start).trimEnd().endsWith(`${direction}:`)).toBe(true)
  })
})

describe('networks of the own end', () => {
  const till =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: till, namespace: store}\nspec: {template: {metadata: {labels: {app: till}}, spec: {containers: [{name: main, image: till}]}}}'
  const elsewhere = gnp(
    'selector: app == "nobody"\ntypes: [Ingress]\ningress: [{action: Allow, source: {nets: ["2001:db8::44/128"]}}]',
  )
  const answers = (make: typeof np, nets: string): readonly string[] => {
    const reachability = reachOf(built(make(ingress(`destination: {nets: [${nets}]}`)), till, elsewhere))
    return ['world → till TCP 80', '2001:db8::44 → till TCP 80'].map((probe) => verdict(reachability, probe))
  }
  test('admit nobody of the other family', () => {
    expect(answers(np, '"fd00::/8"')).toEqual(['deny', 'unknown'])
    expect(answers(np, '10.0.0.0/8')).toEqual(['unknown', 'deny'])
    expect(answers(storedNp, '10.0.0.0/8, "fd00::/8"')).toEqual(['unknown', 'unknown'])
  })
})

describe('a selector with nothing in it is none', () => {
  check(
    ['""', 'null'].map((empty) => ({
      name: empty,
      policies: [np(from(`{selector: ${empty}, namespaceSelector: ${empty}}`))],
      allows: ['world → checkout TCP 80', 'auditor → checkout TCP 80'],
    })),
    calico(),
  )
})

describe('sets of networks', () => {
  const office = (nets: string): string =>
    manifest(
      'projectcalico.org/v3',
      'NetworkSet',
      '{name: desks, namespace: office, labels: {role: partner}}',
      `nets: [${nets}]`,
    )
  const own = networkSet('{role: partner}', '198.51.100.0/24')
  const others = globalSet('{role: rival}', '203.0.113.0/24')
  check(
    [
      {
        name: 'a selector finds those of its namespace that have the labels',
        policies: [np(from(`{${role}}`)), own, others, office('203.0.113.128/25')],
        allows: [partner],
        denies: ['203.0.113.9 → checkout TCP 80', '203.0.113.200 → checkout TCP 80', 'world → checkout TCP 80'],
      },
      {
        name: 'with a selector of namespaces those there',
        policies: [
          np(from(`{${role}, namespaceSelector: projectcalico.org/name == "office"}`)),
          own,
          office('203.0.113.128/25'),
        ],
        allows: ['203.0.113.200 → checkout TCP 80'],
        denies: [partner],
      },
      {
        name: 'global() finds none that has a namespace',
        policies: [
          np(from(`{${role}, namespaceSelector: global()}`)),
          own,
          globalSet('{role: partner}', '203.0.113.0/24'),
        ],
        allows: ['203.0.113.9 → checkout TCP 80'],
        denies: [partner],
      },
      {
        name: 'a policy of the cluster finds those of every namespace',
        policies: [gnp(from(`{${role}}`)), own, office('203.0.113.128/25')],
        allows: [partner, '203.0.113.200 → checkout TCP 80'],
        denies: ['203.0.113.9 → checkout TCP 80'],
      },
      {
        name: 'one with an entry that cannot be read may hold what is read, beside those that certainly do',
        policies: [gnp(from(`{${role}}`)), own, globalSet('{role: partner}', '203.0.113.0/24', '{{ .Values.net }}')],
        allows: [partner],
        unknown: ['203.0.113.9 → checkout TCP 80'],
        denies: ['world → checkout TCP 80'],
      },
      {
        name: 'none has an account, whatever is asked of its labels',
        policies: [gnp(from('{serviceAccounts: {selector: "!has(trusted)"}}')), own],
        denies: [partner],
      },
    ],
    calico(),
  )

  test('one that nobody declared leaves the rule open', () => {
    const side = built(np(egress(`destination: {${role}, namespaceSelector: global()}`)))
    expect(ruleEntries(side).map(({ effect }) => effect)).toEqual(['unknown'])
  })
})

describe('domains', () => {
  const shown = (rest: string, to: string): string =>
    certainConnections(
      reachOf(built(np(`${checkout}\n${egress(`destination: {domains: [Till.Example., bank.example]${rest}}`)}`))),
      'checkout',
      to,
    ).show()
  test.each([
    ['lie outside', '', 'world', 'every port (to bank.example), every port (to till.example)'],
    ['and no pod is meant', '', 'web', 'nothing'],
    [
      'in the networks beside them',
      ', nets: [192.0.2.0/24]',
      'world',
      'every port (to bank.example), every port (to till.example)',
    ],
    ['and not elsewhere', ', nets: [10.0.0.0/8]', 'world', 'nothing'],
  ])('%s', (_, rest, to, expected) => expect(shown(rest, to)).toBe(expected))
})

describe('what stands behind a Service', () => {
  const ledger = service('ledger', 'selector: {app: ledger}\nports: [{port: 80, targetPort: 5432}]')
  const behind = 'destination: {services: {name: ledger, namespace: store}}'
  const opened = (rule: string, ...more: readonly string[]): string =>
    verdict(reachOf(built(np(`${checkout}\n${egress(rule)}`), ...more)), 'checkout → ledger TCP 5432')
  test('is found in a rule of its own family', () => {
    expect(opened(`${behind}, ipVersion: 4`, ledger)).toBe('allow')
    expect(opened(`${behind}, ipVersion: 6`, ledger)).toBe('deny')
  })

  test('is nothing where it serves no port, or is not there', () => {
    for (const more of [[], [service('ledger', 'selector: {app: ledger}')]])
      expect(ruleEntries(built(np(egress(behind)), ...more))).toEqual([])
  })

  const slice = (rest: string, name = 'ledger-1'): string =>
    `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ${name}, namespace: store, labels: {kubernetes.io/service-name: ledger}}\naddressType: IPv4\n${rest}`
  const bare = service('ledger', 'ports: [{port: 5432}]')
  check(
    [
      {
        name: 'are the addresses that are listed for it and ready, on the ports listed with them',
        policies: [
          np(`${checkout}\n${egress(behind)}`),
          bare,
          slice(
            'endpoints: [{addresses: [192.0.2.44]}, {addresses: [192.0.2.45], conditions: {ready: false}}, {addresses: [192.0.2.46], conditions: {ready: true}}]\nports: [{port: 5432}, {port: 53, protocol: UDP}]',
          ),
          slice('endpoints: [{addresses: [192.0.2.50]}]\nports: [{port: 1}]', 'another').replace(
            'service-name: ledger',
            'service-name: till',
          ),
        ],
        allows: ['checkout → 192.0.2.44 TCP 5432', 'checkout → 192.0.2.44 UDP 53', 'checkout → 192.0.2.46 TCP 5432'],
        denies: [
          'checkout → 192.0.2.45 TCP 5432',
          'checkout → 192.0.2.44 TCP 53',
          'checkout → 192.0.2.50 TCP 1',
          'checkout → ledger TCP 5432',
        ],
      },
      {
        name: 'a slice without readable ports or addresses opens nothing',
        policies: [
          np(`${checkout}\n${egress(behind)}`),
          bare,
          slice('endpoints: [{addresses: [192.0.2.44]}]\nports: [{port: 5432, protocol: ICMP}, {name: till}]'),
          slice('endpoints: [{addresses: [till.example]}]\nports: [{port: 5432}]', 'another'),
        ],
        denies: ['checkout → 192.0.2.44 TCP 5432', 'checkout → world TCP 5432'],
      },
      {
        name: 'a machine is only meant where a pod behind it is on its network',
        policies: [
          np(`${checkout}\n${egress(behind)}`),
          ledger,
          pod('drone', 'store', '{app: drone}', '{hostNetwork: true, nodeName: shelf}', '192.168.40.5'),
          pod('ledger-2', 'office', '{app: ledger}', '{hostNetwork: true, nodeName: shelf}', '192.168.40.5'),
        ],
        allows: ['checkout → ledger TCP 5432'],
        denies: ['checkout → 192.168.40.5 TCP 5432'],
      },
    ],
    calico(),
  )
})

describe('the own end of a rule', () => {
  const all = 'selector: has(app)'
  const onto = (entity: string): string => gnp(`${all}\n${ingress(`destination: ${entity}`)}`)
  const till =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: till, namespace: store}\nspec: {template: {metadata: {labels: {app: till}}, spec: {containers: [{name: main, image: till}]}}}'
  check(
    [
      {
        name: 'by labels it is certain, whatever its address',
        policies: [onto('{selector: app == "till"}'), till],
        allows: ['web → till TCP 80'],
        denies: ['web → checkout TCP 80'],
      },
      {
        name: 'without networks',
        policies: [onto('{notNets: [10.20.1.3/32]}')],
        allows: ['web → checkout TCP 80'],
        denies: ['web → ledger TCP 80'],
      },
      {
        name: 'within networks',
        policies: [onto('{nets: [10.20.1.3/32]}')],
        allows: ['web → ledger TCP 80'],
        denies: ['web → checkout TCP 80'],
      },
      {
        name: 'that cannot be read may be any',
        policies: [onto('{nets: ["{{ .Values.net }}"]}')],
        unknown: ['web → checkout TCP 80'],
        allows: ['web → visitor TCP 80'],
      },
      {
        name: 'with networks, by the labels of a set only within them',
        policies: [
          onto('{selector: role == "counter", nets: [10.20.1.2/32]}'),
          globalSet('{role: counter}', '10.20.1.2/32', '10.20.1.3/32'),
        ],
        allows: ['web → checkout TCP 80'],
        denies: ['web → ledger TCP 80'],
      },
      {
        name: 'is no pod where it lives in no namespace',
        policies: [onto('{namespaceSelector: global()}')],
        denies: ['web → checkout TCP 80', 'web → ledger TCP 80'],
      },
    ],
    calico(),
  )
})

describe('what a policy is called and where it stands', () => {
  test('isolation by its types, else its selector, else its name', () => {
    const places = (spec: string): readonly string[] =>
      built(np(spec)).input.entries.map(({ origin }) => `${origin.rule} (${origin.index}): ${textOf(origin.span)}`)
    expect(places('types: [Ingress]\nselector: all()')).toEqual([
      'isolates its pods for ingress (-1): types: [Ingress]',
    ])
    expect(places('selector: all()')).toEqual(['isolates its pods for ingress (-1): selector: all()'])
    expect(places('order: 5')).toEqual(['isolates its pods for ingress (-1): rules'])
    expect(places('types: [Egress]\negress: [{action: Log}, {action: Deny}]')).toEqual([
      'isolates its pods for egress (-1): types: [Egress]',
      'egress rule 2 (1): {action: Deny}',
    ])
  })

  test('isolation opens no port, and is unknown where nobody knows whose', () => {
    const effects = (spec: string): readonly unknown[] =>
      built(np(spec)).input.entries.map(({ effect, origin }) => [effect, origin.ports])
    expect(effects('selector: app == "till"')).toEqual([['exact', []]])
    expect(effects('selector: app = "till"')).toEqual([['unknown', []]])
  })

  test('an account without namespace lands where the apply command puts it', () => {
    const bare = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: till, labels: {trusted: "yes"}}\n'
    const side = built(
      gnp(from('{serviceAccounts: {selector: trusted == "yes"}}')),
      bare,
      account('desk', 'store', '{trusted: "no"}'),
      pod('till', 'default', '{app: till}', '{serviceAccountName: till}', '10.20.9.9'),
      pod('desk', 'store', '{app: desk}', '{serviceAccountName: desk}', '10.20.1.9'),
    )
    expect(verdict(reachOf(side), 'till → checkout TCP 80')).toBe('allow')
    expect(verdict(reachOf(side), 'desk → checkout TCP 80')).toBe('deny')
  })

  test('of a stored object the hint says that nothing checks it', () => {
    const hints = (spec: string): readonly string[] => built(storedNp(spec)).diagnostics.map(({ hint }) => hint)
    const unchecked = 'Nothing checks objects of crd.projectcalico.org: the data plane leaves out what it cannot read.'
    expect(hints(ingress('protocol: 0'))).toEqual([unchecked])
    expect(hints('order: "10"\ntypes: [Ingress]')).toEqual([
      `Remove the quotes, or leave order out for the last place. ${unchecked}`,
    ])
  })
})

describe('rules for the traffic of machines', () => {
  const gate = manifest('projectcalico.org/v3', 'HostEndpoint', '{name: gate}', 'node: shelf\ninterfaceName: eth0')
  const told = (flags: string): readonly string[] => {
    const { diagnostics } = built(gate, gnp(`${flags}types: [Ingress]`))
    return diagnostics.map(({ message }) => message)
  }
  test.each([
    ['applyOnForward: true\n', ['what a host endpoint forwards is not modelled']],
    ['applyOnForward: true\ndoNotTrack: true\n', ['what doNotTrack does on host endpoints is not modelled']],
    ['applyOnForward: false\npreDNAT: false\n', []],
    ['', []],
  ])('%j', (flags, messages) => {
    expect(told(flags).map((message) => message.replace(/^.*?: | ?: the policy.*$/g, ''))).toEqual(messages)
  })

  test.each([
    ['egress rules', 'egress: [{action: Deny}]', ['policy-flags-invalid at preDNAT: true']],
    ['the type Egress', 'types: [Egress]', ['policy-flags-invalid at preDNAT: true']],
    ['ingress alone', 'types: [Ingress]', []],
  ])('before translation beside %s', (_, rest, problems) => {
    for (const make of [gnp, storedGnp])
      expect(showProblems(built(make(`applyOnForward: true\npreDNAT: true\n${rest}`)))).toEqual(problems)
  })
})
