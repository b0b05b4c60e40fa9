import { hunksOf, placeOf, pullDiff } from './pull-diff.ts'
import type { State, StoredReviewComment } from './state.ts'

/**
 * Where a comment stands in the diff of the present head. Once its lines have changed GitHub calls it outdated and
 * answers `line: null` (omartelo/lich#130).
 */
export function currentPlace(state: State, comment: StoredReviewComment) {
  const pull = state.pulls.get(comment.pull)
  const start = comment.startLine ?? null
  if (pull === undefined || pull.headSha === comment.commitId) return { line: comment.line, startLine: start }
  const moved = (line: number) => movedLine(state, comment, pull.headSha, line)
  const line = moved(comment.line)
  const file = pullDiff(state.git, pull.baseSha, pull.headSha).find((candidate) => candidate.path === comment.path)
  const stands = line !== undefined && file !== undefined && placeOf(file, comment.side, line) !== undefined
  return stands ? { line, startLine: start === null ? null : (moved(start) ?? null) } : { line: null, startLine: null }
}

/** The line of the new head that an unchanged line of the old one has become; lines of the base side stay. */
function movedLine(state: State, comment: StoredReviewComment, head: string, line: number): number | undefined {
  if (comment.side === 'LEFT') return line
  const diff = state.git.git('diff', '--unified=0', '--no-color', comment.commitId, head, '--', comment.path)
  const start = diff.search(/^@@ /m)
  let offset = 0
  for (const { lines } of hunksOf(start < 0 ? '' : diff.slice(start))) {
    const removed = lines.filter((entry) => entry.kind === 'removed').map((entry) => entry.left ?? 0)
    if (removed.includes(line)) return undefined
    const added = lines.flatMap((entry) => (entry.right === undefined ? [] : [entry.right]))
    const before = removed.length > 0 ? (removed[0] ?? 0) < line : (added[0] ?? 0) <= line + offset
    if (before) offset += added.length - removed.length
  }
  return line + offset
}
