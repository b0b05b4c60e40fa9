import { describe, expect, test } from 'vitest'
import { manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const cluster = (rest: string): string => `tier: Admin\npriority: 1\n${rest}`
const old = (rest: string): string => `priority: 1\n${rest}`
const oldBaseline = (rest: string): string =>
  manifest('policy.networking.k8s.io/v1alpha1', 'BaselineAdminNetworkPolicy', '{name: default}', rest)
const store = 'subject: {namespaces: {matchLabels: {team: store}}}'
const peer = '{namespaces: {}}'

type Kind = 'ANP' | 'BANP' | 'CNP'
const specs: Readonly<Record<Kind, (rest: string) => string>> = { ANP: old, BANP: oldBaseline, CNP: cluster }

/** The rest of a spec of each kind with a rule in the given direction. */
const ingress = (rule: string): string => `${store}\ningress: [{action: Deny, ${rule}}]`
const egress = (rule: string): string => `${store}\negress: [{action: Deny, ${rule}}]`
const times = (count: number, text: string): string => Array.from({ length: count }, () => text).join(', ')
const cidrs = (count: number): string => Array.from({ length: count }, (_, index) => `10.0.${index}.0/24`).join(', ')
const names = (count: number): string => Array.from({ length: count }, (_, index) => `t${index}.example`).join(', ')

interface Refusal {
  readonly name: string
  readonly kinds: readonly Kind[]
  readonly rest: string
  readonly problems: readonly string[]
}

const every: readonly Kind[] = ['ANP', 'BANP', 'CNP']
const v1alpha1: readonly Kind[] = ['ANP', 'BANP']

const refused: readonly Refusal[] = [
  { name: '69. A4 no subject', kinds: every, rest: 'ingress: []', problems: ['subject-invalid at %name'] },
  { name: '69. A4 an empty subject', kinds: every, rest: 'subject: {}', problems: ['subject-invalid at {}'] },
  {
    name: '69. A4 a subject of both forms',
    kinds: every,
    rest: 'subject: {namespaces: {}, pods: {namespaceSelector: {}, podSelector: {}}}',
    problems: ['subject-invalid at {namespaces: {}, pods: {namespaceSelector: {}, podSelector: {}}}'],
  },
  {
    name: '62. A5 the word of the newer version',
    kinds: v1alpha1,
    rest: `${store}\ningress: [{action: Accept, from: [${peer}]}]`,
    problems: ['action-invalid at Accept'],
  },
  {
    name: '62. A5 the word of the older version',
    kinds: ['CNP'],
    rest: `${store}\ningress: [{action: Allow, from: [${peer}]}]`,
    problems: ['action-invalid at Allow'],
  },
  {
    name: '62. A5 Pass in the last tier of v1alpha1',
    kinds: ['BANP'],
    rest: `${store}\negress: [{action: Pass, to: [${peer}]}]`,
    problems: ['action-invalid at Pass'],
  },
  {
    name: 'A5 an action in lower case',
    kinds: every,
    rest: `${store}\ningress: [{action: deny, from: [${peer}]}]`,
    problems: ['action-invalid at deny'],
  },
  {
    name: 'A5 no action',
    kinds: every,
    rest: `${store}\ningress: [{from: [${peer}]}]`,
    problems: [`action-invalid at {from: [${peer}]}`],
  },
  { name: '67. A6 an empty from', kinds: every, rest: ingress('from: []'), problems: ['list-invalid at []'] },
  { name: '67. A6 an empty to', kinds: every, rest: egress('to: []'), problems: ['list-invalid at []'] },
  {
    name: 'A6 no peers',
    kinds: every,
    rest: ingress('name: till'),
    problems: ['list-invalid at {action: Deny, name: till}'],
  },
  {
    name: 'A6 more peers than 25',
    kinds: ['CNP'],
    rest: ingress(`from: [${times(26, peer)}]`),
    problems: [`list-invalid at [${times(26, peer)}]`],
  },
  {
    name: 'A6 more peers than 100',
    kinds: v1alpha1,
    rest: ingress(`from: [${times(101, peer)}]`),
    problems: [`list-invalid at [${times(101, peer)}]`],
  },
  { name: 'A7 an empty peer', kinds: every, rest: ingress('from: [{}]'), problems: ['peer-invalid at {}'] },
  {
    name: 'A7 a peer of two kinds',
    kinds: every,
    rest: egress('to: [{namespaces: {}, networks: [10.0.0.0/8]}]'),
    problems: ['peer-invalid at {namespaces: {}, networks: [10.0.0.0/8]}'],
  },
  {
    name: '67. A8 an empty list of ports',
    kinds: v1alpha1,
    rest: ingress(`from: [${peer}], ports: []`),
    problems: ['list-invalid at []'],
  },
  {
    name: '67. A8 an empty list of protocols',
    kinds: ['CNP'],
    rest: ingress(`from: [${peer}], protocols: []`),
    problems: ['list-invalid at []'],
  },
  {
    name: 'A8 more protocols than 25',
    kinds: ['CNP'],
    rest: ingress(`from: [${peer}], protocols: [${times(26, '{destinationNamedPort: http}')}]`),
    problems: [`list-invalid at [${times(26, '{destinationNamedPort: http}')}]`],
  },
  {
    name: 'A9 an empty port',
    kinds: v1alpha1,
    rest: ingress(`from: [${peer}], ports: [{}]`),
    problems: ['port-invalid at {}'],
  },
  {
    name: 'A9 a port of two kinds',
    kinds: v1alpha1,
    rest: ingress(`from: [${peer}], ports: [{namedPort: http, portNumber: {port: 80}}]`),
    problems: ['port-invalid at {namedPort: http, portNumber: {port: 80}}'],
  },
  {
    name: 'A9 an empty protocol',
    kinds: ['CNP'],
    rest: ingress(`from: [${peer}], protocols: [{}]`),
    problems: ['port-invalid at {}'],
  },
  {
    name: 'A9 a port by number and range',
    kinds: ['CNP'],
    rest: ingress(`from: [${peer}], protocols: [{tcp: {destinationPort: {number: 80, range: {start: 80, end: 81}}}}]`),
    problems: ['port-invalid at {number: 80, range: {start: 80, end: 81}}'],
  },
  {
    name: 'A10 port 0',
    kinds: v1alpha1,
    rest: ingress(`from: [${peer}], ports: [{portNumber: {port: 0}}]`),
    problems: ['port-invalid at 0'],
  },
  {
    name: 'A10 a range beyond every port',
    kinds: v1alpha1,
    rest: ingress(`from: [${peer}], ports: [{portRange: {start: 80, end: 65536}}]`),
    problems: ['port-invalid at 65536'],
  },
  {
    name: 'A10 port 65536',
    kinds: ['CNP'],
    rest: ingress(`from: [${peer}], protocols: [{udp: {destinationPort: {number: 65536}}}]`),
    problems: ['port-invalid at 65536'],
  },
  {
    name: 'A11 a range that is turned round',
    kinds: ['CNP'],
    rest: ingress(`from: [${peer}], protocols: [{sctp: {destinationPort: {range: {start: 81, end: 80}}}}]`),
    problems: ['port-range-reversed at {start: 81, end: 80}'],
  },
  { name: 'A12 no network', kinds: every, rest: egress('to: [{networks: []}]'), problems: ['list-invalid at []'] },
  {
    name: 'A12 more networks than 25',
    kinds: every,
    rest: egress(`to: [{networks: [${cidrs(26)}]}]`),
    problems: [`list-invalid at [${cidrs(26)}]`],
  },
  {
    name: 'A12 a network twice',
    kinds: every,
    rest: egress('to: [{networks: [10.0.0.0/8, 192.0.2.0/24, 10.0.0.0/8]}]'),
    problems: ['list-invalid at 10.0.0.0/8'],
  },
  ...['10.0.0.1', '010.0.0.0/8', '"::ffff:10.0.0.0/104"'].map((cidr) => ({
    name: `A12 no CIDR: ${cidr}`,
    kinds: every,
    rest: egress(`to: [{networks: [${cidr}]}]`),
    problems: [`cidr-invalid at ${cidr}`],
  })),
  {
    name: 'A13 no domain name',
    kinds: ['CNP'],
    rest: `${store}\negress: [{action: Accept, to: [{domainNames: []}]}]`,
    problems: ['list-invalid at []'],
  },
  {
    name: 'A13 more domain names than 25',
    kinds: ['CNP'],
    rest: `${store}\negress: [{action: Accept, to: [{domainNames: [${names(26)}]}]}]`,
    problems: [`list-invalid at [${names(26)}]`],
  },
  {
    name: 'A13 a domain name twice',
    kinds: ['ANP'],
    rest: `${store}\negress: [{action: Allow, to: [{domainNames: [bank.example, bank.example]}]}]`,
    problems: ['list-invalid at bank.example'],
  },
  ...['bank.*.example', '"*bank.example"', '"*"', 'bank..example', 'https://bank.example'].map((name) => ({
    name: `A13 no domain name: ${name}`,
    kinds: ['ANP'] as const,
    rest: `${store}\negress: [{action: Allow, to: [{domainNames: [${name}]}]}]`,
    problems: [`domain-name-invalid at ${name}`],
  })),
  ...['networks: [10.0.0.0/8]', 'nodes: {}'].map((field) => ({
    name: `A14 a port name beside ${field}`,
    kinds: v1alpha1,
    rest: egress(`to: [{${field}}], ports: [{namedPort: http}]`),
    problems: ['named-port-misplaced at {namedPort: http}'],
  })),
  {
    name: 'A14 a port name beside domain names',
    kinds: ['CNP'],
    rest: `${store}\negress: [{action: Accept, to: [{domainNames: [bank.example]}], protocols: [{destinationNamedPort: http}]}]`,
    problems: ['named-port-misplaced at {destinationNamedPort: http}'],
  },
  {
    name: 'A15 more rules than 25',
    kinds: ['CNP'],
    rest: `${store}\ningress: [${times(26, `{action: Deny, from: [${peer}]}`)}]`,
    problems: [`list-invalid at [${times(26, `{action: Deny, from: [${peer}]}`)}]`],
  },
  {
    name: 'A15 more rules than 100',
    kinds: v1alpha1,
    rest: `${store}\negress: [${times(101, `{action: Deny, to: [${peer}]}`)}]`,
    problems: [`list-invalid at [${times(101, `{action: Deny, to: [${peer}]}`)}]`],
  },
  {
    name: 'A15 a rule name of 101 characters',
    kinds: every,
    rest: ingress(`name: ${'x'.repeat(101)}, from: [${peer}]`),
    problems: [`policy-name-invalid at ${'x'.repeat(101)}`],
  },
  {
    name: 'A16 pods without podSelector',
    kinds: every,
    rest: ingress('from: [{pods: {namespaceSelector: {}}}]'),
    problems: ['peer-invalid at {namespaceSelector: {}}'],
  },
  {
    name: 'A16 pods without namespaceSelector',
    kinds: v1alpha1,
    rest: ingress('from: [{pods: {podSelector: {}}}]'),
    problems: ['peer-invalid at {podSelector: {}}'],
  },
  {
    name: 'a label value that is no text',
    kinds: every,
    rest: ingress('from: [{namespaces: {matchLabels: {live: yes}}}]'),
    problems: ['label-not-string at yes'],
  },
  {
    name: 'a value of a condition that is no text',
    kinds: every,
    rest: ingress('from: [{namespaces: {matchExpressions: [{key: floor, operator: In, values: [2]}]}}]'),
    problems: ['selector-invalid at {key: floor, operator: In, values: [2]}'],
  },
  {
    name: 'A17 a condition without operator',
    kinds: every,
    rest: ingress('from: [{namespaces: {matchExpressions: [{key: team}]}}]'),
    problems: ['selector-invalid at {key: team}'],
  },
  {
    name: 'A17 a condition without key',
    kinds: every,
    rest: ingress('from: [{namespaces: {matchExpressions: [{operator: Exists}]}}]'),
    problems: ['selector-invalid at {operator: Exists}'],
  },
]

const cases = refused.flatMap(({ name, kinds, rest, problems }) =>
  kinds.map((kind) => ({ name: `${name}, ${kind}`, spec: specs[kind](rest), kind, problems })),
)

describe('what the API server refuses is reported where it stands', () => {
  test.each(cases)('$name', ({ spec, kind, problems }) => {
    const built = storeWith([spec])
    const own = kind === 'BANP' ? 'default' : 'policy-0'
    expect(showProblems(built)).toEqual(problems.map((problem) => problem.replace('%name', own)))
  })

  test('61. A1 the Baseline policy of v1alpha1 under another name', () => {
    const built = storeWith([
      manifest(
        'policy.networking.k8s.io/v1alpha1',
        'BaselineAdminNetworkPolicy',
        '{name: base}',
        'subject: {namespaces: {}}',
      ),
    ])
    expect(showProblems(built)).toEqual(['policy-name-invalid at base'])
  })

  test.each(['-1', '1001', '1.5', '"5"'])('66. A2 priority %s', (priority) => {
    expect(showProblems(storeWith([`priority: ${priority}\n${store}`]))).toEqual([`priority-invalid at ${priority}`])
    expect(showProblems(storeWith([`tier: Baseline\npriority: ${priority}\n${store}`]))).toEqual([
      `priority-invalid at ${priority}`,
    ])
  })

  test('66. A2 no priority', () => {
    expect(showProblems(storeWith([`tier: Admin\n${store}`]))).toEqual(['priority-invalid at policy-0'])
  })

  test.each([0, 1000])('66. priority %i is one', (priority) => {
    expect(showProblems(storeWith([`priority: ${priority}\n${store}`]))).toEqual([])
  })

  test.each(['admin', 'BASELINE', 'Default'])('68. A3 tier %s', (tier) => {
    expect(showProblems(storeWith([`tier: ${tier}\npriority: 1\n${store}`]))).toEqual([`tier-invalid at ${tier}`])
  })

  test('68. A3 no tier', () => {
    const built = storeWith([
      manifest('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', '{name: till}', `priority: 1\n${store}`),
    ])
    expect(showProblems(built)).toEqual(['tier-invalid at till'])
  })

  test('A11 v1alpha1 takes a range that is turned round, which matches nothing', () => {
    const built = storeWith([old(ingress(`from: [${peer}], ports: [{portRange: {start: 81, end: 80}}]`))])
    expect(showProblems(built)).toEqual(['port-range-reversed at {start: 81, end: 80}'])
    expect(built.diagnostics[0]?.effect).toBe('none')
  })

  test('A12 host bits are no refusal', () => {
    const built = storeWith([cluster(egress('to: [{networks: [10.1.2.3/8]}]'))])
    expect(showProblems(built)).toEqual(['cidr-host-bits at 10.1.2.3/8'])
    expect(built.diagnostics[0]?.effect).toBe('none')
  })

  test.each([
    ['Deny', 'deny'],
    ['Pass', 'deny'],
    ['Accept', 'allow'],
  ])('an operator the API server lets through fails closed: %s', (action, answer) => {
    const bad = '{namespaces: {matchExpressions: [{key: team, operator: in, values: [office]}]}}'
    const built = storeWith([cluster(`${store}\ningress: [{action: ${action}, from: [${bad}]}]`)])
    expect(showProblems(built)).toEqual(['selector-invalid at {key: team, operator: in, values: [office]}'])
    expect(verdict(reachOf(built), 'visitor → web TCP 8080')).toBe(answer)
  })

  test('a selector that a template writes may be anything', () => {
    const open = '{namespaces: {matchExpressions: [{key: team, operator: In, values: ["{{ .Values.team }}"]}]}}'
    const built = storeWith([cluster(`${store}\ningress: [{action: Deny, from: [${open}]}]`)])
    expect(verdict(reachOf(built), 'visitor → web TCP 8080')).toBe('unknown')
  })

  test('what is refused may not be there at all', () => {
    const all = cases.filter(({ name }) => !/^A14/.test(name))
    const certain = all.filter(({ spec }) => storeWith([spec]).input.entries.some(({ exists }) => exists === 'yes'))
    expect(certain.map(({ name }) => name)).toEqual([])
  })
})
