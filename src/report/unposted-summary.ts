import type { ConversationPlan, ReviewComment } from './conversation-plan.ts'
import { renderSummary } from './markdown.ts'
import { repeatedFindings } from './repeated-findings.ts'
import type { Report } from './report.ts'
import type { ReviewContext } from './review.ts'

/**
 * The summary once some comments of the plan could not be posted: their findings stand in it instead. `plan` is what
 * `planReview` gave for the same report and context.
 */
export function unpostedSummary(
  report: Report,
  plan: ConversationPlan,
  unposted: readonly ReviewComment[],
  { links, rulesUrl }: Pick<ReviewContext, 'links' | 'rulesUrl'>,
): string {
  const lost = new Set(unposted.map(({ key }) => key))
  const posted = (plan.review?.comments ?? []).filter(({ key }) => !lost.has(key))
  const told = new Set(posted.flatMap(({ key }) => key.split('+')))
  const groups = repeatedFindings(report.findings).filter((group) =>
    group.some(({ fingerprint }) => told.has(fingerprint)),
  )
  const commented = new Set(groups.flat().map(({ fingerprint }) => fingerprint))
  return renderSummary(report, links, { commented, ...(rulesUrl === undefined ? {} : { rulesUrl }) })
}
