import { describe, expect, test } from 'vitest'
import { ciliumProfile, onCheckout } from './cilium-store.ts'
import { type BuiltSide, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (spec: string, version?: string, settings = {}): BuiltSide =>
  storeWith([spec], ciliumProfile(settings, version))
const port = (text: string): string => onCheckout(`ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{${text}}]}]}]`)
const icmp = (field: string): string => onCheckout(`ingress: [{icmps: [{fields: [{${field}}]}]}]`)
const times = (count: number, item: string): string => Array(count).fill(item).join(', ')
const answers = (side: BuiltSide, ...probes: readonly string[]): readonly string[] =>
  probes.map((probe) => verdict(reachOf(side), `web → checkout ${probe}`))

describe('an endPort', () => {
  test.each([
    { name: 'below the port is not looked at', text: 'port: "80", endPort: 79', problems: ['endport-ignored at 79'] },
    { name: 'equal to it is one port', text: 'port: "80", endPort: 80', problems: [] },
    { name: 'of 0 is none', text: 'port: "80", endPort: 0', problems: [] },
    { name: 'beside a name is not looked at', text: 'port: http, endPort: 90', problems: ['endport-ignored at 90'] },
    { name: 'of 0 beside a name is none', text: 'port: http, endPort: 0', problems: [] },
    { name: 'beside port 0 is not looked at', text: 'port: "0", endPort: 90', problems: ['endport-ignored at 90'] },
    { name: 'of the last port', text: 'port: "80", endPort: 65535', problems: [] },
    {
      name: 'above the last port is refused',
      text: 'port: "80", endPort: 65536',
      problems: ['endport-invalid at 65536'],
    },
    { name: 'below zero is refused', text: 'port: "80", endPort: -1', problems: ['endport-invalid at -1'] },
    { name: 'that is no number is refused', text: 'port: "80", endPort: "90"', problems: ['endport-invalid at "90"'] },
  ])('$name', ({ text, problems }) => expect(showProblems(built(port(text)))).toEqual(problems))

  test('counts since 1.16', () => {
    const range = port('port: "80", endPort: 90, protocol: TCP')
    expect(answers(built(range, '1.16'), 'TCP 80', 'TCP 90', 'TCP 91')).toEqual(['allow', 'allow', 'deny'])
    expect(answers(built(range, '1.15'), 'TCP 80', 'TCP 90')).toEqual(['allow', 'deny'])
    expect(built(range, '1.15').diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('before Cilium 1.16'),
    ])
  })

  test('says why it is not looked at', () => {
    const [problem] = built(port('port: "80", endPort: 79')).diagnostics
    expect(problem?.message).toContain('below port 80')
  })
})

describe('the number of a port', () => {
  test.each([
    { text: '"65535"', problems: [] },
    { text: '"65536"', problems: ['port-invalid at "65536"'] },
    { text: '"099"', problems: ['port-invalid at "099"'] },
    { text: '"0971"', problems: ['port-invalid at "0971"'] },
    { text: '"00"', problems: ['port-octal at "00"'] },
    { text: '"0177777"', problems: ['port-octal at "0177777"'] },
    { text: '"80/tcp"', problems: ['port-invalid at "80/tcp"'] },
    { text: '""', problems: ['port-invalid at ""'] },
    { text: 'null', problems: ['port-invalid at null'] },
    { text: '[80]', problems: ['port-invalid at [80]'] },
  ])('$text: $problems', ({ text, problems }) => expect(showProblems(built(port(`port: ${text}`)))).toEqual(problems))

  test.each([
    { text: 'http', taken: true },
    { text: 'HTTP', taken: true },
    { text: 'http80', taken: true },
    { text: '1a', taken: true },
    { text: 'a-b', taken: true },
    { text: 'a--b', taken: false },
    { text: '-a', taken: false },
    { text: 'a-', taken: false },
    { text: '1-1', taken: false },
    { text: 'fifteen-letters', taken: true },
    { text: 'sixteen-letters-', taken: false },
    { text: 'sixteen-letters1', taken: false },
    { text: 'ht_tp', taken: false },
  ])('as a name $text is taken: $taken', ({ text, taken }) => {
    expect(showProblems(built(port(`port: ${text}`)))).toEqual(taken ? [] : [`port-invalid at ${text}`])
  })

  test('as a name is looked up without case', () => {
    expect(answers(built(port('port: HTTP, protocol: TCP')), 'TCP 8081', 'TCP 8082')).toEqual(['allow', 'deny'])
  })
})

