/**
 * Text in which the lines of each flow collection are joined by spaces; undefined when no collection has a line break.
 * Kubernetes' reader pays no heed to indentation inside brackets (a closing one may stand below its key, a line may
 * begin with a tab), while the YAML library refuses such text. Offsets stay as they are.
 */
export function joinFlowLines(text: string): string | undefined {
  const scanner = new FlowScanner(text)
  scanner.scan()
  if (scanner.gaps.length === 0) return undefined
  let joined = ''
  let end = 0
  for (const gap of scanner.gaps) {
    joined += text.slice(end, gap.start) + ' '.repeat(gap.end - gap.start)
    end = gap.end
  }
  return joined + text.slice(end)
}

/** What is known of a line outside of brackets; `parent` is the column of what may hold a block scalar. */
interface BlockLine {
  readonly start: number
  parent: number
  hasToken: boolean
  /** Whether a value may begin here. */
  atValue: boolean
}

/** Finds line breaks, indentation and comments inside brackets; brackets within scalars do not count. */
class FlowScanner {
  readonly gaps: { readonly start: number; readonly end: number }[] = []
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  scan(): void {
    while (this.#at < this.#text.length) this.#blockLine()
  }

  /** One line outside of brackets, with what is in brackets behind it. */
  #blockLine(): void {
    const line: BlockLine = { start: this.#at, parent: -1, hasToken: false, atValue: true }
    while (this.#at < this.#text.length && this.#here !== '\n') {
      if (!this.#blockToken(line)) return
    }
    this.#at++
  }

  /** False when the line ended within. */
  #blockToken(line: BlockLine): boolean {
    const char = this.#here
    const ends = (char === '#' && this.#afterBlank) || (line.atValue && (char === '|' || char === '>'))
    if (ends && char === '#') this.#endLine()
    else if (ends) this.#blockScalar(line.parent)
    else if (isBlank(char)) this.#at++
    else if (line.atValue && (char === '"' || char === "'")) this.#quoted(char)
    else if (line.atValue && (char === '[' || char === '{')) this.#flow()
    else this.#plainCharacter(char, line)
    return !ends
  }

  #plainCharacter(char: string, line: BlockLine): void {
    const separates = isSeparator(this.#text[this.#at + 1])
    const isDash = line.atValue && char === '-' && separates && !line.hasToken
    const isProperty = line.atValue && (char === '&' || char === '!')
    if (!line.hasToken) line.parent = this.#at - line.start
    line.hasToken ||= !isDash
    line.atValue = isDash || isProperty || (char === ':' && separates)
    while (isProperty && !isSeparator(this.#text[this.#at + 1])) this.#at++
    this.#at++
  }

  get #here(): string {
    return this.#text[this.#at] as string
  }

  get #afterBlank(): boolean {
    return this.#at === 0 || isSeparator(this.#text[this.#at - 1])
  }

  #endLine(): void {
    const end = this.#text.indexOf('\n', this.#at)
    this.#at = end < 0 ? this.#text.length : end + 1
  }

  /** Lines that are blank or indented further than what holds the scalar. */
  #blockScalar(parent: number): void {
    this.#endLine()
    while (this.#at < this.#text.length) {
      const rest = /[^ ]/g
      rest.lastIndex = this.#at
      const first = rest.exec(this.#text)
      if (first === null) break
      if (first[0] !== '\n' && first[0] !== '\r' && first.index - this.#at <= parent) return
      this.#endLine()
    }
  }

  #quoted(quote: string): void {
    this.#at++
    while (this.#at < this.#text.length && this.#here !== quote)
      this.#at += quote === '"' && this.#here === '\\' ? 2 : 1
    this.#at++
  }

  #flow(): void {
    let depth = 0
    let atToken = true
    while (this.#at < this.#text.length) {
      const char = this.#here
      if (char === '\n' || char === '\r' || (char === '#' && this.#afterBlank)) this.#gap(char)
      else if (atToken && (char === '"' || char === "'")) this.#quoted(char)
      else {
        if (char === '[' || char === '{') depth++
        if (char === ']' || char === '}') depth--
        if (!isBlank(char)) atToken = '[{,:'.includes(char)
        this.#at++
        if (depth === 0) return
      }
    }
  }

  /** A comment, or a line break with the blanks behind it. */
  #gap(char: string): void {
    const start = this.#at
    if (char === '#') this.#endLine()
    while (isBlank(this.#here) || this.#here === '\n' || this.#here === '\r') this.#at++
    this.gaps.push({ start, end: this.#at })
  }
}

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t'
const isSeparator = (char: string | undefined): boolean =>
  char === undefined || isBlank(char) || char === '\n' || char === '\r'
