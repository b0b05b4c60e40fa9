import { describe, expect, it } from 'vitest'
import { sizeOf } from '../../src/report/fit-blocks.ts'
import { changeGraph, graphEdges } from '../../src/report/graph.ts'
import { jobSummaryLimit, renderJobSummary } from '../../src/report/job-summary.ts'
import { renderSummary, summaryLimit } from '../../src/report/markdown.ts'
import type { ChangeReport, ClusterReport, Report } from '../../src/report/report.ts'
import { hostileName, internetEgress, quietReport, shopReport } from './shop.ts'

function firstOf<T>(values: readonly T[] | undefined): T {
  const [first] = values ?? []
  if (first === undefined) throw new Error('the shop has a cluster with a change')
  return first
}

const prod = firstOf(shopReport.clusters)
const widened = firstOf(prod.changes)

/** The shop, `count` times as large in every respect. */
function large(count: number): Report {
  const numbers = Array.from({ length: count }, (_, index) => index)
  const member = (index: number) => ({ name: `shop/web-${index} ${hostileName}`, detail: hostileName })
  const changes = numbers.map((index): ChangeReport => ({ ...widened, sentence: `change ${index}: ${hostileName}` }))
  const cluster = (index: number): ClusterReport => ({
    ...prod,
    name: `cluster ${index}`,
    changes,
    exposure: prod.exposure.map((row) => ({ ...row, head: index, gained: numbers.map(member) })),
  })
  return {
    ...shopReport,
    outcome: { verdict: 'fail', reasons: numbers.map((index) => `reason ${index}`) },
    clusters: numbers.slice(0, 12).map(cluster),
    findings: numbers.map((index) => ({
      ...internetEgress,
      fingerprint: `${index}`,
      message: `${index} ${hostileName}`,
    })),
    gaps: numbers.flatMap(() => shopReport.gaps),
  }
}

/** Constructs that must come in pairs, and lines that must be whole. */
function expectWhole(markdown: string): void {
  expect(markdown.split('<details>').length).toBe(markdown.split('</details>').length)
  expect((markdown.match(/^```/gm) ?? []).length % 2).toBe(0)
  for (const line of markdown.split('\n').filter((one) => one.startsWith('|'))) expect(line.endsWith('|')).toBe(true)
}

describe('the summary', () => {
  it('is short when nothing changes, and still says what was read', () => {
    const summary = renderSummary(quietReport)
    expect(summary).toContain('no change of exposure')
    expect(summary).toContain('Read 14 files')
    expect(summary.split('\n').length).toBeLessThan(10)
  })

  it('lists existing findings only where they gate', () => {
    const message = 'namespace shop has no default deny for ingress'
    expect(renderSummary(shopReport)).not.toContain(message)
    const all: Report = { ...shopReport, configuration: { ...shopReport.configuration, scope: 'all' } }
    expect(renderSummary(all)).toContain(message)
  })

  it.each([10, 300, 3000])('fits into a comment, whole and truthful, with %i of everything', (count) => {
    const summary = renderSummary(large(count))
    expect(sizeOf(summary)).toBeLessThanOrEqual(summaryLimit)
    expectWhole(summary)
    const findings = summary.split('**error** ').length - 1
    const left = Number(/and (\d+) more findings/.exec(summary)?.[1] ?? 0)
    expect(findings + left).toBe(count)
    expect(summary).toContain('Read 14 files')
  })

  it('does not grow with the number of clusters that differ', () => {
    const clusters = Array.from({ length: 2000 }, (_, index) => ({
      ...prod,
      name: `cluster-${index}`,
      exposure: prod.exposure.map((row) => ({ ...row, head: index })),
    }))
    const report = { ...shopReport, clusters }
    expect(sizeOf(renderSummary(report))).toBeLessThanOrEqual(summaryLimit)
    expect(sizeOf(renderJobSummary(report))).toBeLessThanOrEqual(jobSummaryLimit)
  })
})

describe('the job summary', () => {
  it('fits into a step summary', () => {
    const summary = renderJobSummary(large(3000))
    expect(sizeOf(summary)).toBeLessThanOrEqual(jobSummaryLimit)
    expectWhole(summary)
  })

  it('shows what the summary leaves out', () => {
    const summary = renderJobSummary(shopReport)
    expect(summary).toContain('namespace shop has no default deny for ingress')
    expect(summary).toContain('Services reachable from any namespace')
  })
})

describe('the graph', () => {
  const graphOf = (changes: readonly ChangeReport[]) => changeGraph({ ...shopReport, clusters: [{ ...prod, changes }] })

  it('draws an edge for what was gained and one for what was lost', () => {
    const graph = graphOf([{ ...widened, kind: 'replaced', gained: 'TCP 443', lost: 'TCP 80' }])
    expect(graph).toBe(
      'flowchart LR\n  n0["shop/web"]\n  n1["the internet"]\n' +
        '  n0 ==>|"opened: TCP 443"| n1\n  n0 -.->|"closed: TCP 80"| n1',
    )
  })

  it('is left out when nobody could read it', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...widened, sentence: `${index}`, sources: `shop/web-${index}` }))
    expect(graphOf(many(graphEdges))).toBeDefined()
    expect(graphOf(many(graphEdges + 1))).toBeUndefined()
    expect(graphOf([])).toBeUndefined()
  })

  it('cannot be broken by a name', () => {
    const graph = graphOf([{ ...widened, sources: `${hostileName}"]; click n0 "javascript:x" %%{init}%%` }]) ?? ''
    for (const line of graph.split('\n').slice(1)) {
      expect(line).toMatch(/^ {2}(n\d+\["[^"[\]<>{}%`]*"\]|n\d+ (==>|-\.->)\|"[^"[\]<>{}%`|]*"\| n\d+)$/)
    }
  })
})
