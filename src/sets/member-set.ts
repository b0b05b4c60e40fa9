/**
 * A set of small whole numbers, the indices of peer classes of one universe. Immutable. Bits stand in words of 32, of
 * which only those with a member are kept: most sets speak of a few namespaces, and classes of one namespace are
 * neighbours.
 */
export class MemberSet {
  /** Indices of the words, ascending. */
  readonly #at: readonly number[]
  /** Words as signed numbers, none of them 0. */
  readonly #words: readonly number[]
  #key: string | undefined

  private constructor(at: readonly number[], words: readonly number[]) {
    this.#at = at
    this.#words = words
  }

  static readonly none = new MemberSet([], [])

  /** Every number below `count`. */
  static all(count: number): MemberSet {
    const length = (count + 31) >>> 5
    const words = Array.from({ length }, () => -1)
    if ((count & 31) !== 0) words[length - 1] = (1 << (count & 31)) - 1
    return new MemberSet([...words.keys()], words)
  }

  static of(members: Iterable<number>): MemberSet {
    const at: number[] = []
    const words: number[] = []
    for (const member of [...members].sort((a, b) => a - b)) {
      const last = at.length - 1
      const bit = 1 << (member & 31)
      if (at[last] === member >>> 5) words[last] = (words[last] as number) | bit
      else {
        at.push(member >>> 5)
        words.push(bit)
      }
    }
    return new MemberSet(at, words)
  }

  /** Canonical text: equal sets have equal keys. */
  get key(): string {
    this.#key ??= this.#ranges()
    return this.#key
  }

  /** `3,7-31`: runs of members. */
  #ranges(): string {
    const parts: string[] = []
    let low = -1
    let high = -2
    for (let place = 0; place < this.#at.length; place++) {
      const base = (this.#at[place] as number) * 32
      for (const [first, last] of runsOf(this.#words[place] as number)) {
        if (base + first !== high + 1) {
          if (low >= 0) parts.push(showRange(low, high))
          low = base + first
        }
        high = base + last
      }
    }
    if (low >= 0) parts.push(showRange(low, high))
    return parts.join(',')
  }

  get isEmpty(): boolean {
    return this.#at.length === 0
  }

  get size(): number {
    let count = 0
    for (const word of this.#words) count += popCount(word)
    return count
  }

  has(member: number): boolean {
    const index = member >>> 5
    let low = 0
    let high = this.#at.length - 1
    while (low <= high) {
      const middle = (low + high) >>> 1
      const found = this.#at[middle] as number
      if (found === index) return (((this.#words[middle] as number) >>> (member & 31)) & 1) === 1
      if (found < index) low = middle + 1
      else high = middle - 1
    }
    return false
  }

  union(other: MemberSet): MemberSet {
    if (this === other || other.isEmpty) return this
    if (this.isEmpty) return other
    const at: number[] = []
    const words: number[] = []
    const [a, b] = [this.#at, other.#at]
    let i = 0
    let j = 0
    while (i < a.length || j < b.length) {
      const [x, y] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY]
      at.push(x < y ? x : y)
      words.push((x <= y ? (this.#words[i] as number) : 0) | (y <= x ? (other.#words[j] as number) : 0))
      if (x <= y) i++
      if (y <= x) j++
    }
    return new MemberSet(at, words)
  }

  intersect(other: MemberSet): MemberSet {
    if (this === other) return this
    const at: number[] = []
    const words: number[] = []
    this.#meet(other, (index, word) => {
      at.push(index)
      words.push(word)
      return false
    })
    return new MemberSet(at, words)
  }

  /** Calls `found` for each word with common members, until it says it has seen enough; returns whether it did. */
  #meet(other: MemberSet, found: (index: number, word: number) => boolean): boolean {
    const [a, b] = [this.#at, other.#at]
    let i = 0
    let j = 0
    while (i < a.length && j < b.length) {
      const x = a[i] as number
      const y = b[j] as number
      if (x < y) i = seek(a, i, y)
      else if (y < x) j = seek(b, j, x)
      else {
        const word = (this.#words[i] as number) & (other.#words[j] as number)
        if (word !== 0 && found(x, word)) return true
        i++
        j++
      }
    }
    return false
  }

  subtract(other: MemberSet): MemberSet {
    if (!this.overlaps(other)) return this
    const at: number[] = []
    const words: number[] = []
    const b = other.#at
    let j = 0
    for (let place = 0; place < this.#at.length; place++) {
      const index = this.#at[place] as number
      j = seek(b, j, index)
      const word = (this.#words[place] as number) & ~(b[j] === index ? (other.#words[j] as number) : 0)
      if (word === 0) continue
      at.push(index)
      words.push(word)
    }
    return new MemberSet(at, words)
  }

  overlaps(other: MemberSet): boolean {
    return this.#meet(other, () => true)
  }

  isSubsetOf(other: MemberSet): boolean {
    return this === other || this.subtract(other).isEmpty
  }

  equals(other: MemberSet): boolean {
    if (this === other) return true
    return (
      this.#at.length === other.#at.length &&
      this.#at.every((index, place) => index === other.#at[place] && this.#words[place] === other.#words[place])
    )
  }

  /** Members in ascending order. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let place = 0; place < this.#at.length; place++) {
      const base = (this.#at[place] as number) * 32
      for (const bit of bitsOf(this.#words[place] as number)) yield base + bit
    }
  }

  first(): number | undefined {
    for (const member of this) return member
    return undefined
  }
}

const showRange = (low: number, high: number): string => (low === high ? `${low}` : `${low}-${high}`)

const wholeWord = [[0, 31]] as const

/** First and last places of the runs of bits that are set, from the lowest. */
function runsOf(word: number): readonly (readonly [number, number])[] {
  if (word === -1) return wholeWord
  const runs: [number, number][] = []
  let left = word
  while (left !== 0) {
    const first = lowestBit(left)
    const beyond = ~(left >>> first) << first
    const last = beyond === 0 ? 31 : lowestBit(beyond) - 1
    runs.push([first, last])
    left = last === 31 ? 0 : left & (-1 << (last + 1))
  }
  return runs
}

const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)

/** Places of the bits that are set, from the lowest. */
function* bitsOf(word: number): Generator<number> {
  let left = word
  while (left !== 0) {
    yield lowestBit(left)
    left &= left - 1
  }
}

function popCount(word: number): number {
  let value = word - ((word >>> 1) & 0x5555_5555)
  value = (value & 0x3333_3333) + ((value >>> 2) & 0x3333_3333)
  return (((value + (value >>> 4)) & 0x0f0f_0f0f) * 0x0101_0101) >>> 24
}

/** First place at or behind `from` whose value is at least `target`; sets are often of very different size. */
function seek(sorted: readonly number[], from: number, target: number): number {
  let step = 1
  let low = from
  while (low + step < sorted.length && (sorted[low + step] as number) < target) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, sorted.length)
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] as number) < target) low = middle + 1
    else high = middle
  }
  return low
}
