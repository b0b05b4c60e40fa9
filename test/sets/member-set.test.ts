import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemberSet } from '../../src/sets/member-set.ts'

const members = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 60 })
const sorted = (list: Iterable<number>): number[] => [...list].sort((a, b) => a - b)

test('operations agree with those of plain sets', () => {
  fc.assert(
    fc.property(members, members, (a, b) => {
      const [x, y] = [MemberSet.of(a), MemberSet.of(b)]
      const [plainX, plainY] = [new Set(a), new Set(b)]
      expect([...x.union(y)]).toEqual(sorted(plainX.union(plainY)))
      expect([...x.intersect(y)]).toEqual(sorted(plainX.intersection(plainY)))
      expect([...x.subtract(y)]).toEqual(sorted(plainX.difference(plainY)))
      expect(x.overlaps(y)).toBe(!plainX.isDisjointFrom(plainY))
      expect(x.isSubsetOf(y)).toBe(plainX.isSubsetOf(plainY))
      expect(x.equals(y)).toBe(plainX.symmetricDifference(plainY).size === 0)
      expect(x.key === y.key).toBe(x.equals(y))
      expect(x.size).toBe(a.length)
      expect(x.isEmpty).toBe(a.length === 0)
      expect(x.first()).toBe(sorted(a)[0])
      for (const member of [...a, ...b]) expect(x.has(member)).toBe(plainX.has(member))
    }),
  )
})

test.each([0, 1, 31, 32, 33, 64, 100])('all of %i', (count) => {
  expect([...MemberSet.all(count)]).toEqual(Array.from({ length: count }, (_, index) => index))
})

test('a key names runs of members', () => {
  expect(MemberSet.of([3, 40, 41, 42]).key).toBe('3,40-42')
  expect(MemberSet.all(64).key).toBe('0-63')
})

/** Near the borders of words, or far apart, so that some words are full, some empty, and some sets much larger. */
const nearBorders = fc.constantFrom(0, 1, 30, 31, 32, 33, 62, 63, 64, 65, 95, 96, 127, 128, 900, 2_000, 40_000)
const run = fc
  .tuple(nearBorders, fc.constantFrom(1, 2, 31, 32, 33, 64))
  .map(([first, length]) => Array.from({ length }, (_, index) => first + index))
const runs = fc.array(run, { maxLength: 5 }).map((list) => [...new Set(list.flat())])
const many = fc.uniqueArray(fc.integer({ min: 0, max: 3_000 }), { maxLength: 80 })
const sparse = fc.uniqueArray(fc.integer({ min: 0, max: 3_000 }), { maxLength: 4 })

test('operations agree across word borders and between sets of very different size', () => {
  fc.assert(
    fc.property(fc.oneof(runs, many, sparse), fc.oneof(runs, many, sparse), (a, b) => {
      const [x, y] = [MemberSet.of(a), MemberSet.of(b)]
      const [plainX, plainY] = [new Set(a), new Set(b)]
      const meant = (set: ReadonlySet<number>): MemberSet => MemberSet.of(sorted(set))
      // As equal values, too: two sets of the same members, however they came about, are one.
      expect(x.union(y).equals(meant(plainX.union(plainY)))).toBe(true)
      expect(x.intersect(y).equals(meant(plainX.intersection(plainY)))).toBe(true)
      expect(x.subtract(y).equals(meant(plainX.difference(plainY)))).toBe(true)
      expect([...x.subtract(y)]).toEqual(sorted(plainX.difference(plainY)))
      expect([...x.intersect(y)]).toEqual(sorted(plainX.intersection(plainY)))
      expect(x.overlaps(y)).toBe(!plainX.isDisjointFrom(plainY))
      expect(x.size).toBe(a.length)
    }),
    { numRuns: 400 },
  )
})

test('a part of a set is a subset of it, and what is left over is not', () => {
  fc.assert(
    fc.property(runs, runs, (a, b) => {
      const [x, y] = [MemberSet.of(a), MemberSet.of(b)]
      expect(x.isSubsetOf(x.union(y))).toBe(true)
      expect(x.intersect(y).isSubsetOf(y)).toBe(true)
      expect(x.subtract(x.union(y)).isEmpty).toBe(true)
      expect(x.union(y).isSubsetOf(x)).toBe(new Set(b).isSubsetOf(new Set(a)))
      expect(x.subtract(y).overlaps(y)).toBe(false)
    }),
  )
})

test('sets that differ in one word only, by its place or by its bits, are not equal', () => {
  expect(MemberSet.of([1, 40]).equals(MemberSet.of([1, 72]))).toBe(false)
  expect(MemberSet.of([1, 40]).equals(MemberSet.of([1, 41]))).toBe(false)
  expect(MemberSet.of([40]).equals(MemberSet.of([1, 40]))).toBe(false)
})

test('nothing is in a set beyond its words, nor in the gaps between them', () => {
  const set = MemberSet.of([40, 200, 900])
  for (const other of [0, 8, 41, 72, 168, 199, 201, 232, 899, 901, 932, 100_000]) expect(set.has(other)).toBe(false)
  for (const member of [40, 200, 900]) expect(set.has(member)).toBe(true)
})

test('an operation that changes nothing gives back the set itself', () => {
  const [some, others] = [MemberSet.of([3, 40, 900]), MemberSet.of([4, 41, 2_000])]
  expect(some.union(some)).toBe(some)
  expect(some.union(MemberSet.of([]))).toBe(some)
  expect(MemberSet.of([]).union(some)).toBe(some)
  expect(some.intersect(some)).toBe(some)
  expect(some.subtract(others)).toBe(some)
})
