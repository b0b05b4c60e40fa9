import { type Position, positionAt, type SourceFile } from './source-file.ts'

/** A range of a file: offsets count from 0, `end` is not part of it. Zero width is allowed. */
export interface Span {
  readonly file: SourceFile
  readonly start: number
  readonly end: number
}

/** A value and where it was written. */
export interface Located<T> {
  readonly value: T
  readonly span: Span
}

/** A span for people: lines and columns from 1; `end` is the position behind the last character. */
export interface Region {
  readonly path: string
  readonly start: Position
  readonly end: Position
}

export function regionOf(span: Span): Region {
  return { path: span.file.path, start: positionAt(span.file, span.start), end: positionAt(span.file, span.end) }
}

/** Line (1-based) on which the span begins. */
export function startLine(span: Span): number {
  return positionAt(span.file, span.start).line
}

/** Last line (1-based) that holds a character of the span; a span that ends behind a line break ends on the line before. */
export function endLine(span: Span): number {
  const last = span.end > span.start ? span.end - 1 : span.end
  return positionAt(span.file, last).line
}

/** Text the span covers. */
export function textOf(span: Span): string {
  return span.file.text.slice(span.start, span.end)
}

/** Order by file, then start, then end: the order in which everything is printed. */
export function compareSpans(a: Span, b: Span): number {
  if (a.file.path !== b.file.path) return a.file.path < b.file.path ? -1 : 1
  return a.start - b.start || a.end - b.end
}

/** Whether `inner` lies within `outer` in the same file path. */
export function covers(outer: Span, inner: Span): boolean {
  return outer.file.path === inner.file.path && outer.start <= inner.start && inner.end <= outer.end
}

/** For values that the system adds and nobody wrote. Never printed as a place. */
export const syntheticSpan: Span = { file: { path: '', text: '' }, start: 0, end: 0 }
