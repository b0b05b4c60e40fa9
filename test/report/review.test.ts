import { describe, expect, it } from 'vitest'
import type { DiffView } from '../../src/report/anchor.ts'
import { noLinks } from '../../src/report/links.ts'
import type { Report } from '../../src/report/report.ts'
import { mostComments, planReview } from '../../src/report/review.ts'
import type { Finding } from '../../src/rules/finding.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import { diffOf } from './diff-view.ts'
import { internetEgress, onBase, onHead, policyRemoved, quietReport, shopReport, spanOf, web } from './shop.ts'

const context = {
  name: 'gate',
  headSha: 'abc',
  comments: 'review',
  commentWhen: 'changes',
  links: noLinks,
} as const

const wholeWeb = diffOf({ RIGHT: { 'deploy/web.yaml': [[1, 14]] } })

function plan(findings: readonly Finding[], diff: DiffView, changed: Partial<Report> = {}) {
  return planReview({ ...shopReport, ...changed, findings }, diff, context)
}

function places(findings: readonly Finding[], diff: DiffView) {
  return plan(findings, diff).review?.comments.map(({ side, startLine, line }) => ({ side, startLine, line }))
}

const { fix: _fix, ...unfixable } = internetEgress

describe('where a finding is commented', () => {
  it('on its line, as numbered in the head of the pull request', () => {
    const diff = diffOf({ RIGHT: { 'deploy/web.yaml': [[10, 20]] } }, 3)
    expect(places([unfixable], diff)).toEqual([{ side: 'RIGHT', startLine: undefined, line: 17 }])
  })

  it('on the deleted lines when the cause was deleted', () => {
    const diff = diffOf({ LEFT: { 'deploy/deny.yaml': [[1, 3]] } })
    expect(places([policyRemoved], diff)).toEqual([{ side: 'LEFT', startLine: 1, line: 3 }])
  })

  it('on one line when the range is only partly in the diff', () => {
    const diff = diffOf({ LEFT: { 'deploy/deny.yaml': [[2, 3]] } })
    expect(places([policyRemoved], diff)).toEqual([{ side: 'LEFT', startLine: undefined, line: 2 }])
  })

  it('on the nearest line that the diff shows', () => {
    const finding = { ...policyRemoved, near: onHead(spanOf(web, 'app: web')) }
    expect(places([finding], wholeWeb)).toEqual([{ side: 'RIGHT', startLine: undefined, line: 9 }])
  })

  it('in the summary when the diff shows neither', () => {
    const { review, summary } = plan([policyRemoved], wholeWeb)
    expect(review).toBeUndefined()
    expect(summary?.body).toContain(policyRemoved.message)
  })

  it('together with one whose lines it overlaps, told in a line below it', () => {
    const { file, start, end } = unfixable.at.span
    const around = onHead({ file, start: start - 30, end })
    const wide = {
      ...unfixable,
      rule: 'new-internet-egress',
      fingerprint: 'wide',
      message: 'the web is open',
      at: around,
    }
    const { review } = plan([wide, unfixable], wholeWeb)
    expect(review?.comments).toHaveLength(1)
    expect(review?.comments[0]?.key.split('+').sort()).toEqual([unfixable.fingerprint, 'wide'].sort())
  })

  it('on the deleted line, with what there is to say about the line beside it', () => {
    const diff = diffOf({ LEFT: { 'deploy/deny.yaml': [[1, 3]] }, RIGHT: { 'deploy/web.yaml': [[1, 14]] } })
    const deleted = { ...policyRemoved, severity: 'error' as const, near: unfixable.at }
    const warned = { ...unfixable, severity: 'warning' as const }
    expect(places([warned, deleted], diff)).toEqual([{ side: 'LEFT', startLine: 1, line: 3 }])
  })

  it('nowhere when it was there before', () => {
    expect(plan([{ ...internetEgress, status: 'existing' }], wholeWeb).review).toBeUndefined()
  })
})

