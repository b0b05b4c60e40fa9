import { expect, test } from 'vitest'
import { compareOrder } from '../../src/policies/entry.ts'

test.each([
  { name: 'the lower number comes first', first: [5], second: [50] },
  { name: 'the first difference decides', first: [1, 9], second: [2, 0] },
  { name: 'behind equal numbers the next ones decide', first: [1, 2], second: [1, 3] },
  { name: 'a list that ends early comes first', first: [1], second: [1, 0] },
  { name: 'the empty list comes before all', first: [], second: [0] },
  { name: 'texts compare by their letters', first: [1000, 'office'], second: [1000, 'store'] },
  { name: 'a number comes before a text', first: [1, 5], second: [1, 'a'] },
  { name: 'so does one above every number written', first: [Number.POSITIVE_INFINITY], second: ['a'] },
  { name: 'a list that ends before a text comes first', first: [1], second: [1, 'a'] },
])('$name', ({ first, second }) => {
  expect(compareOrder(first, second)).toBeLessThan(0)
  expect(compareOrder(second, first)).toBeGreaterThan(0)
})

test.each([[[]], [[7]], [[7, 0, 7]], [[7, 'till']]])('%j is a tie with itself', (order) => {
  expect(compareOrder(order, [...order])).toBe(0)
})
