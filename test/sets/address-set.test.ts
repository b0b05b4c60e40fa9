import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AddressSet } from '../../src/sets/address-set.ts'
import { parseCidr, parseV6, showV6 } from '../../src/sets/cidr.ts'

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

test('IPv6 text and number are one', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
      expect(parseV6(showV6(value))).toBe(value)
    }),
  )
  expect(showV6(1n)).toBe('::1')
})

describe('text that is no CIDR', () => {
  test.each([
    '10.0.0.1',
    '10.0.0.0/33',
    '010.0.0.0/8',
    '10.0.0/8',
    '10.0.0.0/08',
    '256.0.0.0/8',
    '::1',
    '::/129',
    '::ffff:10.0.0.0/104',
    '1:::2/64',
    '',
  ])('%s', (text) => {
    expect(parseCidr(text).ok).toBe(false)
  })
})
