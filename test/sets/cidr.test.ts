import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCidr, parseV4, parseV6, showV4, showV6 } from '../../src/sets/cidr.ts'

const LAST_V6 = (1n << 128n) - 1n

describe('a CIDR is the range from its first address to its last', () => {
  test.each([
    ['0.0.0.0/0', 0, 0xffff_ffff, 0, false],
    ['10.1.2.3/32', 0x0a01_0203, 0x0a01_0203, 32, false],
    ['10.1.2.0/24', 0x0a01_0200, 0x0a01_02ff, 24, false],
    ['10.1.2.3/24', 0x0a01_0200, 0x0a01_02ff, 24, true],
    ['255.255.255.255/31', 0xffff_fffe, 0xffff_ffff, 31, true],
  ])('%s', (text, first, last, bits, hostBits) => {
    expect(parseCidr(text)).toEqual({ ok: true, family: 4, first, last, bits, hostBits })
  })

  test.each([
    ['::/0', 0n, LAST_V6, 0, false],
    ['::1/128', 1n, 1n, 128, false],
    ['fd00::/8', 0xfdn << 120n, (0xfen << 120n) - 1n, 8, false],
    ['fd00::1/8', 0xfdn << 120n, (0xfen << 120n) - 1n, 8, true],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/127', LAST_V6 - 1n, LAST_V6, 127, true],
  ])('%s', (text, first, last, bits, hostBits) => {
    expect(parseCidr(text)).toEqual({ ok: true, family: 6, first, last, bits, hostBits })
  })
})

test.each([
  ['10.0.0.1', 'no prefix length'],
  ['', 'no prefix length'],
  ['10.0.0.0/', 'not an address and a prefix length'],
  ['/8', 'not an address and a prefix length'],
  ['10.0.0.0/8 ', 'not an address and a prefix length'],
  ['10.0.0.0/8/8', 'not an address and a prefix length'],
  ['/10.0.0.0/8', 'not an address and a prefix length'],
  ['10.0.0.0/1000', 'not an address and a prefix length'],
  ['10.0.0.0/08', 'the prefix length has a leading zero'],
  ['10.0.0.0/33', 'an IPv4 prefix length is at most 32, not 33'],
  ['::/129', 'an IPv6 prefix length is at most 128, not 129'],
  ['10.0.0/8', 'not an IPv4 address'],
  ['010.0.0.0/8', 'an octet has a leading zero, which tools read differently'],
  ['10.0.0.256/8', 'octet 256 is above 255'],
  ['::ffff:10.0.0.0/104', 'an IPv4 address inside IPv6 is not supported'],
  ['fd00::g/64', 'not an IPv6 address'],
])('%s: %s', (text, problem) => {
  expect(parseCidr(text)).toEqual({ ok: false, problem })
})

test.each(['x10.0.0.1', '10.0.0.1x', '1000.0.0.1', 'shop.example', '10.0.0.0.1'])('%s is no IPv4 address', (text) => {
  expect(parseV4(text)).toBe('not an IPv4 address')
})

test.each([
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4::5:6:7:8',
  '1:2:3:4:5::6:7:8:9',
  '1::2::3',
  '1:::2',
  ':1::',
  '12345::',
  'x1::',
  '1x::',
  '',
])('%s is no IPv6 address', (text) => {
  expect(parseV6(text)).toBe('not an IPv6 address')
})

test.each([
  ['::', 0n],
  ['::1', 1n],
  ['1::', 1n << 112n],
  ['1:2:3:4:5:6:7:8', 0x0001_0002_0003_0004_0005_0006_0007_0008n],
  ['1:2:3:4:5:6:7::', 0x0001_0002_0003_0004_0005_0006_0007_0000n],
  ['1:2::7:8', 0x0001_0002_0000_0000_0000_0000_0007_0008n],
  ['FD00::aB', (0xfdn << 120n) + 0xabn],
])('%s is an IPv6 address', (text, value) => {
  expect(parseV6(text)).toBe(value)
})

/** RFC 5952, section 4: one zero group is written out; of runs as long as each other, the first is cut. */
test.each([
  '::',
  '::1',
  '1::',
  '1:2:3:4:5:6:7:8',
  '0:2:3:4:5:6:7:8',
  '1:0:3:4:5:6:7:0',
  '1::2:0:0:3:4',
  '1:0:0:2::3',
  '1:2:3:4:5:6::',
  'fd00::ab:0:ff',
])('%s is its own shortest form', (text) => {
  expect(showV6(parseV6(text) as bigint)).toBe(text)
})

test('text and number are one, for both families', () => {
  const group = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 0xffffn }))
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 0xffff_ffff }),
      fc.array(group, { minLength: 8, maxLength: 8 }),
      (v4, groups) => {
        expect(parseV4(showV4(v4))).toBe(v4)
        const v6 = groups.reduce((value, part) => (value << 16n) | part, 0n)
        expect(parseV6(showV6(v6))).toBe(v6)
      },
    ),
  )
})
