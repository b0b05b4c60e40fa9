import {
  type Answer,
  type ApiRequest,
  BODY_TOO_LONG,
  bodyTooLong,
  isTooLong,
  notFound,
  paged,
  unprocessable,
  validationFailed,
} from '../answer.ts'
import { type DiffFile, placeOf, pullDiff, type Side } from '../pull-diff.ts'
import { reviewCommentShape, reviewShape } from '../shapes.ts'
import { newId, now, type PullRequest, type Review, type State, type StoredReviewComment } from '../state.ts'
import { pullOf } from './pulls.ts'

/** A comment as a client asks for it, in a review or alone. */
interface Asked {
  readonly path: string
  readonly body: string
  readonly line?: number
  readonly side?: Side
  readonly start_line?: number
  readonly start_side?: Side
}

export function listReviews(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  // A pending review is seen by its author only (github/docs, reviewing-changes-in-pull-requests).
  const seen = request.state.reviews.filter(
    (review) => review.pull === pull.number && (review.state !== 'PENDING' || review.login === request.grant.login),
  )
  return paged(
    request,
    seen.map((review) => reviewShape(request.state, review)),
  )
}

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const

/** All or nothing: one bad anchor loses every comment of the review, and the answer does not say which. */
export function createReview(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  const { state, body } = request
  const event = body.event as keyof typeof STATES | undefined
  const comments = (body.comments ?? []) as readonly Asked[]
  const diff = pullDiff(state.git, pull.baseSha, pull.headSha)
  const problems = [...reviewProblems(pull, body), ...comments.flatMap((asked) => anchorProblems(diff, asked))]
  if (problems.length > 0) return unprocessable(problems)
  const review: Review = {
    id: newId(state),
    pull: pull.number,
    login: request.grant.login,
    body: String(body.body ?? ''),
    state: event === undefined ? 'PENDING' : STATES[event],
    commitId: pull.headSha,
    submittedAt: now(state),
  }
  state.reviews.push(review)
  for (const asked of comments) store(state, pull, review, asked, diff)
  return { status: 200, body: reviewShape(state, review) }
}

function reviewProblems(pull: PullRequest, body: ApiRequest['body']): readonly string[] {
  const { event, commit_id: commit } = body
  const text = String(body.body ?? '')
  // The description: "Required when using REQUEST_CHANGES or COMMENT for the event parameter".
  const bodyMissing = (event === 'COMMENT' || event === 'REQUEST_CHANGES') && text === ''
  // The limit of review bodies is unverified; the stricter reading gives them the one of comments.
  const tooLong = [body, ...((body.comments ?? []) as readonly Asked[])].some((part) => isTooLong(part.body))
  return [
    ...(bodyMissing ? ["Body can't be blank"] : []),
    ...(tooLong ? [BODY_TOO_LONG] : []),
    // The stricter reading: a review of anything but the head is refused.
    ...(commit !== undefined && commit !== pull.headSha ? ['The commit_id is not part of the pull request head'] : []),
  ]
}

/**
 * Which anchors GitHub takes, with the texts seen in 2022-2026: "Path could not be resolved", "Line could not be
 * resolved" (ubuntu/WSL#244), start-line texts (parkerbxyz/suggest-changes#28, #64).
 */
function anchorProblems(diff: readonly DiffFile[], asked: Asked): readonly string[] {
  const file = diff.find((candidate) => candidate.path === asked.path)
  if (file === undefined) return ['Path could not be resolved']
  const side = asked.side ?? 'RIGHT'
  const end = asked.line === undefined ? undefined : placeOf(file, side, asked.line)
  if (end === undefined) return ['Line could not be resolved']
  if (asked.start_line === undefined) return []
  const start = placeOf(file, asked.start_side ?? side, asked.start_line)
  if (start === undefined || start.hunk !== end.hunk) {
    return ['Pull request review thread start line must be part of the same hunk as the line.']
  }
  // Strictly before, by row: numbers of two sides cannot be compared.
  return start.row < end.row ? [] : ['Pull request review thread start line must precede the end line.']
}

