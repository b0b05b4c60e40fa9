import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { namedPort, noPorts, portRange, showPorts } from '../../src/sets/port-set.ts'

const part = fc
  .tuple(
    fc.constantFrom('TCP', 'UDP', 'SCTP', 'ICMP', 47),
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 0, max: 10 }),
    fc.nat({ max: 5 }),
  )
  .map(([protocol, first, length, whole]) =>
    whole === 0 || protocol === 47 || protocol === 'ICMP'
      ? ConnectionSet.of(protocol as 'TCP')
      : ConnectionSet.of(protocol as 'TCP', portRange(first, first + length)),
  )
const set = fc
  .tuple(fc.array(part, { maxLength: 4 }), fc.nat({ max: 6 }))
  .map(([parts, all]) => (all === 0 ? ConnectionSet.all : ConnectionSet.union(parts)))

test('set laws', () => {
  fc.assert(
    fc.property(set, set, set, (a, b, c) => {
      expect(a.union(b).key).toBe(b.union(a).key)
      expect(a.intersect(b).key).toBe(b.intersect(a).key)
      expect(a.intersect(b.union(c)).key).toBe(a.intersect(b).union(a.intersect(c)).key)
      expect(a.subtract(b).union(a.intersect(b)).key).toBe(a.key)
      expect(a.subtract(b).intersect(b).isEmpty).toBe(true)
      expect(a.subtract(b.union(c)).key).toBe(a.subtract(b).subtract(c).key)
    }),
  )
})

test('membership follows the operations', () => {
  fc.assert(
    fc.property(
      set,
      set,
      fc.constantFrom('TCP', 'UDP', 'SCTP'),
      fc.integer({ min: 1, max: 45 }),
      (a, b, protocol, port) => {
        const [inA, inB] = [a.has(protocol, port), b.has(protocol, port)]
        expect(a.union(b).has(protocol, port)).toBe(inA || inB)
        expect(a.intersect(b).has(protocol, port)).toBe(inA && inB)
        expect(a.subtract(b).has(protocol, port)).toBe(inA && !inB)
      },
    ),
  )
})

test('every port of TCP, UDP and SCTP is not every protocol', () => {
  const three = ConnectionSet.union([ConnectionSet.of('TCP'), ConnectionSet.of('UDP'), ConnectionSet.of('SCTP')])
  expect(three.isAll).toBe(false)
  expect(ConnectionSet.all.subtract(three).isEmpty).toBe(false)
})

test('a name is kept until a destination resolves it', () => {
  const named = ConnectionSet.of('TCP', namedPort('http'))
  expect(named.hasNames).toBe(true)
  expect(named.resolveNames(() => portRange(8080)).show()).toBe('TCP 8080')
  expect(named.resolveNames(() => ({ numbers: [], names: [], everyName: false })).isEmpty).toBe(true)
})

test('one request lies inside its port, two texts are incomparable', () => {
  const port = ConnectionSet.of('TCP', portRange(80))
  const [get, post] = ['GET /', 'POST /'].map((text) => ConnectionSet.of('TCP', portRange(80), text)) as [
    ConnectionSet,
    ConnectionSet,
  ]
  expect(get.subtract(port).isEmpty).toBe(true)
  expect(port.subtract(get).key).toBe(port.key)
  expect(get.subtract(post).key).toBe(get.key)
  expect(port.union(get).key).toBe(port.key)
})

test('a set that lacks a few ports says which', () => {
  const ssh = ConnectionSet.of('TCP', portRange(22))
  expect(ConnectionSet.all.subtract(ssh).show()).toBe('every port but TCP 22')
  const dns = ConnectionSet.of('UDP', portRange(53))
  expect(ConnectionSet.all.subtract(ssh.union(dns)).show()).toBe('every port but TCP 22, UDP 53')
  expect(ConnectionSet.all.subtract(ConnectionSet.of('TCP')).show()).toBe('every protocol but TCP')
  expect(ConnectionSet.of('TCP').subtract(ssh).show()).toBe('TCP 1-21, 23-65535')
})

