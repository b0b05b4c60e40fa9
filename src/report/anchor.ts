import type { SidedSpan } from '../delta/cause.ts'
import type { Finding } from '../rules/finding.ts'
import { endLine, startLine } from '../source/span.ts'

export type DiffSide = 'LEFT' | 'RIGHT'

/** The pull request's own diff (merge base … head), in whose lines comments must stand. */
export interface DiffView {
  commentable(path: string, side: DiffSide, line: number): boolean
  /** Line of the analysed head blob (which may be the merge commit's) in the head of the pull request. */
  mapToHead(path: string, line: number): number | undefined
  /** Line of the analysed base blob in the merge base. */
  mapToMergeBase(path: string, line: number): number | undefined
  sameHunk(path: string, side: DiffSide, first: number, last: number): boolean
}

/** Lines of one side of the diff, both ends included. */
export interface Anchor {
  readonly path: string
  readonly side: DiffSide
  readonly first: number
  readonly last: number
}

/** A longer range would hide the code it speaks of. */
const longestRange = 8

/** Where to comment: the place itself, else the nearest one the finding names, else nowhere. */
export function anchorOf(finding: Finding, diff: DiffView): Anchor | undefined {
  return anchorAt(finding.at, diff) ?? (finding.near === undefined ? undefined : anchorAt(finding.near, diff))
}

/** The lines of the head side beside a place that was deleted: what else there is to say there is the same story. */
export function besideDeletion(finding: Finding, diff: DiffView): Anchor | undefined {
  return finding.at.side === 'head' || finding.near === undefined ? undefined : anchorAt(finding.near, diff)
}

function anchorAt({ side, span }: SidedSpan, diff: DiffView): Anchor | undefined {
  const { path } = span.file
  if (path === '') return undefined
  const diffSide = side === 'head' ? 'RIGHT' : 'LEFT'
  const lines = commentableLines(path, diffSide, startLine(span), endLine(span), diff)
  const [first] = lines
  if (first === undefined) return undefined
  const last = lines.at(-1) ?? first
  const whole = lines.length === endLine(span) - startLine(span) + 1 && last - first === lines.length - 1
  const fits = whole && lines.length <= longestRange && diff.sameHunk(path, diffSide, first, last)
  return { path, side: diffSide, first, last: fits ? last : first }
}

/** Lines of a range that can bear a comment, in the numbers of the diff. */
function commentableLines(
  path: string,
  side: DiffSide,
  first: number,
  last: number,
  diff: DiffView,
): readonly number[] {
  const lines: number[] = []
  for (let line = first; line <= last; line++) {
    const mapped = side === 'RIGHT' ? diff.mapToHead(path, line) : diff.mapToMergeBase(path, line)
    if (mapped !== undefined && diff.commentable(path, side, mapped)) lines.push(mapped)
  }
  return lines
}
