import type { SidedSpan } from '../delta/cause.ts'
import type { Side } from '../reach/universe.ts'
import { startLine } from '../source/span.ts'
import { inlineCode, markdownLink } from './escape.ts'

/** Where lines of either side can be looked at; undefined where there is no such page. */
export interface Links {
  blob(side: Side, path: string, line: number): string | undefined
}

export const noLinks: Links = { blob: () => undefined }

/** `deploy/web.yaml:12` for a place, with a mark for the base side; undefined for what nobody wrote. */
export function showPlace(at: SidedSpan): string | undefined {
  const { path } = at.span.file
  return path === '' ? undefined : `${path}:${startLine(at.span)}`
}

/** A place as a code span, linked where that is possible; '' for what nobody wrote. */
export function linkPlace(at: SidedSpan, links: Links): string {
  const place = showPlace(at)
  if (place === undefined) return ''
  const link = markdownLink(inlineCode(place), links.blob(at.side, at.span.file.path, startLine(at.span)))
  return at.side === 'base' ? `${link} on the base side` : link
}
