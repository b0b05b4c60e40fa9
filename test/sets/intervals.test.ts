import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  equalIntervals,
  type Intervals,
  intersectIntervals,
  normalize,
  pairsOf,
  subtractIntervals,
  unionIntervals,
} from '../../src/sets/intervals.ts'

const LAST = 40
const pair = fc
  .tuple(fc.integer({ min: 0, max: LAST }), fc.integer({ min: 0, max: 6 }))
  .map(([low, length]): [number, number] => [low, Math.min(low + length, LAST)])
const pairs = fc.array(pair, { maxLength: 7 })

const numbersIn = (list: readonly (readonly [number, number])[]): Set<number> =>
  new Set(list.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, index) => low + index)))

/** The one list that stands for a set: a run begins where the number below is missing and ends where the next one is. */
const runsOf = (set: ReadonlySet<number>): number[] =>
  [...set]
    .sort((a, b) => a - b)
    .flatMap((value) => [...(set.has(value - 1) ? [] : [value]), ...(set.has(value + 1) ? [] : [value])])

test('numbers: every operation gives the runs of what plain sets give', () => {
  fc.assert(
    fc.property(pairs, pairs, (first, second) => {
      const [a, b] = [normalize(first), normalize(second)]
      const [x, y] = [numbersIn(first), numbersIn(second)]
      expect(a).toEqual(runsOf(x))
      expect(unionIntervals(a, b)).toEqual(runsOf(x.union(y)))
      expect(intersectIntervals(a, b)).toEqual(runsOf(x.intersection(y)))
      expect(subtractIntervals(a, b)).toEqual(runsOf(x.difference(y)))
      expect(equalIntervals(a, b)).toBe(x.symmetricDifference(y).size === 0)
    }),
    { numRuns: 500 },
  )
})

test('bigints: the same beyond what numbers can hold exactly', () => {
  const base = (1n << 128n) - 1n - BigInt(LAST)
  const big = (list: Intervals<number>): bigint[] => list.map((value) => base + BigInt(value))
  const bigPairs = (list: readonly (readonly [number, number])[]): [bigint, bigint][] =>
    list.map(([low, high]) => [base + BigInt(low), base + BigInt(high)])
  fc.assert(
    fc.property(pairs, pairs, (first, second) => {
      const [a, b] = [normalize(bigPairs(first)), normalize(bigPairs(second))]
      const [x, y] = [numbersIn(first), numbersIn(second)]
      expect(a).toEqual(big(runsOf(x)))
      expect(unionIntervals(a, b)).toEqual(big(runsOf(x.union(y))))
      expect(intersectIntervals(a, b)).toEqual(big(runsOf(x.intersection(y))))
      expect(subtractIntervals(a, b)).toEqual(big(runsOf(x.difference(y))))
    }),
  )
})

test('one interval may be cut many times, and one cut may reach over many intervals', () => {
  expect(subtractIntervals([0, 20], [0, 2, 5, 5, 19, 30])).toEqual([3, 4, 6, 18])
  expect(subtractIntervals([0, 3, 6, 9, 12, 15], [2, 13])).toEqual([0, 1, 14, 15])
})

test('nothing changes nothing, and the list itself is given back', () => {
  const some = normalize([[3, 5]])
  expect(unionIntervals(some, [])).toBe(some)
  expect(unionIntervals([], some)).toBe(some)
  expect(subtractIntervals(some, [])).toBe(some)
})

test('pairs are the intervals one by one', () => {
  expect(pairsOf([1, 2, 5, 5])).toEqual([
    [1, 2],
    [5, 5],
  ])
})
