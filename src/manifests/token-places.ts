/**
 * Places the YAML library's events leave out, found in the text of a document from the end of the token before.
 * Comments and blanks between tokens are stepped over.
 */

/** Behind the closing bracket (a character code) of a flow collection whose last item ends at `from`. */
export function endOfFlow(text: string, from: number, bracket: number): number {
  let index = skipBlanks(text, from)
  while (index < text.length && text.charCodeAt(index) !== bracket) index = skipBlanks(text, index + 1)
  return Math.min(index + 1, text.length)
}

/** Where a value that is not written would stand: behind its `:` or `-`, else behind the token before. */
export function placeOfEmptyValue(text: string, from: number): number {
  const index = skipBlanks(text, from)
  const code = text.charCodeAt(index)
  return code === 58 || code === 45 || code === 63 ? index + 1 : from
}

/** The colon that has no key, or the place behind a `?` that has none. */
export function placeOfEmptyKey(text: string, from: number): number {
  const index = skipBlanks(text, from)
  return text.charCodeAt(index) === 63 ? index + 1 : index
}

/** The `|` or `>` of a block scalar; only indicators stand between it and the token before. */
export function startOfBlockScalar(text: string, from: number): number {
  let index = skipBlanks(text, from)
  while (index < text.length && text.charCodeAt(index) !== 124 && text.charCodeAt(index) !== 62) {
    index = skipBlanks(text, index + 1)
  }
  return index
}

function skipBlanks(text: string, from: number): number {
  let index = from
  while (index < text.length) {
    const code = text.charCodeAt(index)
    if (code === 35 && isBlank(text.charCodeAt(index - 1), index)) index = endOfLine(text, index)
    else if (!isBlank(code, index)) return index
    else index++
  }
  return index
}

function isBlank(code: number, index: number): boolean {
  return (
    code === 32 || code === 9 || code === 10 || code === 13 || code === 0xfeff || (index === 0 && Number.isNaN(code))
  )
}

function endOfLine(text: string, from: number): number {
  let index = from
  while (index < text.length && text.charCodeAt(index) !== 10 && text.charCodeAt(index) !== 13) index++
  return index
}