describe('what a comment says', () => {
  it('offers the fix on exactly the lines it replaces', () => {
    const [comment] = plan([internetEgress], wholeWeb).review?.comments ?? []
    expect(comment?.body).toContain('```suggestion\n            cidr: 10.0.0.0/8\n```')
    expect(comment?.line).toBe(14)
  })

  it('shows the fix as a diff when its lines are not in the hunk', () => {
    const elsewhere = { ...internetEgress, at: onHead(spanOf(web, 'name: web')) }
    const diff = diffOf({
      RIGHT: {
        'deploy/web.yaml': [
          [1, 6],
          [12, 14],
        ],
      },
    })
    const [comment] = plan([elsewhere], diff).review?.comments ?? []
    expect(comment?.line).toBe(4)
    expect(comment?.body).toContain('```diff\n-            cidr: 0.0.0.0/0\n+            cidr: 10.0.0.0/8\n```')
    expect(comment?.body).not.toContain('```suggestion')
  })

  it('joins the findings of one line, with one suggestion', () => {
    const other = { ...internetEgress, rule: 'egress-any-ip', fingerprint: '99', message: 'any address is allowed' }
    const comments = plan([internetEgress, other], wholeWeb).review?.comments ?? []
    expect(comments).toHaveLength(1)
    expect(comments[0]?.key).toBe('1f00aa+99')
    expect(comments[0]?.body).toContain('any address is allowed')
    expect(comments[0]?.body.split('```suggestion')).toHaveLength(2)
  })

  it('tells the same change of several files once and names the other places', () => {
    const staging: SourceFile = { ...web, path: 'overlays/staging/web.yaml' }
    const copy: Finding = {
      ...unfixable,
      fingerprint: '77',
      at: onHead(spanOf(staging, '0.0.0.0/0')),
      message: unfixable.message,
    }
    const diff = diffOf({ RIGHT: { 'deploy/web.yaml': [[1, 14]], 'overlays/staging/web.yaml': [[1, 14]] } })
    const { review, summary } = plan([unfixable, copy], diff)
    expect(review?.comments).toHaveLength(1)
    expect(review?.comments[0]?.body).toContain('The same in `overlays/staging/web.yaml:14`')
    expect(summary?.body).not.toContain('Narrow the')
  })

  it('puts lower lines first, so that suggestions can be applied in order', () => {
    const upper = { ...unfixable, fingerprint: '1', rule: 'a', at: onHead(spanOf(web, 'name: web')) }
    const lines = plan([upper, unfixable], wholeWeb).review?.comments.map(({ line }) => line)
    expect(lines).toEqual([14, 4])
  })
})

describe('how much is said', () => {
  it('no more comments than people read; the rest stands in the summary, worst first', () => {
    const long: SourceFile = { path: 'long.yaml', text: 'a: 1\n'.repeat(50) }
    const many = Array.from({ length: 40 }, (_, index): Finding => {
      const at = onHead({ file: long, start: index * 5, end: index * 5 + 4 })
      const severity = index < 5 ? 'note' : 'error'
      return { ...unfixable, at, severity, fingerprint: `f${index}`, message: `opening number ${index} of them` }
    })
    const { review, summary } = plan(many, diffOf({ RIGHT: { 'long.yaml': [[1, 50]] } }))
    expect(review?.comments).toHaveLength(mostComments)
    for (const index of [0, 4, 35, 39]) expect(summary?.body).toContain(`opening number ${index} of them`)
    expect(summary?.body).not.toContain('opening number 5 of them')
  })

  it('nothing new on a pull request that changes nothing, unless that is asked for', () => {
    expect(planReview(quietReport, wholeWeb, context)).toMatchObject({ summary: { createIfMissing: false } })
    const always = planReview(quietReport, wholeWeb, { ...context, commentWhen: 'always' })
    expect(always.summary?.createIfMissing).toBe(true)
  })

  it('only the summary, or nothing, when so configured', () => {
    const summary = planReview(shopReport, wholeWeb, { ...context, comments: 'summary' })
    expect(summary.review).toBeUndefined()
    expect(summary.summary?.body).toContain('shop/web can now reach the internet')
    expect(planReview(shopReport, wholeWeb, { ...context, comments: 'none' })).toEqual({})
  })

  it('never a comment outside the diff', () => {
    const nothing = planReview(shopReport, diffOf({}), context)
    expect(nothing.review).toBeUndefined()
    const deleted = { ...unfixable, at: onBase(spanOf(web, 'app: web')) }
    expect(plan([deleted], wholeWeb).review).toBeUndefined()
  })
})
