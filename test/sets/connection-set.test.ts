import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { namedPort, portRange } from '../../src/sets/port-set.ts'

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
