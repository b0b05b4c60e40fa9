import { describe, expect, it } from 'vitest'
import { annotationsPerLevel, planAnnotations } from '../../src/report/annotations.ts'
import type { Finding } from '../../src/rules/finding.ts'
import { internetEgress, onHead, policyRemoved, shopReport, spanOf, web } from './shop.ts'

function plan(findings: readonly Finding[]) {
  return planAnnotations({ ...shopReport, gaps: [], findings })
}

describe('annotations', () => {
  it('are no more of a level than the runner shows, and count the rest', () => {
    const findings = (['error', 'warning', 'note'] as const).flatMap((severity) =>
      Array.from({ length: 13 }, (_, index) => ({ ...internetEgress, severity, fingerprint: `${severity}${index}` })),
    )
    const { annotations, surplus } = plan(findings)
    for (const level of ['error', 'warning', 'notice']) {
      expect(annotations.filter((annotation) => annotation.level === level)).toHaveLength(annotationsPerLevel)
    }
    expect(surplus).toBe(9)
  })

  it('begin with the worst and the newest', () => {
    const worse: Finding = { ...internetEgress, status: 'worse', title: 'worse' }
    const warning: Finding = { ...internetEgress, severity: 'warning', title: 'warning' }
    const titles = plan([warning, worse, internetEgress]).annotations.map(({ title }) => title.split(' (')[0])
    expect(titles).toEqual(['Workload gains a way to the internet', 'worse', 'warning'])
  })

  it('leave out what was there before', () => {
    expect(plan([{ ...internetEgress, status: 'existing' }])).toEqual({ annotations: [], surplus: 0 })
  })

  it('stand on a line of head, or on none', () => {
    expect(plan([policyRemoved]).annotations[0]?.place).toBeUndefined()
    const [near] = plan([{ ...policyRemoved, near: onHead(spanOf(web, 'app: web')) }]).annotations
    expect(near?.place).toEqual({ path: 'deploy/web.yaml', line: 9, endLine: 9 })
  })

  it('are single lines, whatever the repository holds', () => {
    for (const { title, message } of planAnnotations(shopReport).annotations) {
      expect(title + message).not.toMatch(/\p{Cc}/u)
    }
  })

  it('name gaps that block first', () => {
    expect(planAnnotations(shopReport).annotations[0]).toMatchObject({
      level: 'error',
      title: 'Not analysed: document-unparsable (new)',
      place: { path: 'deploy/broken.yaml', line: 1 },
    })
  })
})
