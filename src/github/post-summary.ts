import type { SummaryPlan } from '../report/conversation-plan.ts'
import { apiFailure, mayHaveHappened } from './api-failure.ts'
import type { PostedComment } from './client.ts'
import { isOwn } from './is-own.ts'
import { isNewer, type RunIdentity, readSummaryMarker, summaryMarker } from './marker.ts'
import type { PullTarget } from './post-review.ts'

/** `superseded`: a newer run has written, and keeps, the summary. `absent`: none was there and none was wanted. */
export type SummaryState = 'created' | 'updated' | 'unchanged' | 'superseded' | 'absent' | 'failed'

export interface SummaryResult {
  readonly state: SummaryState
  readonly reasons: readonly string[]
}

/** Brings the one sticky comment of this name up to date, and leaves exactly one. */
export async function postSummary(target: PullTarget, plan: SummaryPlan, run: RunIdentity): Promise<SummaryResult> {
  const text = `${plan.body}\n\n${summaryMarker(plan.marker, run)}`
  try {
    return { state: await place(target, plan, run, text), reasons: [] }
  } catch (error) {
    return { state: 'failed', reasons: [apiFailure(error).reason] }
  }
}

async function place(target: PullTarget, plan: SummaryPlan, run: RunIdentity, text: string): Promise<SummaryState> {
  const present = await ownSummaries(target, plan.marker)
  if (present.length > 0) return settle(target, plan, run, text, present)
  if (!plan.createIfMissing) return 'absent'
  await create(target, text)
  // Another run may have created one at the same time: look again, and keep the oldest.
  const now = await ownSummaries(target, plan.marker)
  const state = await settle(target, plan, run, text, now)
  return state === 'unchanged' ? 'created' : state
}

/** Creating is not repeated blindly after a server error: it may have worked, and `settle` will see. */
async function create({ client, number }: PullTarget, text: string): Promise<void> {
  try {
    await client.createComment(number, text)
  } catch (error) {
    if (!mayHaveHappened(apiFailure(error))) throw error
  }
}

async function settle(
  { client, number }: PullTarget,
  plan: SummaryPlan,
  run: RunIdentity,
  text: string,
  present: readonly PostedComment[],
): Promise<SummaryState> {
  const [kept, ...duplicates] = present
  if (kept === undefined) {
    await client.createComment(number, text)
    return 'created'
  }
  const writers = present.flatMap((comment) => readSummaryMarker(comment.body, plan.marker) ?? [])
  const superseded = writers.some((writer) => isNewer(writer, run))
  // The text of a newer run is kept by moving it into the oldest comment, where every run looks first.
  const wanted = superseded ? newestText(present, plan.marker) : text
  if (kept.body !== wanted) await client.updateComment(kept.id, wanted)
  for (const duplicate of duplicates) await remove(client.deleteComment, duplicate)
  if (superseded) return 'superseded'
  return kept.body === wanted ? 'unchanged' : 'updated'
}

function newestText(present: readonly PostedComment[], name: string): string {
  return present.reduce((newest, comment) => {
    const [left, right] = [readSummaryMarker(newest.body, name), readSummaryMarker(comment.body, name)]
    return left !== undefined && right !== undefined && isNewer(right, left) ? comment : newest
  }).body
}

/** The other run may have deleted it first. */
async function remove(deleteComment: (id: number) => Promise<void>, comment: PostedComment): Promise<void> {
  try {
    await deleteComment(comment.id)
  } catch (error) {
    if (apiFailure(error).status !== 404) throw error
  }
}

/** Oldest first. A minimised summary was put away by somebody and stays away. */
async function ownSummaries({ client, number, viewer }: PullTarget, name: string): Promise<readonly PostedComment[]> {
  const comments = await client.listIssueComments(number)
  return comments
    .filter((comment) => isOwn(comment, viewer) && !comment.minimised)
    .filter((comment) => readSummaryMarker(comment.body, name) !== undefined)
    .sort((left, right) => left.id - right.id)
}
