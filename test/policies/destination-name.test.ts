import { expect, test } from 'vitest'
import { toAnyName, toName } from '../../src/policies/destination-name.ts'
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
