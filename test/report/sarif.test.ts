import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import type { Log } from 'sarif'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { renderSarif, sarifResults } from '../../src/report/sarif.ts'
import type { RuleMeta } from '../../src/rules/rule.ts'
import { internetEgress, policyRemoved, quietReport, shopReport } from './shop.ts'

const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'schemas/sarif-2.1.0.json'), 'utf8'))
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema)

const rules: readonly RuleMeta[] = [
  {
    id: 'new-internet-egress',
    title: 'Workload gains a way to the internet',
    severity: 'error',
    fix: 'none',
    tags: Array.from({ length: 14 }, (_, index) => `topic-${index}`),
  },
]

function sarif(report: Report): Log {
  return JSON.parse(renderSarif(report, rules)) as Log
}

function resultOf(finding: Report['findings'][number]) {
  return sarif({ ...shopReport, findings: [finding] }).runs[0]?.results?.[0]
}

describe('SARIF', () => {
  it.each([
    ['of a pull request', shopReport],
    ['without results', { ...quietReport, findings: [] }],
  ])('%s is valid against the OASIS schema', (_name, report) => {
    const log = JSON.parse(
      renderSarif(report, rules, { rulesUrl: (rule) => `https://x.example/${rule}`, category: 'a' }),
    )
    expect(validate(log), JSON.stringify(validate.errors, undefined, 1)).toBe(true)
  })

  it('would be refused with a wrong level', () => {
    const log = sarif(shopReport)
    expect(validate(JSON.parse(JSON.stringify(log).replace('"level":"error"', '"level":"severe"')))).toBe(false)
  })

  it('places a result at its range and carries the fix', () => {
    const result = resultOf(internetEgress)
    const region = { startLine: 14, startColumn: 19, endLine: 14, endColumn: 28 }
    expect(result?.locations?.[0]?.physicalLocation).toMatchObject({
      artifactLocation: { uri: 'deploy/web.yaml' },
      region,
    })
    expect(result?.fixes?.[0]?.artifactChanges[0]?.replacements).toEqual([
      { deletedRegion: region, insertedContent: { text: '10.0.0.0/8' } },
    ])
    expect(result?.partialFingerprints?.primaryLocationLineHash).toBe('1f00aa')
  })

  it('shows a line of head for a deleted cause, and relates the deleted line', () => {
    const result = resultOf({ ...policyRemoved, near: internetEgress.at })
    expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('deploy/web.yaml')
    expect(result?.relatedLocations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe('deploy/deny.yaml')
  })

  it.each([
    ['new', 'new'],
    ['worse', 'updated'],
    ['existing', 'unchanged'],
  ] as const)('calls a finding that is %s %s', (status, state) => {
    expect(resultOf({ ...internetEgress, status })?.baselineState).toBe(state)
  })

  it('opens no alert for what was fixed', () =>
    expect(resultOf({ ...internetEgress, status: 'fixed' })).toBeUndefined())

  it('stays inside the limits of code scanning, worst first', () => {
    const note = (index: number) => ({ ...internetEgress, severity: 'note' as const, fingerprint: `${index}` })
    const findings = [...Array.from({ length: sarifResults }, (_, index) => note(index)), internetEgress]
    const [run] = sarif({ ...shopReport, findings }).runs
    expect(run?.results).toHaveLength(sarifResults)
    expect(run?.results?.[0]?.level).toBe('error')
    expect(JSON.stringify(run?.invocations)).toContain('1 finding more left out')
    expect(run?.tool.driver.rules?.[0]?.properties?.tags).toHaveLength(10)
  })

  it('says that the run was not whole when it was incomplete', () => {
    const [run] = sarif({ ...shopReport, outcome: { verdict: 'incomplete', reasons: [] } }).runs
    expect(run?.invocations?.[0]).toMatchObject({ executionSuccessful: false, exitCode: 2 })
    expect(run?.invocations?.[0]?.toolExecutionNotifications?.[0]?.descriptor?.id).toBe('document-unparsable')
  })
})
