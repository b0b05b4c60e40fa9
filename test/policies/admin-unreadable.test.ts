import { describe, expect, test } from 'vitest'
import { peersIn } from '../../src/policies/entry.ts'
import { textOf } from '../../src/source/span.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'

const store = 'subject: {namespaces: {matchLabels: {team: store}}}'
const office = '{namespaces: {matchLabels: {team: office}}}'
const template = '"{{ .Values.till }}"'
const cluster = (rules: string): string => `tier: Admin\npriority: 1\n${store}\n${rules}`
const old = (rules: string): string => `priority: 1\n${store}\n${rules}`
const protocols = (item: string): string =>
  cluster(`ingress: [{action: Deny, from: [${office}], protocols: [${item}]}]`)
const ports = (item: string): string => old(`ingress: [{action: Deny, from: [${office}], ports: [${item}]}]`)
const many = (item: string, count: number): string => Array(count).fill(item).join(', ')
const number = (rest: string): string => `{tcp: {destinationPort: {number: ${rest}}}}`

describe('what a template writes is unknown and not refused', () => {
  const templated = [
    {
      name: 'the subject',
      spec: `tier: Admin\npriority: 1\nsubject: ${template}\ningress: [{action: Deny, from: [${office}]}]`,
    },
    { name: 'the peers', spec: cluster(`ingress: [{action: Deny, from: ${template}}]`) },
    { name: 'a peer', spec: cluster(`ingress: [{action: Deny, from: [${template}]}]`) },
    { name: 'the ports', spec: cluster(`ingress: [{action: Deny, from: [${office}], protocols: ${template}}]`) },
    { name: 'a port', spec: protocols(template) },
    { name: 'a port beside another', spec: protocols(`${number('80')}, ${template}`) },
    { name: 'a port name', spec: protocols(`{destinationNamedPort: ${template}}`) },
    { name: 'a port number', spec: protocols(number(template)) },
    {
      name: 'the start of a range',
      spec: protocols(`{tcp: {destinationPort: {range: {start: ${template}, end: 9000}}}}`),
    },
    { name: 'the end of a range', spec: protocols(`{tcp: {destinationPort: {range: {start: 80, end: ${template}}}}}`) },
    { name: 'a protocol of v1alpha1', spec: ports(`{portNumber: {protocol: ${template}, port: 80}}`) },
    { name: 'a port number of v1alpha1', spec: ports(`{portNumber: {port: ${template}}}`) },
    {
      name: 'the protocol of a range of v1alpha1',
      spec: ports(`{portRange: {protocol: ${template}, start: 80, end: 90}}`),
    },
    { name: 'the start of a range of v1alpha1', spec: ports(`{portRange: {start: ${template}, end: 90}}`) },
    { name: 'the end of a range of v1alpha1', spec: ports(`{portRange: {start: 80, end: ${template}}}`) },
  ]

  test.each(templated)('$name', ({ spec }) => {
    const built = storeWith([spec])
    expect(showProblems(built)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(built), 'auditor → web TCP 85')).toBe('unknown')
    expect(new Set(built.input.entries.map(({ exists }) => exists))).toEqual(new Set(['yes']))
  })

  test.each([
    { name: 'the networks', peer: `{networks: ${template}}` },
    { name: 'a network', peer: `{networks: [198.51.100.0/24, ${template}]}` },
    { name: 'the domain names', peer: `{domainNames: ${template}}` },
    { name: 'a domain name', peer: `{domainNames: [bank.example, ${template}]}` },
  ])('$name', ({ peer }) => {
    const built = storeWith([
      cluster(`egress: [{action: Accept, to: [${peer}]}]`),
      'podSelector: {}\npolicyTypes: [Egress]',
    ])
    expect(showProblems(built)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(built), 'web → world TCP 443')).toBe('unknown')
  })

  test('an action: denied, allowed or handed on', () => {
    const built = storeWith([cluster(`ingress: [{action: ${template}, from: [${office}]}]`)])
    expect(showProblems(built)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(built), 'auditor → web TCP 85')).toBe('unknown')
    expect(verdict(reachOf(built), 'visitor → web TCP 85')).toBe('allow')
  })

  test('the priority: what comes first is then open', () => {
    const built = storeWith([
      `tier: Admin\npriority: ${template}\n${store}\ningress: [{action: Deny, from: [${office}]}]`,
      `tier: Admin\npriority: 1\n${store}\ningress: [{action: Accept, from: [${office}]}]`,
    ])
    expect(showProblems(built)).toEqual([`template-value at ${template}`])
    expect(verdict(reachOf(built), 'auditor → web TCP 80')).toBe('unknown')
  })

  test('the whole spec is told', () => {
    const header = 'apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: till}\n'
    expect(showProblems(storeWith([`${header}spec: ${template}\n`]))).toContain(`template-value at ${template}`)
  })

  test('a template elsewhere in the file does not make a bad selector readable', () => {
    const bad = '{namespaces: {matchExpressions: [{key: team, operator: in, values: [office]}]}}'
    const built = storeWith([cluster(`ingress: [{name: ${template}, action: Deny, from: [${bad}]}]`)])
    expect(verdict(reachOf(built), 'visitor → web TCP 8080')).toBe('deny')
  })
})

