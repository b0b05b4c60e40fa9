import type { Selector, TestOperator } from './selector.ts'

export type ParsedSelector =
  | { readonly ok: true; readonly selector: Selector }
  /** `at`: 0-based place in the text, of `length` characters; at the end of the text there are none. */
  | { readonly ok: false; readonly at: number; readonly length: number; readonly problem: string }

const MOST_CHARACTERS = 1024
const MOST_IN_LABEL = 512

/**
 * Parses a selector: `or` of `and` of operations, each of which any number of `!` may precede. The length of the text
 * bounds how deep parentheses nest.
 */
export function parseSelector(text: string): ParsedSelector {
  if (text.length > MOST_CHARACTERS)
    return failure(
      MOST_CHARACTERS,
      text.length - MOST_CHARACTERS,
      `a selector has at most ${MOST_CHARACTERS} characters, not ${text.length}`,
    )
  try {
    return { ok: true, selector: new Parser(text).whole() }
  } catch (error) {
    if (error instanceof SelectorError) return failure(error.at, error.length, error.message)
    throw error
  }
}

const failure = (at: number, length: number, problem: string): ParsedSelector => ({ ok: false, at, length, problem })

/** Never leaves this file. */
class SelectorError extends Error {
  readonly at: number
  readonly length: number

  constructor(at: number, length: number, message: string) {
    super(message)
    this.at = at
    this.length = length
  }
}

const LABEL = /[A-Za-z0-9_./-]+/y
const BLANKS = /[ \t]*/y
const WORD_END = '(?![A-Za-z0-9_./-])'
const testWords: readonly (readonly [RegExp, TestOperator])[] = [
  [/==/y, '=='],
  [/!=/y, '!='],
  [new RegExp(`contains${WORD_END}`, 'y'), 'contains'],
  [new RegExp(`starts[ \\t]*with${WORD_END}`, 'y'), 'starts with'],
  [new RegExp(`ends[ \\t]*with${WORD_END}`, 'y'), 'ends with'],
]
const listWords: readonly (readonly [RegExp, 'in' | 'not in'])[] = [
  [new RegExp(`in${WORD_END}`, 'y'), 'in'],
  [new RegExp(`not[ \\t]*in${WORD_END}`, 'y'), 'not in'],
]
const OPERATION = 'a label, has(…), all(), ( or !'
const OPERATOR = '==, !=, in, not in, contains, starts with or ends with'

class Parser {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  whole(): Selector {
    this.#skip()
    if (this.#at === this.#text.length) return { kind: 'all()' }
    const selector = this.#or()
    if (this.#at < this.#text.length) this.#fail('&&, || or the end')
    return selector
  }

  #or(): Selector {
    return this.#joined('||', 'or', () => this.#joined('&&', 'and', () => this.#operation()))
  }

  #joined(sign: '||' | '&&', kind: 'or' | 'and', part: () => Selector): Selector {
    const of = [part()]
    while (this.#takes(sign)) of.push(part())
    return of.length === 1 ? (of[0] as Selector) : { kind, of }
  }

  /** An even number of `!` is none. */
  #operation(): Selector {
    let negated = false
    while (this.#takes('!')) negated = !negated
    const of = this.#plainOperation()
    return negated ? { kind: 'not', of } : of
  }

  #plainOperation(): Selector {
    if (this.#takes('(')) {
      const inner = this.#or()
      this.#needs(')')
      return inner
    }
    if (this.#takes('has(')) {
      const label = this.#label('a label')
      this.#needs(')')
      return { kind: 'has', label }
    }
    for (const kind of ['all', 'global'] as const) {
      if (!this.#takes(`${kind}(`)) continue
      this.#needs(')')
      return { kind: `${kind}()` }
    }
    return this.#test(this.#label(OPERATION))
  }

  #test(label: string): Selector {
    for (const [pattern, operator] of testWords)
      if (this.#match(pattern) !== undefined) return { kind: 'test', label, operator, value: this.#string(operator) }
    for (const [pattern, operator] of listWords)
      if (this.#match(pattern) !== undefined) return { kind: 'list', label, operator, values: this.#values(operator) }
    return this.#fail(`${OPERATOR} after ${label}`)
  }

  /** `{}` and a comma behind the last value are allowed. */
  #values(operator: string): string[] {
    this.#needs('{', ` after ${operator}`)
    const found = new Set<string>()
    while (!this.#takes('}')) {
      found.add(this.#string(found.size === 0 ? '{' : ','))
      if (this.#takes(',')) continue
      this.#needs('}', ' or ,')
      break
    }
    return [...found].sort()
  }

  #string(before: string): string {
    const quote = this.#text[this.#at]
    if (quote !== '"' && quote !== "'") return this.#fail(`a text in quotes after ${before}`)
    const end = this.#text.indexOf(quote, this.#at + 1)
    if (end < 0)
      throw new SelectorError(this.#at, this.#text.length - this.#at, `the quote ${quote} here is never closed`)
    const value = this.#text.slice(this.#at + 1, end)
    this.#at = end + 1
    this.#skip()
    return value
  }

  #label(expected: string): string {
    const start = this.#at
    const label = this.#match(LABEL)
    if (label === undefined) return this.#fail(expected)
    if (label.length > MOST_IN_LABEL)
      throw new SelectorError(start, label.length, `a label has at most ${MOST_IN_LABEL} characters`)
    return label
  }

  #needs(sign: string, rest = ''): void {
    if (!this.#takes(sign)) this.#fail(`${sign}${rest}`)
  }

  #takes(sign: string): boolean {
    if (!this.#text.startsWith(sign, this.#at)) return false
    this.#at += sign.length
    this.#skip()
    return true
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    this.#skip()
    return found
  }

  #skip(): void {
    BLANKS.lastIndex = this.#at
    this.#at += BLANKS.exec(this.#text)?.[0].length ?? 0
  }

  #fail(expected: string): never {
    const word = /^(?:[A-Za-z0-9_./-]+|[^A-Za-z0-9_./\- \t]{1,2}|)/s.exec(this.#text.slice(this.#at))?.[0] ?? ''
    const found = word === '' ? 'the end' : /^[\r\n]/.test(word) ? 'a line break' : word
    const length = /^[\r\n]/.test(word) ? 1 : word.length
    throw new SelectorError(this.#at, length, `expected ${expected}, found ${found}`)
  }
}
