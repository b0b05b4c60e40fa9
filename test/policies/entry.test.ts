import { expect, test } from 'vitest'
import { compareOrder } from '../../src/policies/entry.ts'

test.each([
  { name: 'the lower number comes first', first: [5], second: [50] },
  { name: 'the first difference decides', first: [1, 9], second: [2, 0] },
  { name: 'behind equal numbers the next ones decide', first: [1, 2], second: [1, 3] },
  { name: 'a list that ends early comes first', first: [1], second: [1, 0] },
  { name: 'the empty list comes before all', first: [], second: [0] },
])('$name', ({ first, second }) => {
  expect(compareOrder(first, second)).toBeLessThan(0)
  expect(compareOrder(second, first)).toBeGreaterThan(0)
})

test.each([[[]], [[7]], [[7, 0, 7]]])('%j is a tie with itself', (order) => {
  expect(compareOrder(order, [...order])).toBe(0)
})