describe('a field that does not exist is reported where it stands', () => {
  const object = (kind: string, version: string, rest: string): string =>
    `apiVersion: policy.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: till}\n${rest}`

  test.each([
    {
      name: 'of the object',
      spec: object(
        'ClusterNetworkPolicy',
        'v1alpha2',
        'sign: open\nspec: {tier: Admin, priority: 1, subject: {namespaces: {}}}\n',
      ),
    },
    { name: 'of the spec', spec: `${cluster('ingress: []')}\nsign: open` },
    { name: 'of the subject', spec: 'tier: Admin\npriority: 1\nsubject: {namespaces: {}, sign: open}' },
    { name: 'of pods', spec: 'tier: Admin\npriority: 1\nsubject: {pods: {podSelector: {}, sign: open}}' },
    { name: 'of a rule', spec: cluster(`ingress: [{action: Deny, from: [${office}], sign: open}]`) },
    { name: 'of a peer', spec: cluster('egress: [{action: Deny, to: [{namespaces: {}, sign: open}]}]') },
    { name: 'of a protocol item', spec: protocols('{destinationNamedPort: http, sign: open}') },
    { name: 'of a protocol', spec: protocols('{tcp: {destinationPort: {number: 80}, sign: open}}') },
    { name: 'of a destination port', spec: protocols('{tcp: {destinationPort: {number: 80, sign: open}}}') },
    { name: 'of a range', spec: protocols('{tcp: {destinationPort: {range: {start: 80, end: 90, sign: open}}}}') },
    { name: 'of a port of v1alpha1', spec: ports('{namedPort: http, sign: open}') },
    { name: 'of a port number of v1alpha1', spec: ports('{portNumber: {port: 80, sign: open}}') },
    { name: 'of a port range of v1alpha1', spec: ports('{portRange: {start: 80, end: 90, sign: open}}') },
  ])('$name', ({ spec }) => {
    expect(showProblems(storeWith([spec]))).toEqual(['unknown-field at sign: open'])
  })
})

