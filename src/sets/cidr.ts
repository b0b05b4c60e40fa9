/** A CIDR as the API server's lenient parser reads it: host bits are masked and noted. */
export type ParsedCidr =
  | {
      readonly ok: true
      readonly family: 4
      readonly first: number
      readonly last: number
      readonly bits: number
      readonly hostBits: boolean
    }
  | {
      readonly ok: true
      readonly family: 6
      readonly first: bigint
      readonly last: bigint
      readonly bits: number
      readonly hostBits: boolean
    }
  | { readonly ok: false; readonly problem: string }

const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/

/**
 * Parses `address/bits`. A leading zero is refused, since tools disagree on whether `010` is 8 or 10, and so is an
 * IPv4-mapped IPv6 address.
 */
export function parseCidr(text: string): ParsedCidr {
  const parts = /^([^/]+)\/(\d{1,3})$/.exec(text)
  if (parts === null)
    return { ok: false, problem: text.includes('/') ? 'not an address and a prefix length' : 'no prefix length' }
  const bits = Number(parts[2])
  if (`${bits}` !== parts[2]) return { ok: false, problem: 'the prefix length has a leading zero' }
  const address = parts[1] as string
  return address.includes(':') ? parseV6Cidr(address, bits) : parseV4Cidr(address, bits)
}

function parseV4Cidr(address: string, bits: number): ParsedCidr {
  const value = parseV4(address)
  if (typeof value === 'string') return { ok: false, problem: value }
  if (bits > 32) return { ok: false, problem: `an IPv4 prefix length is at most 32, not ${bits}` }
  const size = 2 ** (32 - bits)
  const first = Math.floor(value / size) * size
  return { ok: true, family: 4, first, last: first + size - 1, bits, hostBits: first !== value }
}

function parseV6Cidr(address: string, bits: number): ParsedCidr {
  const value = parseV6(address)
  if (typeof value === 'string') return { ok: false, problem: value }
  if (bits > 128) return { ok: false, problem: `an IPv6 prefix length is at most 128, not ${bits}` }
  const size = 1n << BigInt(128 - bits)
  const first = (value / size) * size
  return { ok: true, family: 6, first, last: first + size - 1n, bits, hostBits: first !== value }
}

/** IPv4 address as a number, or what is wrong with it. */
export function parseV4(text: string): number | string {
  const match = octets.exec(text)
  if (match === null) return 'not an IPv4 address'
  let value = 0
  for (const part of match.slice(1)) {
    if (part.length > 1 && part.startsWith('0')) return 'an octet has a leading zero, which tools read differently'
    if (Number(part) > 255) return `octet ${part} is above 255`
    value = value * 256 + Number(part)
  }
  return value
}

/** IPv6 address as a number, or what is wrong with it. */
export function parseV6(text: string): bigint | string {
  if (text.includes('.')) return 'an IPv4 address inside IPv6 is not supported'
  const halves = text.split('::')
  if (halves.length > 2) return 'not an IPv6 address'
  const groupsOf = (half: string | undefined): string[] => (half === undefined || half === '' ? [] : half.split(':'))
  const head = groupsOf(halves[0])
  const tail = groupsOf(halves[1])
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return 'not an IPv6 address'
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail]
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return 'not an IPv6 address'
  return groups.reduce((value, group) => (value << 16n) | BigInt(Number.parseInt(group, 16)), 0n)
}

export function showV4(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
}

/** Shortest form as RFC 5952 asks: lower case, the longest run of two or more zero groups as `::`. */
export function showV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  )
  let best = { start: -1, length: 1 }
  for (const start of groups.keys()) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  if (best.start < 0) return groups.join(':')
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`
}

/** Whether a text is an address of either family, without a prefix length. */
export const isAddress = (text: string): boolean =>
  typeof parseV4(text) !== 'string' || typeof parseV6(text) !== 'string'
