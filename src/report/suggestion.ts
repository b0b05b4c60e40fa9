import type { Fix, TextEdit } from '../rules/finding.ts'
import { lineCount, offsetOfLine, positionAt, type SourceFile } from '../source/source-file.ts'
import type { Anchor, DiffView } from './anchor.ts'
import { codeBlock } from './escape.ts'

/** Whole lines of the analysed head file and what stands there afterwards, without the last line break. */
export interface Replacement {
  readonly file: SourceFile
  readonly first: number
  readonly last: number
  readonly before: readonly string[]
  /** Empty where the lines go away. */
  readonly after: readonly string[]
}

interface LineRange {
  readonly first: number
  readonly last: number
}

/** Which neighbour a line inserted between two others is written with: a suggestion has to replace something. */
export type Attachment = 'previous' | 'next'

/** The edits as one replacement of whole lines; undefined where there are none or they lie in several files. */
export function replacementOf({ edits }: Fix, attachment: Attachment = 'previous'): Replacement | undefined {
  const [one] = edits
  if (one === undefined || edits.some(({ span }) => span.file.path !== one.span.file.path)) return undefined
  const { file } = one.span
  const { first, last } = touchedLines(file, edits, attachment)
  const from = offsetOfLine(file, first)
  const to = offsetOfLine(file, last + 1)
  const before = file.text.slice(from, to)
  return { file, first, last, before: linesOf(before), after: linesOf(edited(before, from, edits)) }
}

/** Text of a file with the edits done. */
export function applyEdits(file: SourceFile, edits: readonly TextEdit[]): string {
  return edited(file.text, 0, edits)
}

function edited(text: string, offset: number, edits: readonly TextEdit[]): string {
  const fromTheEnd = edits.toSorted((a, b) => b.span.start - a.span.start || b.span.end - a.span.end)
  return fromTheEnd.reduce(
    (result, { span, text: inserted }) =>
      result.slice(0, span.start - offset) + inserted + result.slice(span.end - offset),
    text,
  )
}

/** Lines from the first that an edit touches to the last; both exist. */
function touchedLines(file: SourceFile, edits: readonly TextEdit[], attachment: Attachment): LineRange {
  const count = lineCount(file)
  const ranges = edits.map((edit) => touchedBy(file, edit, attachment))
  const first = Math.min(count, ...ranges.map((range) => range.first))
  const last = Math.min(count, Math.max(...ranges.map((range) => range.last)))
  return { first, last: Math.max(first, last) }
}

/** An edit of whole lines leaves the line behind them alone. */
function touchedBy(file: SourceFile, { span, text }: TextEdit, attachment: Attachment): LineRange {
  const start = positionAt(file, span.start)
  const end = positionAt(file, span.end)
  const wholeLines = start.column === 1 && end.column === 1 && (text === '' || text.endsWith('\n'))
  if (!wholeLines) return { first: start.line, last: end.line }
  if (span.end > span.start) return { first: start.line, last: end.line - 1 }
  const neighbour = attachment === 'previous' && start.line > 1 ? start.line - 1 : start.line
  return { first: neighbour, last: neighbour }
}

/** Lines without their breaks; text that ends with a break has no further line. */
function linesOf(text: string): readonly string[] {
  if (text === '') return []
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n')
}

/** The lines a suggestion would replace, in the diff's numbers; undefined where GitHub could not apply it. */
export function suggestionAnchor({ file, first, last }: Replacement, diff: DiffView): Anchor | undefined {
  const { path } = file
  const start = diff.mapToHead(path, first)
  if (start === undefined) return undefined
  for (let line = first; line <= last; line++) {
    const expected = start + line - first
    if (diff.mapToHead(path, line) !== expected || !diff.commentable(path, 'RIGHT', expected)) return undefined
  }
  const end = start + last - first
  return diff.sameHunk(path, 'RIGHT', start, end) ? { path, side: 'RIGHT', first: start, last: end } : undefined
}

export function suggestionBlock({ after }: Replacement): string {
  return codeBlock(after.map((line) => `${line}\n`).join(''), 'suggestion')
}

/** The same change where it cannot be applied with a click. */
export function diffBlock({ before, after }: Replacement): string {
  const lines = [...before.map((line) => `-${line}\n`), ...after.map((line) => `+${line}\n`)]
  return codeBlock(lines.join(''), 'diff')
}
