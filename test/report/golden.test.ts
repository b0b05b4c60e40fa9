import { describe, it } from 'vitest'
import { planAnnotations } from '../../src/report/annotations.ts'
import { renderExposureDelta } from '../../src/report/exposure-delta.ts'
import { renderJobSummary } from '../../src/report/job-summary.ts'
import { renderJson } from '../../src/report/json.ts'
import type { Links } from '../../src/report/links.ts'
import { renderSummary } from '../../src/report/markdown.ts'
import { planReview } from '../../src/report/review.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { renderText } from '../../src/report/text.ts'
import { diffOf } from './diff-view.ts'
import { expectGolden } from './golden.ts'
import { quietReport, shopReport } from './shop.ts'

const links: Links = {
  blob: (side, path, line) => `https://github.example/shop/blob/${side}/${encodeURI(path)}#L${line}`,
}
const rulesUrl = (rule: string) => `https://github.example/portcullis/rules/${rule}.md`
const diff = diffOf({
  RIGHT: { 'deploy/web.yaml': [[11, 14]], 'deploy/payments.yaml': [[10, 16]] },
  LEFT: { 'deploy/deny.yaml': [[1, 3]] },
})
const plan = planReview(shopReport, diff, {
  name: 'gate',
  headSha: '3333333333333333333333333333333333333333',
  comments: 'review',
  commentWhen: 'changes',
  links,
  rulesUrl,
})

function asText(comments: NonNullable<typeof plan.review>['comments']): string {
  return comments.map(({ body, ...place }) => `${JSON.stringify(place)}\n\n${body}\n`).join(`\n${'='.repeat(80)}\n\n`)
}

describe('rendered output reads as it did', () => {
  it.each([
    ['report.txt', () => renderText(shopReport, { colour: false, width: 100 })],
    ['quiet.txt', () => renderText(quietReport, { colour: false, width: 100 })],
    ['summary.md', () => renderSummary(shopReport, links, { rulesUrl })],
    ['quiet.md', () => renderSummary(quietReport, links)],
    ['sticky.md', () => `${plan.summary?.body}\n`],
    ['review.md', () => `${plan.review?.body}\n\n${asText(plan.review?.comments ?? [])}`],
    ['job-summary.md', () => renderJobSummary(shopReport, links, rulesUrl)],
    ['report.json.txt', () => renderJson(shopReport)],
    ['exposure-delta.json.txt', () => `${renderExposureDelta(shopReport)}\n`],
    ['report.sarif.txt', () => renderSarif(shopReport, [], { rulesUrl, category: 'gate' })],
    ['annotations.json.txt', () => `${JSON.stringify(planAnnotations(shopReport), undefined, 2)}\n`],
  ])('%s', (name, render) => expectGolden(name, render()))
})