describe('what cannot be read may be anything', () => {
  test.each([
    {
      name: 'ports that are no list',
      spec: protocols('').replace('[]', '{tcp: {}}'),
      problem: 'field-type at {tcp: {}}',
    },
    { name: 'an item of no kind', spec: protocols('{}'), problem: 'port-invalid at {}' },
    { name: 'an empty port name', spec: protocols('{destinationNamedPort: ""}'), problem: 'port-invalid at ""' },
    {
      name: 'a port name that is no text',
      spec: protocols('{destinationNamedPort: {}}'),
      problem: 'port-invalid at {}',
    },
    {
      name: 'an empty destination port',
      spec: protocols('{tcp: {destinationPort: {}}}'),
      problem: 'port-invalid at {}',
    },
    { name: 'port 0', spec: protocols(number('0')), problem: 'port-invalid at 0' },
    { name: 'port 0 of v1alpha1', spec: ports('{portNumber: {port: 0}}'), problem: 'port-invalid at 0' },
    {
      name: 'no start',
      spec: protocols('{tcp: {destinationPort: {range: {end: 90}}}}'),
      problem: 'port-invalid at {end: 90}',
    },
    {
      name: 'no end',
      spec: protocols('{tcp: {destinationPort: {range: {start: 80}}}}'),
      problem: 'port-invalid at {start: 80}',
    },
    { name: 'no start in v1alpha1', spec: ports('{portRange: {end: 90}}'), problem: 'port-invalid at {end: 90}' },
    { name: 'no end in v1alpha1', spec: ports('{portRange: {start: 80}}'), problem: 'port-invalid at {start: 80}' },
    {
      name: 'a protocol in lower case',
      spec: ports('{portNumber: {protocol: udp, port: 80}}'),
      problem: 'protocol-invalid at udp',
    },
    {
      name: 'a protocol that is no text',
      spec: ports('{portNumber: {protocol: [], port: 80}}'),
      problem: 'protocol-invalid at []',
    },
    {
      name: 'the protocol of a range',
      spec: ports('{portRange: {protocol: udp, start: 80, end: 90}}'),
      problem: 'protocol-invalid at udp',
    },
    {
      name: 'an action',
      spec: cluster(`ingress: [{action: deny, from: [${office}]}]`),
      problem: 'action-invalid at deny',
    },
    {
      name: 'peers that are no list',
      spec: cluster(`ingress: [{action: Deny, from: ${office}}]`),
      problem: `field-type at ${office}`,
    },
  ])('$name', ({ spec, problem }) => {
    const built = storeWith([spec])
    expect(showProblems(built)).toEqual([problem])
    for (const port of [85, 443]) expect(verdict(reachOf(built), `auditor → web TCP ${port}`)).toBe('unknown')
  })

  test.each([
    { name: 'a rule', spec: cluster('ingress: [office]'), at: 'office' },
    { name: 'a peer', spec: cluster('ingress: [{action: Deny, from: [office]}]'), at: 'office' },
    { name: 'a port', spec: protocols('80'), at: '80' },
    { name: 'the subject', spec: 'tier: Admin\npriority: 1\nsubject: web', at: 'web' },
  ])('$name that is no object is refused', ({ spec, at }) => {
    const side = storeWith([spec])
    expect(showProblems(side)).toContain(`field-type at ${at}`)
    for (const { exists } of side.input.entries) expect(exists).toBe('unknown')
  })

  test('a selector of a CRD with a value that is no text', () => {
    const peer = '{namespaces: {matchExpressions: [{key: team, operator: In, values: [office, 5]}]}}'
    for (const { exists } of storeWith([cluster(`ingress: [{action: Deny, from: [${peer}]}]`)]).input.entries)
      expect(exists).toBe('unknown')
  })

  test('rules that are no list', () => {
    expect(showProblems(storeWith([cluster('ingress: {from: []}')]))).toEqual(['field-type at {from: []}'])
  })

  test.each(['networks', 'domainNames'])('%s that are no list', (field) => {
    const built = storeWith([
      cluster(`egress: [{action: Accept, to: [{${field}: {all: here}}]}]`),
      'podSelector: {}\npolicyTypes: [Egress]',
    ])
    expect(showProblems(built)).toEqual(['field-type at {all: here}'])
    expect(verdict(reachOf(built), 'web → world TCP 443')).toBe('unknown')
  })

  test.each(['Deny', 'Pass'])('domain names are for rules that allow: %s', (action) => {
    const peer = '{domainNames: [bank.example]}'
    const built = storeWith([
      old(`egress: [{action: ${action}, to: [${peer}]}, {action: Deny, to: [{networks: [0.0.0.0/0]}]}]`),
    ])
    expect(showProblems(built)).toEqual([`domain-names-need-allow at ${peer}`])
    expect(verdict(reachOf(built), 'web → world TCP 443')).toBe(action === 'Deny' ? 'deny' : 'unknown')
  })

  test('beside a name that is none the others do not stand for all that is meant', () => {
    const built = storeWith([
      cluster('egress: [{action: Accept, to: [{domainNames: [bank.example, "*"]}]}]'),
      'podSelector: {}\npolicyTypes: [Egress]',
    ])
    expect(verdict(reachOf(built), 'web → world TCP 443')).toBe('unknown')
  })
})

