import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressSet } from '../../src/sets/address-set.ts'
import { showV4, showV6 } from '../../src/sets/cidr.ts'

const cidr = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 32 }))
  .map(([second, last, bits]) => `10.${second}.0.${last}/${bits}`)
const set = fc.array(cidr, { maxLength: 4 }).map((list) => AddressSet.of(...list))

/** Membership by comparing bits as text, apart from the sets. */
function isIn(text: string, address: string): boolean {
  const bits = (ip = ''): string =>
    ip
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
  const [base, length] = text.split('/')
  return bits(base).slice(0, Number(length)) === bits(address).slice(0, Number(length))
}

const address = fc
  .tuple(fc.constantFrom(10, 11, 192), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }))
  .map(([first, second, last]) => `${first}.${second}.0.${last}`)

test('a set holds the addresses of its CIDRs and no others', () => {
  fc.assert(
    fc.property(fc.array(cidr, { maxLength: 4 }), address, (list, ip) => {
      expect(AddressSet.of(`${ip}/32`).isSubsetOf(AddressSet.of(...list))).toBe(list.some((item) => isIn(item, ip)))
    }),
  )
})

test('set laws', () => {
  fc.assert(
    fc.property(set, set, set, (a, b, c) => {
      expect(a.union(b).equals(b.union(a))).toBe(true)
      expect(a.intersect(b.union(c)).equals(a.intersect(b).union(a.intersect(c)))).toBe(true)
      expect(a.subtract(b).equals(a.intersect(b.complement()))).toBe(true)
      expect(a.subtract(b).union(a.intersect(b)).equals(a)).toBe(true)
      expect(a.complement().complement().equals(a)).toBe(true)
      expect(a.key === b.key).toBe(a.equals(b))
    }),
  )
})

test('a set is what its CIDRs make up, in as many as needed', () => {
  fc.assert(
    fc.property(set, (a) => {
      expect(AddressSet.of(...a.cidrs()).equals(a)).toBe(true)
    }),
  )
  expect(AddressSet.of('10.0.0.0/9', '10.128.0.0/9').cidrs()).toEqual(['10.0.0.0/8'])
})

/** Addresses at both ends of both families, where a mistake by one falls off the end. */
const LAST_V6 = (1n << 128n) - 1n
const SPAN = 20
const offsets = fc.array(
  fc
    .tuple(fc.integer({ min: 0, max: SPAN }), fc.integer({ min: 0, max: 9 }))
    .map(([low, length]): [number, number] => [low, Math.min(low + length, SPAN)]),
  { maxLength: 4 },
)
const membersOf = (list: readonly (readonly [number, number])[]): Set<number> =>
  new Set(list.flatMap(([low, high]) => Array.from({ length: high - low + 1 }, (_, index) => low + index)))

interface Corner {
  readonly name: string
  readonly of: (list: readonly (readonly [number, number])[]) => AddressSet
  readonly single: (offset: number) => AddressSet
  readonly size: (set: AddressSet) => number
}
const v4Corner = (name: string, base: number): Corner => ({
  name,
  of: (list) =>
    AddressSet.fromPairs(
      list.map(([low, high]) => [base + low, base + high] as const),
      [],
    ),
  single: (offset) => AddressSet.single(showV4(base + offset)),
  size: (set) => set.sizeV4(),
})
const v6Corner = (name: string, base: bigint): Corner => ({
  name,
  of: (list) =>
    AddressSet.fromPairs(
      [],
      list.map(([low, high]) => [base + BigInt(low), base + BigInt(high)] as const),
    ),
  single: (offset) => AddressSet.single(showV6(base + BigInt(offset))),
  size: (set) => Number(set.sizeV6()),
})

test.each([
  v4Corner('0.0.0.0', 0),
  v4Corner('255.255.255.255', 0xffff_ffff - SPAN),
  v6Corner('::', 0n),
  v6Corner('ffff:…:ffff', LAST_V6 - BigInt(SPAN)),
])('operations agree with those of plain sets near $name', ({ of, single, size }) => {
  fc.assert(
    fc.property(offsets, offsets, (first, second) => {
      const [a, b] = [of(first), of(second)]
      const [x, y] = [membersOf(first), membersOf(second)]
      const meant = (set: ReadonlySet<number>): AddressSet =>
        [...set].reduce((found, offset) => found.union(single(offset)), AddressSet.none)
      expect(a.union(b).key).toBe(meant(x.union(y)).key)
      expect(a.intersect(b).key).toBe(meant(x.intersection(y)).key)
      expect(a.subtract(b).key).toBe(meant(x.difference(y)).key)
      expect(a.overlaps(b)).toBe(!x.isDisjointFrom(y))
      expect(a.isSubsetOf(b)).toBe(x.isSubsetOf(y))
      expect(a.equals(b)).toBe(x.symmetricDifference(y).size === 0)
      expect(a.isEmpty).toBe(x.size === 0)
      expect(size(a)).toBe(x.size)
      expect(AddressSet.of(...a.cidrs()).key).toBe(a.key)
    }),
  )
})

test('the families do not touch each other', () => {
  const both = AddressSet.of('10.0.0.0/8', 'fd00::/8')
  expect(both.intersect(AddressSet.allV4).cidrs()).toEqual(['10.0.0.0/8'])
  expect(both.intersect(AddressSet.allV6).cidrs()).toEqual(['fd00::/8'])
  expect(AddressSet.allV4.overlaps(AddressSet.allV6)).toBe(false)
  expect(AddressSet.allV4.union(AddressSet.allV6).equals(AddressSet.all)).toBe(true)
  expect(AddressSet.all.sizeV4()).toBe(2 ** 32)
  expect(AddressSet.all.sizeV6()).toBe(1n << 128n)
})

test('a range is made up of the fewest CIDRs, in order, IPv4 first', () => {
  const shown = (...cidrs: string[]): string[] => AddressSet.of(...cidrs).cidrs()
  expect(AddressSet.all.cidrs()).toEqual(['0.0.0.0/0', '::/0'])
  expect(AddressSet.v4Range(1, 6).cidrs()).toEqual(['0.0.0.1/32', '0.0.0.2/31', '0.0.0.4/31', '0.0.0.6/32'])
  expect(AddressSet.v4Range(2, 11).cidrs()).toEqual(['0.0.0.2/31', '0.0.0.4/30', '0.0.0.8/30'])
  expect(AddressSet.v6Range(1n, 8n).cidrs()).toEqual(['::1/128', '::2/127', '::4/126', '::8/128'])
  expect(shown('fd00::/9', '10.0.0.0/32', 'fd80::/9')).toEqual(['10.0.0.0/32', 'fd00::/8'])
  expect(AddressSet.allV4.subtract(AddressSet.of('128.0.0.0/2')).cidrs()).toEqual(['0.0.0.0/1', '192.0.0.0/2'])
})

test('one address by its text, none by a text that is no address', () => {
  expect(AddressSet.single('10.0.0.7').cidrs()).toEqual(['10.0.0.7/32'])
  expect(AddressSet.single('fd00::7').cidrs()).toEqual(['fd00::7/128'])
  expect(AddressSet.single('tills.shop.example').isEmpty).toBe(true)
  expect(AddressSet.single('10.0.0.0/8').isEmpty).toBe(true)
})

test('a CIDR that is taken for granted and is wrong throws with what is wrong', () => {
  expect(() => AddressSet.of('10.0.0.0/8', '10.0.0.0/40')).toThrow(
    new RangeError('10.0.0.0/40: an IPv4 prefix length is at most 32, not 40'),
  )
})
