import { expect, test } from 'vitest'
import { holdsQualifier, meetQualifiers } from '../../src/sets/qualifier.ts'

test.each([
  ['GET /cart', 'GET /cart', true],
  ['GET /cart', 'GET /', false],
  ['to *.shop.example', 'to *.shop.example', true],
  ['to *.shop.example', 'to api.shop.example', true],
  ['to *.shop.example', 'to eu.api.shop.example', true],
  ['to *.shop.example', 'to *.eu.shop.example', true],
  ['to *.shop.example', 'to shop.example', false],
  ['to *.shop.example', 'to bookshop.example', false],
  ['to api.shop.example', 'to *.shop.example', false],
  // Each condition has to follow from one of the other's.
  ['to *.shop.example', 'GET api.shop.example', false],
  ['to *.shop.example', 'GET / and to api.shop.example', true],
  ['to *.shop.example', 'to pay.example and GET api.shop.example', false],
  ['GET / and to *.shop.example', 'to api.shop.example', false],
  ['to *.shop.example and GET /', 'to api.shop.example', false],
  ['GET /cart', 'to host.undefined', false],
])('%s holds %s: %s', (outer, inner, holds) => {
  expect(holdsQualifier(outer, inner)).toBe(holds)
})

test.each([
  ['GET /cart', 'GET /cart', 'GET /cart'],
  ['to *.shop.example', 'to api.shop.example', 'to api.shop.example'],
  ['GET /cart', 'to api.shop.example', 'GET /cart and to api.shop.example'],
])('what %s and %s both admit, in either order: %s', (a, b, both) => {
  expect(meetQualifiers(a, b)).toBe(both)
  expect(meetQualifiers(b, a)).toBe(both)
})
