import { describe, expect, test } from 'vitest'
import { defaultGate } from '../../src/config/default-config.ts'
import { decide } from '../../src/report/decide.ts'
import type { Gap } from '../../src/report/report.ts'
import type { Finding, Severity, Status } from '../../src/rules/finding.ts'
import { syntheticSpan } from '../../src/source/span.ts'

const now = new Date('2026-11-20T12:00:00Z')

const finding = (severity: Severity, status: Status): Finding => ({
  rule: 'egress-any-ip',
  title: 'Pods may send to the whole internet',
  severity,
  status,
  fingerprint: `${severity} ${status}`,
  clusters: ['shop'],
  object: { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
  discriminator: '',
  at: { side: 'head', span: syntheticSpan },
  message: 'anywhere',
  remedy: 'name the ranges',
  confidence: 'certain',
})

const gap = (blocking: boolean): Gap => ({
  diagnostic: { code: 'document-unparsable', span: syntheticSpan, message: 'broken', hint: '', effect: 'unknown' },
  side: 'head',
  status: blocking ? 'new' : 'existing',
  blocking,
})

describe('the outcome', () => {
  test.each<{ name: string; findings: Finding[]; gaps: Gap[]; gate?: Partial<typeof defaultGate>; verdict: string }>([
    { name: 'nothing found passes', findings: [], gaps: [], verdict: 'pass' },
    { name: 'a new error fails', findings: [finding('error', 'new')], gaps: [], verdict: 'fail' },
    { name: 'a worse error fails', findings: [finding('error', 'worse')], gaps: [], verdict: 'fail' },
    { name: 'an existing error is old debt', findings: [finding('error', 'existing')], gaps: [], verdict: 'pass' },
    { name: 'a fixed error is none', findings: [finding('error', 'fixed')], gaps: [], verdict: 'pass' },
    { name: 'a new warning passes', findings: [finding('warning', 'new')], gaps: [], verdict: 'pass' },
    {
      name: 'unless warnings fail',
      findings: [finding('warning', 'new')],
      gaps: [],
      gate: { failOn: 'warning' },
      verdict: 'fail',
    },
    {
      name: 'with scope all old debt fails',
      findings: [finding('error', 'existing')],
      gaps: [],
      gate: { scope: 'all' },
      verdict: 'fail',
    },
    {
      name: 'with scope all a fixed one does not',
      findings: [finding('error', 'fixed')],
      gaps: [],
      gate: { scope: 'all' },
      verdict: 'pass',
    },
    { name: 'a new gap is incomplete', findings: [], gaps: [gap(true)], verdict: 'incomplete' },
    { name: 'an old gap is old debt', findings: [], gaps: [gap(false)], verdict: 'pass' },
    { name: 'failing dominates incomplete', findings: [finding('error', 'new')], gaps: [gap(true)], verdict: 'fail' },
    {
      name: 'incomplete may be let pass',
      findings: [],
      gaps: [gap(true)],
      gate: { incomplete: 'warn' },
      verdict: 'pass',
    },
    {
      name: 'reporting only, on the last day',
      findings: [finding('error', 'new')],
      gaps: [],
      gate: { reportOnlyUntil: '2026-11-20' },
      verdict: 'pass',
    },
    {
      name: 'and the day after',
      findings: [finding('error', 'new')],
      gaps: [],
      gate: { reportOnlyUntil: '2026-11-19' },
      verdict: 'fail',
    },
    {
      name: 'fail-on none never fails',
      findings: [finding('error', 'new')],
      gaps: [],
      gate: { failOn: 'none' },
      verdict: 'pass',
    },
  ])('$name', ({ findings, gaps, gate, verdict }) => {
    expect(decide(findings, gaps, { ...defaultGate, ...gate }, now).verdict).toBe(verdict)
  })

  test('says which rules block', () => {
    const { reasons } = decide(
      [finding('error', 'new'), { ...finding('error', 'worse'), rule: 'isolation-lost' }],
      [gap(true)],
      defaultGate,
      now,
    )
    expect(reasons).toEqual([
      '2 errors new or worse: egress-any-ip, isolation-lost',
      '1 thing that changed could not be analysed',
    ])
  })
})
