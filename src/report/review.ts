import type { Finding } from '../rules/finding.ts'
import { type Anchor, anchorOf, besideDeletion, type DiffView } from './anchor.ts'
import { type CommentContext, commentBody, type Remark } from './comment-body.ts'
import type { ConversationPlan, ReviewComment, ReviewPlan, SummaryPlan } from './conversation-plan.ts'
import { sizeOf } from './fit-blocks.ts'
import type { Links } from './links.ts'
import { isFresh, worstFirst } from './listed-findings.ts'
import { renderSummary } from './markdown.ts'
import { repeatedFindings } from './repeated-findings.ts'
import type { Report } from './report.ts'
import { replacementOf, suggestionAnchor } from './suggestion.ts'
import { counted, headline, isQuiet } from './wording.ts'

/** More comments than this bury the important ones, and large reviews fail as a whole. */
export const mostComments = 30

const largestBody = 60_000

export interface ReviewContext extends CommentContext {
  /** Input `name`: tells the summaries of several gates on one pull request apart. */
  readonly name: string
  /** Head commit of the pull request. */
  readonly headSha: string
  readonly comments: 'review' | 'summary' | 'none'
  readonly commentWhen: 'changes' | 'always'
  readonly links: Links
}

/** Remarks that share their last line. */
interface Placed {
  readonly anchor: Anchor
  /** For deleted lines those of the head side beside them. */
  readonly beside?: Anchor | undefined
  readonly remarks: readonly Remark[]
}

/** What to say on the pull request: comments on lines of the diff, and everything else in the summary. */
export function planReview(report: Report, diff: DiffView, context: ReviewContext): ConversationPlan {
  if (context.comments === 'none') return {}
  const placed = context.comments === 'review' ? placeFindings(report, diff) : []
  const comments = inOrder(placed).map((one) => toComment(one, context))
  const summary = planSummary(report, fingerprintsOf(placed), context)
  return comments.length === 0 ? { summary } : { summary, review: planReviewOf(comments, report, context) }
}

function planSummary(report: Report, commented: ReadonlySet<string>, context: ReviewContext): SummaryPlan {
  const { links, rulesUrl, name } = context
  const body = renderSummary(report, links, { commented, ...(rulesUrl === undefined ? {} : { rulesUrl }) })
  return { marker: name, body, createIfMissing: context.commentWhen === 'always' || !isQuiet(report) }
}

function planReviewOf(comments: readonly ReviewComment[], report: Report, { headSha }: ReviewContext): ReviewPlan {
  const body = `Portcullis: ${headline(report)}. ${counted(comments.length, 'comment')} below; the summary has the rest.`
  return { commitId: headSha, body, comments }
}

/** New and worse findings on their lines, worst first, one comment for lines that overlap, repeats told once. */
function placeFindings(report: Report, diff: DiffView): readonly Placed[] {
  const fresh = worstFirst(report.findings.filter(({ status }) => isFresh(status)))
  const placed: Placed[] = []
  for (const group of repeatedFindings(fresh)) {
    const one = placeGroup(group, diff)
    if (one === undefined) continue
    const known = placed.findIndex((other) => belongTogether(other, one))
    if (known >= 0) placed[known] = join(placed[known] as Placed, one)
    else if (placed.length < mostComments) placed.push(one)
  }
  return placed
}

/** Lines that overlap are one place, unless each has a suggestion of its own for different lines. */
function belongTogether(known: Placed, added: Placed): boolean {
  if (isSame(known.anchor, added.anchor)) return true
  if (suggests(added) && (suggests(known) || known.anchor.side === 'LEFT')) return false
  return overlap(known.anchor, added.anchor) || (known.beside !== undefined && overlap(known.beside, added.anchor))
}

const isSame = (a: Anchor, b: Anchor): boolean => overlap(a, b) && a.first === b.first && a.last === b.last

const overlap = (a: Anchor, b: Anchor): boolean =>
  a.path === b.path && a.side === b.side && a.first <= b.last && b.first <= a.last

const suggests = ({ remarks }: Placed): boolean => remarks.some(({ suggestion }) => suggestion !== undefined)

/** The first of a group that has a place in the diff speaks for the others. */
function placeGroup(group: readonly Finding[], diff: DiffView): Placed | undefined {
  for (const finding of group) {
    const anchor = anchorOf(finding, diff)
    if (anchor === undefined) continue
    const repeats = group.filter((other) => other !== finding)
    const suggested = suggestionFor(finding, anchor, diff)
    const remark = { finding, repeats, suggestion: suggested?.replacement }
    return { anchor: suggested?.anchor ?? anchor, beside: besideDeletion(finding, diff), remarks: [remark] }
  }
  return undefined
}

/** A suggestion replaces the lines of its comment, so the comment moves onto them, within the hunk of the finding. */
function suggestionFor(finding: Finding, anchor: Anchor, diff: DiffView) {
  if (finding.fix === undefined || anchor.side !== 'RIGHT') return undefined
  for (const attachment of ['previous', 'next'] as const) {
    const replacement = replacementOf(finding.fix, attachment)
    if (replacement === undefined || replacement.file.path !== anchor.path) continue
    const target = suggestionAnchor(replacement, diff)
    if (target !== undefined && isNear(anchor, target, diff)) return { replacement, anchor: target }
  }
  return undefined
}

function isNear(anchor: Anchor, target: Anchor, diff: DiffView): boolean {
  const [first, last] = [Math.min(anchor.first, target.first), Math.max(anchor.last, target.last)]
  return diff.sameHunk(anchor.path, 'RIGHT', first, last)
}

/** Joins remarks on one line. One suggestion a comment: it must fit the comment's lines, others become diffs. */
function join(known: Placed, added: Placed): Placed {
  const room = sizeOf(commentBody([...known.remarks, ...added.remarks], {})) <= largestBody
  if (!room) return known
  if (suggests(known)) return { ...known, remarks: [...known.remarks, ...added.remarks.map(withoutSuggestion)] }
  const isNarrower = suggests(added) || added.anchor.first > known.anchor.first
  const anchor = isNarrower && known.anchor.side === added.anchor.side ? added.anchor : known.anchor
  return { ...known, anchor, remarks: [...known.remarks, ...added.remarks] }
}

function withoutSuggestion(remark: Remark): Remark {
  return { ...remark, suggestion: undefined }
}

function fingerprintsOf(placed: readonly Placed[]): ReadonlySet<string> {
  const findings = placed.flatMap(({ remarks }) => remarks.flatMap(({ finding, repeats }) => [finding, ...repeats]))
  return new Set(findings.map(({ fingerprint }) => fingerprint))
}

/** By file, lower lines first: applied in that order, suggestions do not move each other's lines. */
function inOrder(placed: readonly Placed[]): readonly Placed[] {
  return placed.toSorted((a, b) => comparePaths(a.anchor, b.anchor) || b.anchor.last - a.anchor.last)
}

function comparePaths(a: Anchor, b: Anchor): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1
  return a.side === b.side ? 0 : a.side === 'LEFT' ? 1 : -1
}

/** The key names every finding of the comment: when another one joins, it is a new comment and not lost in an old one. */
function toComment({ anchor, remarks }: Placed, context: ReviewContext): ReviewComment {
  const { path, side, first, last } = anchor
  const range = first === last ? {} : { startLine: first, startSide: side }
  const key = remarks.map(({ finding }) => finding.fingerprint).join('+')
  return { path, side, line: last, ...range, body: commentBody(remarks, context), key }
}
