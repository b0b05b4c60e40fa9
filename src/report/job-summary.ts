import { clip, inlineCode, markdownText } from './escape.ts'
import { clusterTitle, exposureHeader, exposureRow, exposureTables } from './exposure-table.ts'
import { type Block, fitBlocks, paragraph } from './fit-blocks.ts'
import { foldedChanges, possibleChanges } from './folded-changes.ts'
import { type Links, linkPlace, noLinks } from './links.ts'
import { listedFindings, worstFirst } from './listed-findings.ts'
import type { Report } from './report.ts'
import {
  coverageBlock,
  findingsBlock,
  gapsBlock,
  graphBlock,
  type RulesUrl,
  standingBlock,
  verdictBlock,
} from './summary-blocks.ts'

/** A step summary of more than 1 MiB is refused as a whole; the rest of the step may write some too. */
export const jobSummaryLimit = 1_000_000

const mostTables = 200

/** Everything in full tables: all metrics, all changes, findings new and old, all gaps. */
export function renderJobSummary(report: Report, links: Links = noLinks, rulesUrl: RulesUrl = () => undefined): string {
  const listed = new Set(listedFindings(report))
  const existing = report.findings.filter((finding) => finding.status === 'existing' && !listed.has(finding))
  const blocks = [
    verdictBlock(report),
    findingsBlock('Findings', worstFirst([...listed]), links, rulesUrl),
    changeTable(report, links),
    ...metricTables(report),
    graphBlock(report),
    gapsBlock('Could not be analysed', report.gaps, links),
    { ...findingsBlock('Findings that were there before', worstFirst(existing), links, rulesUrl), rank: 5 },
    workloadsBlock(report),
    standingBlock(report),
    coverageBlock(report),
  ]
  return fitBlocks(blocks, jobSummaryLimit)
}

function changeTable(report: Report, links: Links): Block {
  const certain = (['opened', 'closed', 'replaced'] as const).flatMap((direction) => foldedChanges(report, direction))
  const rows = [...certain, ...possibleChanges(report)].map(({ change, clusters }) => {
    const places = [...new Set(change.causes.map(({ at }) => linkPlace(at, links)))].filter((place) => place !== '')
    const possible = change.certainty === 'possible' ? ', possibly' : ''
    const cells = [
      `${change.kind}${possible}`,
      cell(change.sources),
      cell(change.destinations),
      inlineCode(clip(change.base, 300)),
      inlineCode(clip(change.head, 300)),
      places.slice(0, 4).join('<br>'),
      clusters.map((name) => inlineCode(clip(name, 80))).join(', '),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return {
    head: '**Connections**\n\n| | from | to | base | head | cause | clusters |\n|---|---|---|---|---|---|---|\n',
    items: rows,
    foot: '',
    rank: 2,
    more: (count) => `\nand ${count} more connections`,
  }
}

function cell(text: string): string {
  return markdownText(clip(text, 300))
}

function metricTables(report: Report): readonly Block[] {
  const tables = exposureTables(report, () => true)
  const surplus = tables.length - mostTables
  const left = paragraph(surplus > 0 ? `Further clusters differ: ${surplus} more tables.` : '', 3)
  const blocks = tables.slice(0, mostTables).map(({ clusters, rows }) => ({
    head: `**Exposure**\n\n${clusterTitle(report, clusters)}${exposureHeader}`,
    items: rows.map((row) => exposureRow(row, 100)),
    foot: '',
    rank: 3,
    more: (count: number) => `\nand ${count} more metrics`,
  }))
  return [...blocks, left]
}

function workloadsBlock(report: Report): Block {
  const items = report.clusters.flatMap(({ name, addedWorkloads, removedWorkloads }) => [
    ...addedWorkloads.map((workload) => `- added: ${inlineCode(clip(workload, 200))}${inCluster(report, name)}`),
    ...removedWorkloads.map((workload) => `- removed: ${inlineCode(clip(workload, 200))}${inCluster(report, name)}`),
  ])
  return { head: '**Workloads**\n\n', items, foot: '', rank: 6, more: (count) => `- and ${count} more workloads` }
}

function inCluster(report: Report, name: string): string {
  return report.clusters.length < 2 ? '' : ` in ${inlineCode(clip(name, 80))}`
}
