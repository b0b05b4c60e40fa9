import { structuredPatch } from 'diff'

/** A changed stretch with up to three unchanged lines around it. Lines count from 1; a side without lines starts where they would stand. */
export interface Hunk {
  readonly oldStart: number
  readonly oldLines: number
  readonly newStart: number
  readonly newLines: number
  /** Lines with ` `, `-` or `+` in front, without line breaks. */
  readonly lines: readonly string[]
}

const CONTEXT = 3
const TIMEOUT_MILLISECONDS = 2000

/**
 * Hunks between two texts of a file; undefined is a file that is not there. Texts too different to compare in time
 * give one hunk that takes everything out and puts everything in.
 */
export function diffHunks(base: string | undefined, head: string | undefined): readonly Hunk[] {
  if (base === head) return []
  const before = base ?? ''
  const after = head ?? ''
  const patch = structuredPatch('', '', before, after, '', '', { context: CONTEXT, timeout: TIMEOUT_MILLISECONDS })
  if (patch === undefined) return [wholeFile(linesOf(before), linesOf(after))]
  return patch.hunks.map((hunk) => ({ ...hunk, lines: hunk.lines.filter((line) => !line.startsWith('\\')) }))
}

function wholeFile(before: readonly string[], after: readonly string[]): Hunk {
  const lines = [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)]
  return { oldStart: 1, oldLines: before.length, newStart: 1, newLines: after.length, lines }
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Line of the other side that holds the same unchanged line; undefined where the line was added or deleted. */
export function mapLine(hunks: readonly Hunk[], line: number, from: 'base' | 'head'): number | undefined {
  let shift = 0
  for (const hunk of hunks) {
    const { start, count, otherCount } = sideOf(hunk, from)
    if (line < start) break
    if (line < start + count) return mapInside(hunk, line, from)
    shift += otherCount - count
  }
  return line + shift
}

function sideOf(hunk: Hunk, side: 'base' | 'head') {
  const base = { start: hunk.oldStart, count: hunk.oldLines, otherCount: hunk.newLines }
  return side === 'base' ? base : { start: hunk.newStart, count: hunk.newLines, otherCount: hunk.oldLines }
}

function mapInside(hunk: Hunk, line: number, from: 'base' | 'head'): number | undefined {
  for (const place of placesOf(hunk)) {
    if (place[from] === line) return place[from === 'base' ? 'head' : 'base']
  }
  return undefined
}

/** Line numbers of each line of a hunk; an added line has none in base, a deleted one none in head. */
function* placesOf(hunk: Hunk): Generator<{ readonly base: number | undefined; readonly head: number | undefined }> {
  let base = hunk.oldStart
  let head = hunk.newStart
  for (const line of hunk.lines) {
    if (line.startsWith('+')) yield { base: undefined, head: head++ }
    else if (line.startsWith('-')) yield { base: base++, head: undefined }
    else yield { base: base++, head: head++ }
  }
}

/** Whether a review comment can stand on a line: added or context lines of head, deleted lines of base. */
export function isCommentable(hunks: readonly Hunk[], side: 'base' | 'head', line: number): boolean {
  return hunkOf(hunks, side, line) !== undefined
}

/** The hunk a comment on this line would be in; both ends of a comment on several lines need the same one. */
export function hunkOf(hunks: readonly Hunk[], side: 'base' | 'head', line: number): Hunk | undefined {
  return hunks.find((hunk) => {
    const { start, count } = sideOf(hunk, side)
    if (line < start || line >= start + count) return false
    return side === 'head' || mapInside(hunk, line, 'base') === undefined
  })
}