const names = ['to *.example', 'to *.bank.example', 'to api.bank.example', 'to bank.example', 'GET /till'] as const
const conditional = fc
  .array(fc.tuple(part, fc.option(fc.constantFrom(...names))), { maxLength: 4 })
  .map((parts) => ConnectionSet.union(parts.map(([some, text]) => (text === null ? some : some.qualified(text)))))

test('set laws that hold with qualifiers as well', () => {
  fc.assert(
    fc.property(conditional, conditional, conditional, (a, b, c) => {
      expect(a.union(b).key).toBe(b.union(a).key)
      expect(a.union(b).union(c).key).toBe(a.union(b.union(c)).key)
      expect(a.intersect(b).key).toBe(b.intersect(a).key)
      expect(a.isSubsetOf(a.union(b))).toBe(true)
      expect(a.subtract(b).isSubsetOf(a)).toBe(true)
      expect(a.subtract(a).isEmpty).toBe(true)
      if (a.isSubsetOf(b)) expect(a.union(b).key).toBe(b.key)
    }),
  )
})

test('a wildcard holds the names below it, at any depth, and not its apex', () => {
  const to = (name: string): ConnectionSet => ConnectionSet.of('TCP').qualified(`to ${name}`)
  expect(to('api.bank.example').isSubsetOf(to('*.bank.example'))).toBe(true)
  expect(to('eu.api.bank.example').isSubsetOf(to('*.bank.example'))).toBe(true)
  expect(to('*.api.bank.example').isSubsetOf(to('*.bank.example'))).toBe(true)
  expect(to('bank.example').isSubsetOf(to('*.bank.example'))).toBe(false)
  expect(to('mybank.example').isSubsetOf(to('*.bank.example'))).toBe(false)
  expect(to('*.bank.example').isSubsetOf(to('api.bank.example'))).toBe(false)
  expect(to('*.bank.example').union(to('api.bank.example')).show()).toBe('every TCP port (to *.bank.example)')
  expect(to('*.bank.example').intersect(to('api.bank.example')).show()).toBe('every TCP port (to api.bank.example)')
})

/** Texts that no other holds, and sets of ports that carry one of them or none. */
const requests = ['GET /cart', 'POST /cart'] as const
const requested = fc
  .array(fc.tuple(part, fc.option(fc.constantFrom(...requests))), { maxLength: 4 })
  .map((parts) => ConnectionSet.union(parts.map(([some, text]) => (text === null ? some : some.qualified(text)))))

test('a set is what it holds for each request, and what it holds for any', () => {
  /** What a set lets through of one request: its open part, and what is qualified by the request. */
  const seen = (set: ConnectionSet, text: string): ConnectionSet => {
    const others = set.withoutQualifiers((other) => other !== text)
    const open = set.withoutQualifiers(() => true)
    return [6, 17, 132, 1, 47].reduce(
      (found, number) => found.union(ConnectionSet.of(number, others.portsOf(number))),
      open,
    )
  }
  const isBoth = (text: string): boolean => text.includes(' and ')
  fc.assert(
    fc.property(requested, requested, (a, b) => {
      for (const text of requests) {
        expect(seen(a.union(b), text).key).toBe(seen(a, text).union(seen(b, text)).key)
        expect(seen(a.intersect(b).withoutQualifiers(isBoth), text).key).toBe(
          seen(a, text).intersect(seen(b, text)).key,
        )
      }
    }),
  )
})

