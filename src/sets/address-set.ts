import { parseCidr, parseV4, parseV6, showV4, showV6 } from './cidr.ts'
import {
  equalIntervals,
  type Intervals,
  intersectIntervals,
  normalize,
  pairsOf,
  subtractIntervals,
  unionIntervals,
} from './intervals.ts'

const LAST_V4 = 0xffff_ffff
const LAST_V6 = (1n << 128n) - 1n

/** IP addresses of both families, which never overlap: `0.0.0.0/0` holds no IPv6 address. Immutable. */
export class AddressSet {
  readonly v4: Intervals<number>
  readonly v6: Intervals<bigint>

  constructor(v4: Intervals<number>, v6: Intervals<bigint>) {
    this.v4 = v4
    this.v6 = v6
  }

  static readonly none = new AddressSet([], [])
  static readonly allV4 = new AddressSet([0, LAST_V4], [])
  static readonly allV6 = new AddressSet([], [0n, LAST_V6])
  static readonly all = new AddressSet([0, LAST_V4], [0n, LAST_V6])

  /** Union of CIDRs that are known to be well-formed; throws on one that is not. */
  static of(...cidrs: readonly string[]): AddressSet {
    const sets = cidrs.map((text) => {
      const parsed = parseCidr(text)
      if (!parsed.ok) throw new RangeError(`${text}: ${parsed.problem}`)
      return parsed.family === 4
        ? AddressSet.v4Range(parsed.first, parsed.last)
        : AddressSet.v6Range(parsed.first, parsed.last)
    })
    return sets.reduce((found, set) => found.union(set), AddressSet.none)
  }

  /** One address by its text; empty where the text is none. */
  static single(text: string): AddressSet {
    const v4 = parseV4(text)
    if (typeof v4 === 'number') return AddressSet.v4Range(v4, v4)
    const v6 = parseV6(text)
    return typeof v6 === 'bigint' ? AddressSet.v6Range(v6, v6) : AddressSet.none
  }

  static v4Range(first: number, last: number): AddressSet {
    return new AddressSet([first, last], [])
  }

  static v6Range(first: bigint, last: bigint): AddressSet {
    return new AddressSet([], [first, last])
  }

  static fromPairs(v4: readonly (readonly [number, number])[], v6: readonly (readonly [bigint, bigint])[]): AddressSet {
    return new AddressSet(normalize(v4), normalize(v6))
  }

  get isEmpty(): boolean {
    return this.v4.length === 0 && this.v6.length === 0
  }

  /** Canonical text of the set: equal sets have equal keys. */
  get key(): string {
    return `${this.v4.join(',')};${this.v6.join(',')}`
  }

  union(other: AddressSet): AddressSet {
    return new AddressSet(unionIntervals(this.v4, other.v4), unionIntervals(this.v6, other.v6))
  }

  intersect(other: AddressSet): AddressSet {
    return new AddressSet(intersectIntervals(this.v4, other.v4), intersectIntervals(this.v6, other.v6))
  }

  subtract(other: AddressSet): AddressSet {
    return new AddressSet(subtractIntervals(this.v4, other.v4), subtractIntervals(this.v6, other.v6))
  }

  complement(): AddressSet {
    return AddressSet.all.subtract(this)
  }

  equals(other: AddressSet): boolean {
    return equalIntervals(this.v4, other.v4) && equalIntervals(this.v6, other.v6)
  }

  isSubsetOf(other: AddressSet): boolean {
    return this.subtract(other).isEmpty
  }

  overlaps(other: AddressSet): boolean {
    return !this.intersect(other).isEmpty
  }

  /** Number of IPv4 addresses. */
  sizeV4(): number {
    return pairsOf(this.v4).reduce((sum, [low, high]) => sum + (high - low + 1), 0)
  }

  sizeV6(): bigint {
    return pairsOf(this.v6).reduce((sum, [low, high]) => sum + (high - low + 1n), 0n)
  }

  /** The fewest CIDRs that make up the set, IPv4 first, in order of address. */
  cidrs(): string[] {
    return [
      ...pairsOf(this.v4).flatMap(([low, high]) =>
        blocks(BigInt(low), BigInt(high), 32).map(([base, bits]) => `${showV4(Number(base))}/${bits}`),
      ),
      ...pairsOf(this.v6).flatMap(([low, high]) =>
        blocks(low, high, 128).map(([base, bits]) => `${showV6(base)}/${bits}`),
      ),
    ]
  }
}

/** Cuts a closed range into aligned blocks, each as base address and prefix length. */
function blocks(first: bigint, last: bigint, width: number): [bigint, number][] {
  const found: [bigint, number][] = []
  let base = first
  while (base <= last) {
    let size = 1n
    let bits = width
    while (base % (size * 2n) === 0n && base + size * 2n - 1n <= last) {
      size *= 2n
      bits--
    }
    found.push([base, bits])
    base += size
  }
  return found
}
