/** A file of one side: its path inside the tree (`/` separators, no leading slash) and its decoded text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** A place in a file for people: line and column count from 1; a column counts UTF-16 units. */
export interface Position {
  readonly line: number
  readonly column: number
}

const lineStartsOf = new WeakMap<SourceFile, Uint32Array>()

/** Offsets at which lines begin. `\n`, `\r\n` and a lone `\r` end a line, as in YAML. */
function lineStarts(file: SourceFile): Uint32Array {
  const known = lineStartsOf.get(file)
  if (known !== undefined) return known
  const starts = [0]
  const { text } = file
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) starts.push(index + 1)
  }
  const found = Uint32Array.from(starts)
  lineStartsOf.set(file, found)
  return found
}

/** Converts an offset (0-based) into a position. An offset past the end is the end. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file)
  const target = Math.max(0, Math.min(offset, file.text.length))
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= target) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: target - (starts[low] as number) + 1 }
}

/** Offset of the first character of a line (1-based). A line past the end gives the length of the text. */
export function offsetOfLine(file: SourceFile, line: number): number {
  return lineStarts(file)[line - 1] ?? file.text.length
}

/** Number of lines; a line break at the end of the file begins no further line. */
export function lineCount(file: SourceFile): number {
  const starts = lineStarts(file)
  const last = starts[starts.length - 1] as number
  return last === file.text.length && starts.length > 1 ? starts.length - 1 : starts.length
}
