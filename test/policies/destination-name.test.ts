import { describe, expect, test } from 'vitest'
import { namedDestinations, toAnyName, toName } from '../../src/policies/destination-name.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { portRange } from '../../src/sets/port-set.ts'

const https = ConnectionSet.of('TCP', portRange(443))
const http = ConnectionSet.of('TCP', portRange(80))
const toBank = ConnectionSet.all.qualified(toName('bank.example'))

test('what depends on the name of the destination is left out, whatever else it depends on', () => {
  const prices = http.qualified('GET /prices')
  const asked = prices.union(toBank).union(https.qualified('POST /pay').qualified(toName('till.example')))
  expect(toAnyName(asked).show()).toBe(prices.show())
})

test('what passes under every name stays', () => {
  expect(toAnyName(https.union(toBank)).show()).toBe('TCP 443')
  expect(toAnyName(toBank).isEmpty).toBe(true)
})

test('what depends on a pattern of names is left out, what only sounds like a name is not', () => {
  expect(toAnyName(https.qualified(toName('*.bank.example'))).isEmpty).toBe(true)
  const errand = https.qualified('HTTP path /go to bank')
  expect(toAnyName(errand).show()).toBe(errand.show())
})

describe('connections that all go to names', () => {
  const to = (name: string, ports = https): ConnectionSet => ports.qualified(toName(name))
  const show = (connections: ConnectionSet): string | undefined => {
    const found = namedDestinations(connections)
    return found && `${found.names.join(', ')} on ${found.ports.show()}`
  }

  test.each([
    { name: 'one name', connections: to('bank.example'), told: 'bank.example on TCP 443' },
    { name: 'a pattern', connections: to('*.bank.example'), told: '*.bank.example on TCP 443' },
    {
      name: 'several with the same ports',
      connections: to('bank.example').union(to('post.example')),
      told: 'bank.example, post.example on TCP 443',
    },
    {
      name: 'several ports of each',
      connections: to('bank.example', http.union(https)).union(to('post.example', http.union(https))),
      told: 'bank.example, post.example on TCP 80, 443',
    },
  ])('are told by them: $name', ({ connections, told }) => expect(show(connections)).toBe(told))

  test.each([
    { name: 'no connection', connections: ConnectionSet.none },
    { name: 'no name', connections: https },
    { name: 'some that go anywhere', connections: to('bank.example').union(http) },
    { name: 'every name', connections: to('*') },
    { name: 'names with different ports', connections: to('bank.example').union(to('post.example', http)) },
    {
      name: 'one name with more ports than another',
      connections: to('bank.example', http.union(https)).union(to('post.example')),
    },
    { name: 'what more than a name narrows', connections: to('bank.example').qualified('GET /prices') },
    { name: 'what no name narrows', connections: https.qualified('GET /prices') },
    { name: 'what leads to a name in passing', connections: https.qualified('HTTP path /go to bank') },
    { name: 'one beside what no name narrows', connections: to('bank.example').union(https.qualified('GET /prices')) },
  ])('are not told so: $name', ({ connections }) => expect(namedDestinations(connections)).toBeUndefined())
})