test('an operation that changes nothing gives back a set that is there already', () => {
  const [web, dns] = [ConnectionSet.of('TCP', portRange(80)), ConnectionSet.of('UDP', portRange(53))]
  const nothing = web.subtract(web)
  expect(nothing).toBe(ConnectionSet.none)
  expect(web.subtract(ConnectionSet.of('TCP', portRange(80)))).toBe(ConnectionSet.none)
  expect(web.subtract(ConnectionSet.all)).toBe(ConnectionSet.none)
  expect(ConnectionSet.of('TCP', noPorts)).toBe(ConnectionSet.none)
  for (const set of [web, dns.qualified('GET /cart')]) {
    expect(set.union(set)).toBe(set)
    expect(set.union(nothing)).toBe(set)
    expect(nothing.union(set)).toBe(set)
    expect(set.union(ConnectionSet.all)).toBe(ConnectionSet.all)
    expect(ConnectionSet.all.union(set)).toBe(ConnectionSet.all)
    expect(set.intersect(set)).toBe(set)
    expect(set.intersect(nothing)).toBe(nothing)
    expect(nothing.intersect(set)).toBe(nothing)
    expect(set.intersect(ConnectionSet.all)).toBe(set)
    expect(ConnectionSet.all.intersect(set)).toBe(set)
    expect(set.subtract(nothing)).toBe(set)
    expect(nothing.subtract(set)).toBe(nothing)
  }
  expect(web.withoutQualifiers(() => true)).toBe(web)
  expect(web.resolveNames(() => noPorts)).toBe(web)
})

test('all, nothing and equal', () => {
  const web = ConnectionSet.of('TCP', portRange(80))
  expect(ConnectionSet.all.isAll).toBe(true)
  expect(ConnectionSet.all.subtract(web).isAll).toBe(false)
  expect(ConnectionSet.all.subtract(web).union(web).isAll).toBe(true)
  expect(ConnectionSet.none.isEmpty).toBe(true)
  expect(web.equals(ConnectionSet.of(6, portRange(80)))).toBe(true)
  expect(web.equals(ConnectionSet.of('UDP', portRange(80)))).toBe(false)
  expect(web.equals(web.qualified('GET /cart'))).toBe(false)
})

test('ports of a protocol, by its name or number, from its first to its last', () => {
  const set = ConnectionSet.of('TCP', portRange(80, 90)).union(ConnectionSet.of('TCP', portRange(443), 'GET /cart'))
  expect(set.portsOf('TCP')).toEqual(set.portsOf(6))
  expect(set.portsOf('TCP').numbers).toEqual([80, 90, 443, 443])
  expect([79, 80, 81, 90, 91, 442, 443, 444].filter((port) => set.has('TCP', port))).toEqual([80, 81, 90, 443])
  expect([80, 443].filter((port) => set.has(17, port))).toEqual([])
})

test('qualified connections are told apart, and taken out by their text', () => {
  const web = ConnectionSet.of('TCP', portRange(80))
  const [get, post] = [
    ConnectionSet.of('TCP', portRange(443), 'GET /cart'),
    ConnectionSet.of('TCP', portRange(443), 'POST /cart'),
  ]
  expect(web.isQualified).toBe(false)
  expect(get.isQualified).toBe(true)
  expect(get.show()).toBe('TCP 443 (GET /cart)')
  const set = web.union(get).union(post)
  expect(set.withoutQualifiers((text) => text.startsWith('GET')).show()).toBe('TCP 80, TCP 443 (POST /cart)')
  expect(set.withoutQualifiers(() => true).equals(web)).toBe(true)
  expect(set.withoutQualifiers(() => false).equals(set)).toBe(true)
  expect(get.intersect(post).show()).toBe('TCP 443 (GET /cart and POST /cart)')
})