describe('a peer that controllers do not know fails closed', () => {
  const denied = (peers: string, direction: 'from' | 'to' = 'to'): BuiltSide =>
    storeWith([cluster(`${direction === 'to' ? 'egress' : 'ingress'}: [{action: Deny, ${direction}: [${peers}]}]`)])
  const bad = 'matchExpressions: [{key: team, operator: in, values: [office]}]'

  test.each([
    { name: 'beside one they know', peers: `${office}, {namespaces: {${bad}}}` },
    { name: 'with bad labels of pods', peers: `{pods: {podSelector: {${bad}}}}` },
    { name: 'with bad labels of namespaces', peers: `{pods: {namespaceSelector: {${bad}}, podSelector: {}}}` },
    { name: 'with bad labels of machines', peers: `{nodes: {${bad}}}` },
  ])('$name', ({ peers }) => {
    expect(verdict(reachOf(denied(peers)), 'web → world TCP 443')).toBe('deny')
  })

  test.each(['{}', 'null', '{namespaces: {}, networks: [192.0.2.0/24]}'])(
    '%s is none of them: it may be anybody',
    (peer) => {
      const entries = denied(peer).input.entries
      expect(entries.map(({ peers }) => peers)).toEqual([[expect.objectContaining({ kind: 'unreadable' })]])
    },
  )
})

describe('the ends of what is taken', () => {
  test.each([1, 65_535])('port %i', (port) => {
    const built = storeWith([protocols(number(`${port}`))])
    expect(showProblems(built)).toEqual([])
    expect(verdict(reachOf(built), `auditor → web TCP ${port}`)).toBe('deny')
  })

  test('a rule name of 100 characters', () => {
    const rule = `{name: ${'x'.repeat(100)}, action: Deny, from: [${office}]}`
    expect(showProblems(storeWith([cluster(`ingress: [${rule}]`)]))).toEqual([])
  })

  test.each([
    { name: '100 peers of v1alpha1', spec: old(`ingress: [{action: Deny, from: [${many(office, 100)}]}]`) },
    { name: '25 rules', spec: cluster(`ingress: [${many(`{action: Deny, from: [${office}]}`, 25)}]`) },
    { name: '25 protocols', spec: protocols(many(number('80'), 25)) },
  ])('$name', ({ spec }) => {
    expect(showProblems(storeWith([spec]))).toEqual([])
  })

  test('protocols of v1alpha1 that are written', () => {
    const reach = reachOf(
      storeWith([ports('{portNumber: {protocol: UDP, port: 53}}, {portRange: {protocol: SCTP, start: 5, end: 6}}')]),
    )
    for (const denied of ['UDP 53', 'SCTP 6']) expect(verdict(reach, `auditor → web ${denied}`)).toBe('deny')
    for (const allowed of ['TCP 53', 'TCP 6']) expect(verdict(reach, `auditor → web ${allowed}`)).toBe('allow')
  })

  test('a protocol that is null is TCP, and ports that are null are every port', () => {
    const tcp = reachOf(storeWith([ports('{portNumber: {protocol: null, port: 53}}')]))
    expect([verdict(tcp, 'auditor → web TCP 53'), verdict(tcp, 'auditor → web UDP 53')]).toEqual(['deny', 'allow'])
    const all = reachOf(storeWith([cluster(`ingress: [{action: Deny, from: [${office}], protocols: null}]`)]))
    expect(verdict(all, 'auditor → web UDP 53')).toBe('deny')
  })

  test('a range of v1alpha2 that is turned round matches nothing', () => {
    const built = storeWith([protocols('{tcp: {destinationPort: {range: {start: 90, end: 80}}}}')])
    for (const port of [80, 85, 90]) expect(verdict(reachOf(built), `auditor → web TCP ${port}`)).toBe('allow')
  })
})

