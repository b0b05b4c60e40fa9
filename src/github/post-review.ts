import type { ReviewComment, ReviewPlan } from '../report/conversation-plan.ts'
import { type ApiFailure, apiFailure, mayHaveHappened } from './api-failure.ts'
import type { GitHubClient, PostedComment } from './client.ts'
import { isOwn } from './is-own.ts'
import { findingMarker, findingsInKey, findingsOf } from './marker.ts'

export interface ReviewResult {
  readonly posted: readonly ReviewComment[]
  /** Stood there already, from an earlier run. */
  readonly standing: readonly ReviewComment[]
  /** Could not be posted; for the summary and the annotations. */
  readonly unposted: readonly ReviewComment[]
  readonly reasons: readonly string[]
}

export interface PullTarget {
  readonly client: GitHubClient
  readonly number: number
  /** Own login. */
  readonly viewer: string
}

const MOVED = 'The head of the pull request moved during the run; the run of the new head comments on it.'
const LOST = 'GitHub accepted comments that do not appear on the pull request.'

/** Reviews asked for at most: finding the anchors that GitHub refuses must not become a flood. */
const MAX_ATTEMPTS = 16
/** GitHub wants a body for every review; a second one must not repeat the first. */
const CONTINUED = 'More comments of the same run.'

/** Posts what does not stand there yet, in one review if GitHub takes it; then looks what really stands there. */
export async function postReview(target: PullTarget, plan: ReviewPlan): Promise<ReviewResult> {
  try {
    if (await headMoved(target, plan)) return { posted: [], standing: [], unposted: plan.comments, reasons: [MOVED] }
    const before = await ownComments(target)
    const standing = plan.comments.filter((comment) => stands(before, comment))
    const wanted = plan.comments.filter((comment) => !standing.includes(comment))
    return wanted.length === 0
      ? { posted: [], standing, unposted: [], reasons: [] }
      : { ...(await postAndVerify(target, plan, wanted)), standing }
  } catch (error) {
    return { posted: [], standing: [], unposted: plan.comments, reasons: [apiFailure(error).reason] }
  }
}

async function postAndVerify(target: PullTarget, plan: ReviewPlan, wanted: readonly ReviewComment[]) {
  const reasons = await postParts(target, plan, wanted)
  const after = await ownComments(target)
  const posted = wanted.filter((comment) => stands(after, comment))
  const unposted = wanted.filter((comment) => !posted.includes(comment))
  return { posted, unposted, reasons: unposted.length > 0 && reasons.length === 0 ? [LOST] : reasons }
}

/**
 * A review is all or nothing and the refusal does not say which comment was meant, so a refused one is halved until
 * the bad anchors stand alone. Returns why something was left out.
 */
async function postParts(target: PullTarget, plan: ReviewPlan, wanted: readonly ReviewComment[]): Promise<string[]> {
  const parts = [wanted]
  const reasons = new Set<string>()
  let body = plan.body
  for (let attempt = 1; parts.length > 0; attempt += 1) {
    const part = parts.shift() ?? []
    const failure = await tryReview(target, plan.commitId, body, part)
    if (failure === undefined) {
      body = CONTINUED
      continue
    }
    reasons.add(failure.reason)
    if (failure.status !== 422 || attempt >= MAX_ATTEMPTS) break
    if (await headMoved(target, plan)) return [...reasons, MOVED]
    parts.unshift(...halves(part))
  }
  return [...reasons]
}

function halves(part: readonly ReviewComment[]): readonly (readonly ReviewComment[])[] {
  const middle = Math.ceil(part.length / 2)
  return part.length > 1 ? [part.slice(0, middle), part.slice(middle)] : []
}

/** A server error leaves open whether the review was made: look, and ask once more for what is missing. */
async function tryReview(
  target: PullTarget,
  commitId: string,
  body: string,
  part: readonly ReviewComment[],
): Promise<ApiFailure | undefined> {
  const failure = await askReview(target, commitId, body, part)
  if (failure === undefined || !mayHaveHappened(failure)) return failure
  const present = await ownComments(target)
  const missing = part.filter((comment) => !stands(present, comment))
  return missing.length === 0 ? undefined : askReview(target, commitId, body, missing)
}

async function askReview(
  { client, number }: PullTarget,
  commitId: string,
  body: string,
  part: readonly ReviewComment[],
): Promise<ApiFailure | undefined> {
  const comments = part.map((comment) => ({ ...comment, body: `${comment.body}\n\n${findingMarker(comment.key)}` }))
  try {
    await client.createReview(number, { commitId, body, comments })
    return undefined
  } catch (error) {
    return apiFailure(error)
  }
}

async function headMoved({ client, number }: PullTarget, plan: ReviewPlan): Promise<boolean> {
  return (await client.getPullRequest(number)).headSha !== plan.commitId
}

async function ownComments({ client, number, viewer }: PullTarget): Promise<readonly PostedComment[]> {
  return (await client.listReviewComments(number)).filter((comment) => isOwn(comment, viewer))
}

/** A comment on several findings stands when each was told: one of them fixed does not bring the others up again. */
function stands(posted: readonly PostedComment[], { key }: ReviewComment): boolean {
  const told = new Set(posted.flatMap(({ body }) => findingsOf(body)))
  return findingsInKey(key).every((finding) => told.has(finding))
}
