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