test.each(['Till', 'the_till'])('an admin policy called %s is refused by its name, once', (name) => {
  const built = storeWith([
    manifest('policy.networking.k8s.io/v1alpha1', 'AdminNetworkPolicy', `{name: ${name}}`, old('ingress: []')),
  ])
  expect(showProblems(built)).toEqual([`policy-name-invalid at ${name}`])
})

test('a peer of the old shape under pods may be its namespaces, or every one', () => {
  const shape = '{namespaces: {namespaceSelector: {}}, podSelector: {}}'
  const built = storeWith([old(`ingress: [{action: Allow, from: [{pods: ${shape}}]}]`), 'podSelector: {}'])
  expect(showProblems(built)).toEqual([`peer-shape-old at ${shape}`])
  expect(verdict(reachOf(built), 'auditor → web TCP 80')).toBe('unknown')
})

test.each([
  ['Deny', 'unknown'],
  ['Allow', 'wider'],
  ['Pass', 'wider'],
  [template, 'unknown'],
])('what the old shape may do in a rule that says %s: %s', (action, effect) => {
  const built = storeWith([old(`ingress: [{action: ${action}, from: [{namespaces: {sameLabels: [team]}}]}]`)])
  expect(built.diagnostics.find(({ code }) => code === 'peer-shape-old')?.effect).toBe(effect)
})

test('a port name is misplaced beside one network among pods, numbers are not', () => {
  const item = '{destinationNamedPort: http}'
  const built = storeWith([
    cluster(
      `egress: [{action: Deny, to: [${office}, {networks: [192.0.2.0/24]}], protocols: [${number('80')}, ${item}]}]`,
    ),
  ])
  expect(showProblems(built)).toEqual([`named-port-misplaced at ${item}`])
})

test('an entry names the policy it comes from', () => {
  const [entry] = storeWith([old(`ingress: [{action: Deny, from: [${office}]}]`)]).input.entries
  expect(entry?.origin.policy).toEqual({
    group: 'policy.networking.k8s.io',
    kind: 'AdminNetworkPolicy',
    namespace: '',
    name: 'policy-0',
  })
})

describe('ports that cannot be read', () => {
  const rule = (list: string): string =>
    cluster(
      `ingress: [{action: Deny, from: [${office}], protocols: ${list}}]\negress: [{action: Deny, to: [{networks: [192.0.2.0/24]}], protocols: ${list}}]`,
    )

  test.each([
    { name: 'as a list', list: template, at: template },
    { name: 'as an item', list: `[${template}]`, at: template },
    { name: 'of no kind', list: '[{}]', at: '{}' },
  ])('$name stand where they are written, and are no misplaced names', ({ list, at }) => {
    const { input, diagnostics } = storeWith([rule(list)])
    const unread = input.entries.flatMap(({ peers }) => [...peersIn(peers)])
    expect(unread.map(({ kind, span }) => `${kind} at ${textOf(span)}`)).toEqual(Array(2).fill(`unreadable at ${at}`))
    expect(diagnostics.map(({ code }) => code)).not.toContain('named-port-misplaced')
  })
})

test.each([
  { name: 'a protocol that is no text', spec: ports('{portNumber: {protocol: [TCP], port: 80}}'), told: 'not this' },
  { name: 'a protocol in lower case', spec: ports('{portNumber: {protocol: udp, port: 80}}'), told: 'not udp' },
  { name: 'no destination port', spec: protocols('{tcp: {}}'), told: 'tcp needs destinationPort' },
])('$name is told as it is written', ({ spec, told }) => {
  expect(storeWith([spec]).diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining(told)])
})

test('the old shape is one of namespaces, not of machines', () => {
  const built = storeWith([cluster('egress: [{action: Deny, to: [{nodes: {sameLabels: [rack]}}]}]')])
  expect(built.diagnostics.map(({ code }) => code)).not.toContain('peer-shape-old')
})