test('names are found and resolved with their protocol, open or qualified', () => {
  const web = ConnectionSet.of('TCP', namedPort('http'))
  const dns = ConnectionSet.of('UDP', namedPort('dns'), 'to till.shop.example')
  const fixed = ConnectionSet.of('SCTP', portRange(9)).union(
    ConnectionSet.of('UDP', portRange(7), 'to cart.shop.example'),
  )
  expect(fixed.hasNames).toBe(false)
  expect(fixed.names()).toEqual([])
  for (const set of [web, dns, web.union(dns)]) expect(set.union(fixed).hasNames).toBe(true)
  const all = fixed.union(dns).union(web)
  expect(all.names()).toEqual([
    { protocol: 6, name: 'http' },
    { protocol: 17, name: 'dns' },
  ])
  const ports: Readonly<Record<string, number>> = { '6 http': 8080, '17 dns': 5353 }
  const resolved = all.resolveNames((protocol, name) => portRange(ports[`${protocol} ${name}`] ?? 1))
  expect(resolved.show()).toBe('TCP 8080, SCTP 9, UDP 7 (to cart.shop.example), UDP 5353 (to till.shop.example)')
  expect(all.resolveNames(() => noPorts).equals(fixed)).toBe(true)
})

test('a name beside numbers keeps the numbers, whatever it resolves to', () => {
  const set = ConnectionSet.of('TCP', portRange(80)).union(ConnectionSet.of('TCP', namedPort('http')))
  expect(set.resolveNames(() => noPorts).show()).toBe('TCP 80')
  expect(set.resolveNames(() => portRange(81)).show()).toBe('TCP 80-81')
})

test('protocols are listed in order of their numbers, with their ports', () => {
  const shown = (set: ConnectionSet): string[] =>
    set.protocols().listed.map(({ protocol, ports, all }) => `${protocol} ${all ? 'all' : showPorts(ports)}`)
  const set = ConnectionSet.of('SCTP', portRange(9))
    .union(ConnectionSet.of(47))
    .union(ConnectionSet.of('UDP'))
    .union(ConnectionSet.of('TCP', portRange(80), 'GET /cart'))
  expect(shown(set)).toEqual(['TCP 80', 'UDP all', 'protocol 47 all', 'SCTP 9'])
  expect(set.protocols().others).toBe(false)
  expect(shown(ConnectionSet.none)).toEqual([])
  const most = ConnectionSet.all.subtract(ConnectionSet.of('UDP')).subtract(ConnectionSet.of('TCP', portRange(22)))
  expect(shown(most)).toEqual(['TCP 1-21, 23-65535', 'SCTP all'])
  expect(most.protocols().others).toBe(true)
  expect(shown(ConnectionSet.all)).toEqual(['TCP all', 'UDP all', 'SCTP all'])
})

const [tcp, ssh, http] = [
  ConnectionSet.of('TCP'),
  ConnectionSet.of('TCP', portRange(22)),
  ConnectionSet.of('TCP', namedPort('http')),
]
test.each<[string, ConnectionSet]>([
  ['nothing', ConnectionSet.none],
  ['every port', ConnectionSet.all],
  ['every TCP port', tcp],
  ['ICMP, every TCP port, protocol 47', ConnectionSet.of('ICMP').union(tcp).union(ConnectionSet.of(47))],
  ['TCP 22, http', ssh.union(http)],
  ['every port but TCP 22', ConnectionSet.all.subtract(ssh)],
  ['every protocol but TCP', ConnectionSet.all.subtract(tcp)],
  ['every protocol but TCP, UDP', ConnectionSet.all.subtract(tcp).subtract(ConnectionSet.of('UDP'))],
  ['every protocol but protocol 47', ConnectionSet.all.subtract(ConnectionSet.of(47))],
  // One part of what is missing cannot be written as numbers: the rest is listed with what it has.
  [
    'TCP 1-21, 23-65535, every protocol but TCP, UDP',
    ConnectionSet.all.subtract(ssh).subtract(ConnectionSet.of('UDP')),
  ],
  ['every port (GET /cart)', ConnectionSet.all.qualified('GET /cart')],
  [
    'TCP 1-21, 23-65535, every protocol but TCP, TCP 22 (GET /cart)',
    ConnectionSet.all.subtract(ssh).union(ssh.qualified('GET /cart')),
  ],
  ['TCP 22, TCP 1-21, 23-65535 (GET /cart)', ssh.union(tcp.qualified('GET /cart'))],
])('shown as "%s"', (text, set) => {
  expect(set.show()).toBe(text)
})