describe('the protocol of a port', () => {
  test.each([
    ['TPC', 'Did you mean TCP?'],
    ['icmp', 'ICMP goes into icmps.'],
    ['ICMPv6', 'ICMP goes into icmps.'],
    ['ICMPv4', 'Protocols are ANY, TCP'],
    ['every-icmp', 'Protocols are ANY, TCP'],
    ['anything-at-all', 'Protocols are ANY, TCP'],
  ])('%s is none: %s', (protocol, hint) => {
    const [problem] = built(port(`port: "80", protocol: ${protocol}`)).diagnostics
    expect(problem).toMatchObject({ code: 'protocol-invalid', hint: expect.stringContaining(hint) })
  })

  test('that is null or ANY is each that has ports', () => {
    for (const any of ['null', 'ANY'])
      expect(answers(built(port(`port: "80", protocol: ${any}`)), 'TCP 80', 'UDP 80', 'SCTP 80')).toEqual(
        Array(3).fill('allow'),
      )
  })

  test('without ports is allowed whatever the port says, where agents are told to', () => {
    const side = built(port('port: "80", protocol: GRE'), undefined, { extendedProtocols: true })
    expect(showProblems(side)).toEqual([])
    expect(answers(side, 'TCP 80')).toEqual(['deny'])
    const [allowed] = side.input.entries.filter(({ isolates }) => !isolates)
    expect(allowed?.connections.show()).toContain('47')
  })
})

describe('lists of ports', () => {
  test.each([
    { name: '40 ports', spec: onCheckout(`ingress: [{toPorts: [{ports: [${times(40, '{port: "80"}')}]}]}]`) },
    { name: '40 types of ICMP', spec: onCheckout(`ingress: [{icmps: [{fields: [${times(40, '{type: 8}')}]}]}]`) },
    {
      name: 'toPorts beside an empty icmps',
      spec: onCheckout('ingress: [{toPorts: [{ports: [{port: "80"}]}], icmps: []}]'),
    },
    {
      name: 'icmps beside an empty toPorts',
      spec: onCheckout('ingress: [{icmps: [{fields: [{type: 8}]}], toPorts: []}]'),
    },
  ])('$name are taken', ({ spec }) => expect(showProblems(built(spec))).toEqual([]))

  test('41 types of ICMP are not', () => {
    const fields = `[${times(41, '{type: 8}')}]`
    expect(showProblems(built(onCheckout(`ingress: [{icmps: [{fields: ${fields}}]}]`)))).toEqual([
      `list-invalid at ${fields}`,
    ])
  })

  test('empty ones beside peers are every port', () => {
    const side = built(onCheckout('ingress: [{fromEndpoints: [{}], toPorts: [], icmps: []}]'))
    expect(answers(side, 'TCP 1', 'ICMP 2048')).toEqual(['allow', 'allow'])
  })

  test('without an item in it toPorts allows nothing', () => {
    expect(answers(built(onCheckout('ingress: [{fromEndpoints: [{}], toPorts: [{ports: []}]}]')), 'TCP 1')).toEqual([
      'deny',
    ])
  })
})

describe('a type of ICMP', () => {
  test.each([
    { field: 'type: 0', element: 'ICMP 0' },
    { field: 'type: 255', element: 'ICMP 65535' },
    { field: 'type: "8"', element: 'ICMP 2048' },
    { field: 'type: "13"', element: 'ICMP 3328' },
    { field: 'type: Echo', element: 'ICMP 2048' },
    { field: 'family: null, type: 8', element: 'ICMP 2048' },
    { field: 'family: IPv6, type: EchoRequest', element: 'ICMPv6 32768' },
  ])('$field is taken', ({ field, element }) => {
    const side = built(icmp(field))
    expect(showProblems(side)).toEqual([])
    expect(answers(side, element)).toEqual(['allow'])
  })

  test.each([
    { field: 'type: 256', at: '256', hint: 'Types are 0 to 255' },
    { field: 'type: "256"', at: '"256"', hint: 'Types are 0 to 255' },
    { field: 'type: -1', at: '-1', hint: 'Types are 0 to 255' },
    { field: 'type: EchoReqest', at: 'EchoReqest', hint: 'Did you mean EchoRequest?' },
    { field: 'type: 8a', at: '8a', hint: '' },
    { field: 'type: a8', at: 'a8', hint: '' },
    { field: 'family: IPv4', at: '{family: IPv4}', hint: 'Types are 0 to 255' },
    { field: 'type: constructor', at: 'constructor', hint: '' },
  ])('$field is none', ({ field, at, hint }) => {
    const side = built(icmp(field))
    expect(showProblems(side)).toEqual([`icmp-invalid at ${at}`])
    expect(side.diagnostics[0]?.hint).toContain(hint)
  })

  test('holds every code of it, and no other type', () => {
    const elements = [2047, 2048, 2303, 2304].map((element) => `ICMP ${element}`)
    expect(answers(built(icmp('type: 8')), ...elements)).toEqual(['deny', 'allow', 'allow', 'deny'])
  })

  test('that is not written is called so', () => {
    expect(built(icmp('family: IPv4')).diagnostics[0]?.message).toContain('this is no type of IPv4 messages')
  })
})
