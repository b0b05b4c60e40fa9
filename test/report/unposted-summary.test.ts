import { describe, expect, it } from 'vitest'
import { noLinks } from '../../src/report/links.ts'
import { planReview } from '../../src/report/review.ts'
import { unpostedSummary } from '../../src/report/unposted-summary.ts'
import { diffOf } from './diff-view.ts'
import { internetEgress, policyRemoved, shopReport } from './shop.ts'

const context = { name: 'gate', headSha: 'abc', comments: 'review', commentWhen: 'changes', links: noLinks } as const
const report = { ...shopReport, findings: [internetEgress, policyRemoved] }
const diff = diffOf({ RIGHT: { 'deploy/web.yaml': [[1, 14]] }, LEFT: { 'deploy/deny.yaml': [[1, 3]] } })
const plan = planReview(report, diff, context)
const comments = plan.review?.comments ?? []

describe('the summary after posting', () => {
  it('is the planned one when every comment stands', () => {
    expect(comments).toHaveLength(2)
    expect(unpostedSummary(report, plan, [], context)).toBe(plan.summary?.body)
  })

  it('takes in the findings whose comments were refused, and only those', () => {
    const refused = comments.filter(({ side }) => side === 'LEFT')
    const summary = unpostedSummary(report, plan, refused, context)
    expect(summary).toContain(policyRemoved.message)
    expect(summary).not.toContain(internetEgress.remedy.slice(0, 10))
    expect(summary).toContain('Other findings (1 is commented on the changed lines)')
  })
})
