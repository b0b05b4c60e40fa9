import { describe, expect, test } from 'vitest'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { calico, globalSet, gnp, knp, np, service, storedNp, tier } from './calico-store.ts'
import { type BuiltSide, reachOf, showProblems, storeWith, verdict } from './store.ts'

const built = (...manifests: readonly string[]): BuiltSide => storeWith(manifests, calico())
const ingress = (rule: string): string => `types: [Ingress]\ningress: [{action: Allow, ${rule}}]`
const egress = (rule: string): string => `types: [Egress]\negress: [{action: Allow, ${rule}}]`
const ruleEntries = ({ input }: BuiltSide): readonly PolicyEntry[] => input.entries.filter(({ isolates }) => !isolates)
const connectionsOf = (side: BuiltSide): readonly string[] =>
  ruleEntries(side).map(({ connections }) => connections.show())

describe('connections that a rule speaks of', () => {
  test.each([
    ['protocol: 6', 'every TCP port'],
    ['protocol: "6"', 'every TCP port'],
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
    ['an order without end', 'order: .inf\ntypes: [Ingress]', 'order-invalid'],
  ])('and beyond: %s', (_, spec, code) => {
    expect(showProblems(built(np(spec))).map((found) => found.split(' at ')[0])).toEqual([code])
  })
})

describe('a field that does not exist is told where it stands', () => {
  test.each([
    ['an end', ingress('source: {sign: open}')],
    ['the accounts', ingress('source: {serviceAccounts: {names: [till], sign: open}}')],
    ['ICMP', ingress('protocol: ICMP, icmp: {type: 8, sign: open}')],
    ['HTTP', ingress('http: {methods: [GET], sign: open}')],
    ['a path', ingress('http: {paths: [{exact: /till, sign: open}]}')],
    ['what a rule says of itself', ingress('metadata: {annotations: {owner: till}, sign: open}')],
    ['a Service', egress('destination: {services: {name: ledger, namespace: store, sign: open}}')],
  ])('in %s', (_, spec) => {
    const side = built(np(spec), service('ledger', 'selector: {app: ledger}\nports: [{port: 5432}]'))
    expect(showProblems(side).filter((found) => !found.startsWith('http-not'))).toEqual(['unknown-field at sign: open'])
  })

  test.each([
    ['a tier', tier('order: 5\nsign: open', 'early')],
    ['a set', globalSet('{role: partner}', '10.0.0.1').replace(/\n$/, '\n  sign: open\n')],
    ['a policy, beside its spec', np('types: [Ingress]').replace('spec:', 'sign: open\nspec:')],
  ])('in %s', (_, text) => {
    expect(showProblems(built(text))).toEqual(['unknown-field at sign: open'])
  })
})

const template = '"{{ .Values.till }}"'

describe('what a template writes is unknown and not refused', () => {
  test.each([
    ['a protocol', ingress(`protocol: ${template}`)],
    ['a protocol that is ruled out', ingress(`notProtocol: ${template}`)],
    ['ICMP', ingress(`protocol: ICMP, icmp: ${template}`)],
    ['a type of ICMP', ingress(`protocol: ICMP, icmp: {type: ${template}}`)],
    ['the type of ICMP that is ruled out', ingress(`protocol: ICMP, notICMP: {type: ${template}}`)],
    ['the ports', ingress(`protocol: TCP, destination: {ports: ${template}}`)],
    ['a port that is ruled out', ingress(`protocol: TCP, destination: {notPorts: [${template}]}`)],
    ['the port of a source', ingress(`protocol: TCP, source: {ports: [${template}]}`)],
    ['the version of IP', ingress(`ipVersion: ${template}`)],
    ['an end', ingress(`source: ${template}`)],
    ['the networks', ingress(`source: {nets: ${template}}`)],
    ['a network', ingress(`source: {nets: [10.0.0.0/8, ${template}]}`)],
    ['a network that is left out', ingress(`source: {notNets: [${template}]}`)],
    ['the domains', egress(`destination: {domains: ${template}}`)],
    ['the Service', egress(`destination: {services: ${template}}`)],
    ['the name of the Service', egress(`destination: {services: {name: ${template}, namespace: store}}`)],
    ['the namespace of the Service', egress(`destination: {services: {name: ledger, namespace: ${template}}}`)],
    ['the action', `types: [Ingress]\ningress: [{action: ${template}}]`],
    ['the rules', `types: [Ingress]\ningress: ${template}`],
    ['a rule', `types: [Ingress]\ningress: [${template}]`],
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

  test('a protocol that is misspelt only by its case is known, an unknown version of IP is not', () => {
    expect(connectionsOf(built(storedNp(ingress('protocol: tcp'))))).toEqual(['every TCP port'])
    expect(ruleEntries(built(storedNp(ingress('ipVersion: 5')))).map(({ exists }) => exists)).toEqual(['unknown'])
  })
})
