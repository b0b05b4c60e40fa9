/** Range of one document in the text of a file; a `---` and the directives before it belong to it. */
export interface DocumentRange {
  readonly start: number
  readonly end: number
}

const MARKER = /(?:^\uFEFF?|[\n\r])(---|\.\.\.)(?=[ \t\r\n]|$)/g

/**
 * Ranges of the documents of a stream, in order. A marker in column 1 ends a document even inside a scalar, so that
 * each document can be parsed by itself and a broken one hides no other. Ranges may hold nothing but blanks and comments;
 * a byte order mark is in none.
 */
export function splitDocuments(text: string): readonly DocumentRange[] {
  const ranges: DocumentRange[] = []
  let start = text.startsWith('\uFEFF') ? 1 : 0
  let bare = true
  for (const match of text.matchAll(MARKER)) {
    const marker = match.index + match[0].length - 3
    const opens = match[1] === '---'
    const isHeader = opens && bare && hasDirective(text, start, marker)
    if (!isHeader) {
      if (marker > start) ranges.push({ start, end: marker })
      start = opens ? marker : marker + 3
    }
    bare = !opens
  }
  if (start < text.length) ranges.push({ start, end: text.length })
  return ranges
}

/** Whether the text before a `---` begins with a `%` directive; blanks and comments may stand above it. */
function hasDirective(text: string, start: number, end: number): boolean {
  let index = start
  while (index < end) {
    const code = text.charCodeAt(index)
    if (code === 37) return true
    if (code === 35) index = endOfLine(text, index, end)
    else if (!isBlank(code)) return false
    index++
  }
  return false
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13 || code === 0xfeff
}

function endOfLine(text: string, from: number, end: number): number {
  let index = from
  while (index < end && text.charCodeAt(index) !== 10 && text.charCodeAt(index) !== 13) index++
  return index
}