function store(state: State, pull: PullRequest, review: Review, asked: Asked, diff: readonly DiffFile[]) {
  const at = now(state)
  const side = asked.side ?? 'RIGHT'
  const line = asked.line ?? 0
  const comment: StoredReviewComment = {
    id: newId(state),
    review: review.id,
    pull: pull.number,
    login: review.login,
    path: asked.path,
    side,
    line,
    ...(asked.start_line !== undefined && { startLine: asked.start_line, startSide: asked.start_side ?? side }),
    commitId: pull.headSha,
    diffHunk: hunkUpTo(diff, asked.path, side, line),
    body: asked.body,
    createdAt: at,
    updatedAt: at,
  }
  state.reviewComments.push(comment)
  return comment
}

/** The hunk from its header down to the commented line, as the conversation shows it. */
function hunkUpTo(diff: readonly DiffFile[], path: string, side: Side, line: number): string {
  const file = diff.find((candidate) => candidate.path === path)
  const place = file && placeOf(file, side, line)
  const hunk = place && file?.hunks[place.hunk]
  if (hunk === undefined || place === undefined) return ''
  const signs = { added: '+', removed: '-', context: ' ' } as const
  return [hunk.header, ...hunk.lines.slice(0, place.row + 1).map((row) => signs[row.kind] + row.text)].join('\n')
}

export function listReviewComments(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  const comments = request.state.reviewComments.filter((comment) => comment.pull === pull.number)
  return paged(
    request,
    comments.map((comment) => reviewCommentShape(request.state, comment)),
  )
}

/** A single comment is a review of its own; its refusals are objects (mitchspano/sfdx-scan-pull-request#16). */
export function createReviewComment(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  if (isTooLong(request.body.body)) return bodyTooLong('PullRequestReviewComment')
  const asked = request.body as unknown as Asked
  const { state } = request
  const diff = pullDiff(state.git, pull.baseSha, pull.headSha)
  if (request.body.commit_id !== pull.headSha || anchorProblems(diff, asked).length > 0) return anchorRefused()
  const at = now(state)
  const base = { id: newId(state), pull: pull.number, login: request.grant.login, body: '', commitId: pull.headSha }
  const review: Review = { ...base, state: 'COMMENTED', submittedAt: at }
  state.reviews.push(review)
  return { status: 201, body: reviewCommentShape(state, store(state, pull, review, asked, diff)) }
}

function anchorRefused(): Answer {
  const resource = 'PullRequestReviewComment'
  return validationFailed([
    {
      resource,
      code: 'custom',
      field: 'pull_request_review_thread.line',
      message: 'pull_request_review_thread.line must be part of the diff',
    },
    { resource, code: 'missing_field', field: 'pull_request_review_thread.diff_hunk' },
  ])
}

export function getReviewComment(request: ApiRequest): Answer {
  const comment = commentOf(request)
  return comment === undefined ? notFound() : { status: 200, body: reviewCommentShape(request.state, comment) }
}

export function updateReviewComment(request: ApiRequest): Answer {
  const comment = commentOf(request)
  if (comment === undefined) return notFound()
  if (isTooLong(request.body.body)) return bodyTooLong('PullRequestReviewComment')
  comment.body = String(request.body.body)
  comment.updatedAt = now(request.state)
  return { status: 200, body: reviewCommentShape(request.state, comment) }
}

export function deleteReviewComment(request: ApiRequest): Answer {
  const comment = commentOf(request)
  if (comment === undefined) return notFound()
  request.state.reviewComments = request.state.reviewComments.filter((other) => other !== comment)
  return { status: 204 }
}

function commentOf(request: ApiRequest): StoredReviewComment | undefined {
  const id = Number(request.operation.parameters.comment_id)
  return request.state.reviewComments.find((comment) => comment.id === id)
}
