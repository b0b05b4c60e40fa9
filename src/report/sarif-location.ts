import type { Location, Region } from 'sarif'
import type { SidedSpan } from '../delta/cause.ts'
import { regionOf, type Span } from '../source/span.ts'

/** A path inside the tree as a relative URI reference: each segment is encoded, also when it is not well formed. */
export function sarifUri(path: string): string {
  const encoded = path.toWellFormed().split('/').map(encodeURIComponent).join('/')
  return encoded === '' ? '.' : encoded
}

export function sarifRegion(span: Span): Region {
  const { start, end } = regionOf(span)
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
}

export function sarifLocation({ span }: SidedSpan): Location {
  const artifactLocation = { uri: sarifUri(span.file.path), uriBaseId: '%SRCROOT%' }
  return { physicalLocation: { artifactLocation, region: sarifRegion(span) } }
}

/** Whether somebody wrote it, so that there is a place to show. */
export function isWritten({ span }: SidedSpan): boolean {
  return span.file.path !== ''
}
