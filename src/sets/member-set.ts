/**
 * A set of small whole numbers, the indices of peer classes of one universe. Immutable; the words behind it are never
 * written after construction. All sets of a universe have the same capacity.
 */
export class MemberSet {
  readonly #words: Uint32Array
  #key: string | undefined

  private constructor(words: Uint32Array) {
    this.#words = words
  }

  static none(capacity: number): MemberSet {
    return new MemberSet(new Uint32Array((capacity + 31) >>> 5))
  }

  static all(capacity: number): MemberSet {
    const words = new Uint32Array((capacity + 31) >>> 5).fill(0xffff_ffff)
    const spare = words.length * 32 - capacity
    if (spare > 0 && words.length > 0) words[words.length - 1] = 0xffff_ffff >>> spare
    return new MemberSet(words)
  }

  static of(capacity: number, members: Iterable<number>): MemberSet {
    const words = new Uint32Array((capacity + 31) >>> 5)
    for (const member of members) words[member >>> 5] = (words[member >>> 5] as number) | (1 << (member & 31))
    return new MemberSet(words)
  }

  /** Canonical text: equal sets have equal keys. */
  get key(): string {
    if (this.#key === undefined) {
      const parts: string[] = []
      this.#words.forEach((word, index) => {
        if (word !== 0) parts.push(`${index.toString(36)}:${word.toString(36)}`)
      })
      this.#key = parts.join('.')
    }
    return this.#key
  }

  get isEmpty(): boolean {
    return this.#words.every((word) => word === 0)
  }

  get size(): number {
    let count = 0
    for (const word of this.#words) count += popCount(word)
    return count
  }

  has(member: number): boolean {
    return (((this.#words[member >>> 5] ?? 0) >>> (member & 31)) & 1) === 1
  }

  union(other: MemberSet): MemberSet {
    return new MemberSet(this.#words.map((word, index) => word | (other.#words[index] as number)))
  }

  intersect(other: MemberSet): MemberSet {
    return new MemberSet(this.#words.map((word, index) => word & (other.#words[index] as number)))
  }

  subtract(other: MemberSet): MemberSet {
    return new MemberSet(this.#words.map((word, index) => word & ~(other.#words[index] as number)))
  }

  overlaps(other: MemberSet): boolean {
    return this.#words.some((word, index) => (word & (other.#words[index] as number)) !== 0)
  }

  isSubsetOf(other: MemberSet): boolean {
    return this.#words.every((word, index) => (word & ~(other.#words[index] as number)) === 0)
  }

  equals(other: MemberSet): boolean {
    return this === other || this.#words.every((word, index) => word === other.#words[index])
  }

  /** Members in ascending order. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let index = 0; index < this.#words.length; index++) {
      let word = this.#words[index] as number
      while (word !== 0) {
        const bit = 31 - Math.clz32(word & -word)
        yield index * 32 + bit
        word &= word - 1
      }
    }
  }

  first(): number | undefined {
    for (const member of this) return member
    return undefined
  }
}

function popCount(word: number): number {
  let value = word - ((word >>> 1) & 0x5555_5555)
  value = (value & 0x3333_3333) + ((value >>> 2) & 0x3333_3333)
  return (((value + (value >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24
}
