import type { SubstringOperator } from '../model/label-expression.ts'

/** What is asked of the parts of a value: that one of them is there as the operator says, or that none is. */
export interface PartTest {
  readonly operator: SubstringOperator
  readonly parts: readonly string[]
  readonly holds: boolean
}

/** No value is longer: names of service accounts are the longest that selectors speak of. */
const LONGEST = 253
/** More states than this are not searched; a value may then exist. */
const MOST_STATES = 50_000
/** More tests that have to hold than this are not followed. */
const MOST_WANTED = 10

const [START, END] = ['^', '$']
const isLetterOrDigit = (char: string): boolean => /^[A-Za-z0-9]$/.test(char)

/**
 * Whether some value passes every test and is none of the excluded ones. A value is searched for letter by letter,
 * framed as `^value$`, so that a prefix, a suffix and a whole value are all parts of the text. Exact but for its
 * limits, beyond which the answer is yes.
 */
export function someValueHas(tests: readonly PartTest[], excluded: ReadonlySet<string>): boolean {
  const wanted = tests.filter(({ holds }) => holds).map(framedParts)
  if (wanted.length > MOST_WANTED) return true
  const unwanted = [
    ...tests.filter(({ holds }) => !holds).flatMap(framedParts),
    ...[...excluded].map((value) => `${START}${value}${END}`),
  ]
  return new Search(wanted, unwanted).finds()
}

function framedParts({ operator, parts }: PartTest): string[] {
  return parts.map((part) => `${operator === 'StartsWith' ? START : ''}${part}${operator === 'EndsWith' ? END : ''}`)
}

/** The longest end of what was written that begins a pattern, and which wanted tests hold already. */
interface State {
  readonly tail: string
  readonly met: number
}

class Search {
  readonly #wanted: readonly (readonly string[])[]
  readonly #unwanted: readonly string[]
  readonly #beginnings: ReadonlySet<string>
  readonly #letters: readonly string[]

  constructor(wanted: readonly (readonly string[])[], unwanted: readonly string[]) {
    this.#wanted = wanted
    this.#unwanted = unwanted
    const patterns = [...wanted.flat(), ...unwanted]
    this.#beginnings = new Set(patterns.flatMap((text) => [...text].map((_, index) => text.slice(0, index + 1))))
    this.#letters = alphabetOf(patterns)
  }

  finds(): boolean {
    const first = this.#write({ tail: '', met: 0 }, START)
    let states = first === undefined ? [] : [first]
    const seen = new Set(states.map(keyOf))
    for (let length = 0; length <= LONGEST && states.length > 0; length++) {
      if (states.some((state) => this.#mayEnd(state))) return true
      states = states.flatMap((state) => this.#next(state, seen))
      if (seen.size > MOST_STATES) return true
    }
    return false
  }

  #next(state: State, seen: Set<string>): State[] {
    return this.#letters.flatMap((letter) => {
      if (state.tail.endsWith(START) && !isLetterOrDigit(letter)) return []
      const found = this.#write(state, letter)
      if (found === undefined || seen.has(keyOf(found))) return []
      seen.add(keyOf(found))
      return [found]
    })
  }

  #mayEnd(state: State): boolean {
    const last = state.tail.at(-1)
    if (last !== undefined && last !== START && !isLetterOrDigit(last)) return false
    return this.#write(state, END)?.met === 2 ** this.#wanted.length - 1
  }

  /** What one more letter leads to; undefined where it completes something unwanted. */
  #write({ tail, met }: State, letter: string): State | undefined {
    const text = tail + letter
    if (this.#unwanted.some((part) => text.endsWith(part))) return undefined
    const now = this.#wanted.reduce(
      (bits, parts, index) => (parts.some((part) => text.endsWith(part)) ? bits | (1 << index) : bits),
      met,
    )
    return { tail: this.#longestBeginning(text), met: now }
  }

  /** The last letter is kept in any case: whether the value may end depends on it. */
  #longestBeginning(text: string): string {
    for (let from = 0; from < text.length - 1; from++)
      if (this.#beginnings.has(text.slice(from))) return text.slice(from)
    return text.slice(-1)
  }
}

const keyOf = ({ tail, met }: State): string => `${met} ${tail}`

/** Letters of the patterns that a value may hold, and one that stands for all others. */
function alphabetOf(patterns: readonly string[]): string[] {
  const used = new Set(patterns.flatMap((text) => [...text]).filter((letter) => /^[A-Za-z0-9_.-]$/.test(letter)))
  const other = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'].find(
    (letter) => !used.has(letter),
  )
  return other === undefined ? [...used] : [...used, other]
}
