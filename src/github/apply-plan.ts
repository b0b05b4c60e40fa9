import type { ConversationPlan, ReviewComment } from '../report/conversation-plan.ts'
import { apiFailure } from './api-failure.ts'
import type { GitHubClient } from './client.ts'
import type { RunIdentity } from './marker.ts'
import { type PullTarget, postReview, type ReviewResult } from './post-review.ts'
import { postSummary, type SummaryResult, type SummaryState } from './post-summary.ts'

/** What became of a plan. It never changes the outcome of the gate. */
export interface PostResult {
  /** `all`: everything asked for stands on the pull request; also when there was nothing to say. */
  readonly posted: 'all' | 'some' | 'none'
  /** Undefined when the plan had no summary. */
  readonly summary?: SummaryState
  readonly commentsPosted: number
  /** Comments of earlier runs that were not repeated. */
  readonly commentsStanding: number
  readonly unposted: readonly ReviewComment[]
  /** Why something was not posted and what to do, in sentences; undefined when all was. */
  readonly reason?: string
}

export interface ApplyOptions {
  readonly client: GitHubClient
  /** Number of the pull request. */
  readonly number: number
  readonly run: RunIdentity
  /** Adds the comments that found no place to the summary's markdown. */
  readonly withUnposted?: (body: string, unposted: readonly ReviewComment[]) => string
}

/** Carries out a plan: the review first, so that the summary can hold what found no place. Never throws for the API. */
export async function applyPlan(plan: ConversationPlan, options: ApplyOptions): Promise<PostResult> {
  const viewer = await ownLogin(options.client)
  if (typeof viewer !== 'string') return nothingPosted(plan, viewer.reason)
  const target: PullTarget = { client: options.client, number: options.number, viewer }
  const review = plan.review && (await postReview(target, plan.review))
  const unposted = review?.unposted ?? []
  const body = plan.summary && (unposted.length > 0 ? options.withUnposted?.(plan.summary.body, unposted) : undefined)
  const summary =
    plan.summary && (await postSummary(target, { ...plan.summary, body: body ?? plan.summary.body }, options.run))
  return result(review, summary)
}

async function ownLogin(client: GitHubClient): Promise<string | { readonly reason: string }> {
  try {
    return await client.viewer()
  } catch (error) {
    return apiFailure(error)
  }
}

function nothingPosted(plan: ConversationPlan, reason: string): PostResult {
  const unposted = plan.review?.comments ?? []
  const summary = plan.summary && { state: 'failed' as const, reasons: [reason] }
  return result({ posted: [], standing: [], unposted, reasons: [reason] }, summary)
}

function result(review: ReviewResult | undefined, summary: SummaryResult | undefined): PostResult {
  const reasons = new Set([...(review?.reasons ?? []), ...(summary?.reasons ?? [])])
  return {
    posted: extent(review, summary),
    ...(summary && { summary: summary.state }),
    commentsPosted: review?.posted.length ?? 0,
    commentsStanding: review?.standing.length ?? 0,
    unposted: review?.unposted ?? [],
    ...(reasons.size > 0 && { reason: [...reasons].join(' ') }),
  }
}

function extent(review: ReviewResult | undefined, summary: SummaryResult | undefined): PostResult['posted'] {
  const missing = (review?.unposted.length ?? 0) > 0 || summary?.state === 'failed'
  if (!missing) return 'all'
  const present = (review?.posted.length ?? 0) + (review?.standing.length ?? 0) > 0
  return present || (summary !== undefined && summary.state !== 'failed' && summary.state !== 'absent')
    ? 'some'
    : 'none'
}
