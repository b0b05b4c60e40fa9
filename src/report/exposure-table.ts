import type { ExposureChange, ExposureMember } from '../delta/exposure.ts'
import { clip, inlineCode, markdownText } from './escape.ts'
import { isChanged, metricLabel, showCount, showDelta, trendOf } from './metric-label.ts'
import type { Report } from './report.ts'
import { enumerated } from './wording.ts'

/** Rows of one table and the clusters they are true of. */
export interface ExposureTable {
  readonly clusters: readonly string[]
  readonly rows: readonly ExposureChange[]
}

export const exposureHeader = '| Exposure | base | head | change | who |\n|---|--:|--:|--:|---|\n'

type Wanted = (row: ExposureChange, all: readonly ExposureChange[]) => boolean

/** What changed and is not told by the row before: of one new namespace for each Service the pairs say nothing more. */
export const isNews: Wanted = (row, all) => {
  if (!isChanged(row) || row.metric !== 'cross-namespace-pairs') return isChanged(row)
  const services = all.find(({ metric }) => metric === 'cross-namespace-services')
  return services?.gained.length !== row.gained.length || services.lost.length !== row.lost.length
}

/** One table for each set of clusters whose numbers agree; `rows` chooses what is in it. */
export function exposureTables(report: Report, wanted: Wanted): readonly ExposureTable[] {
  const tables = new Map<string, { clusters: string[]; rows: readonly ExposureChange[] }>()
  for (const cluster of report.clusters) {
    const rows = cluster.exposure.filter((row) => wanted(row, cluster.exposure))
    const key = JSON.stringify(rows)
    const known = tables.get(key)
    if (rows.length === 0) continue
    if (known === undefined) tables.set(key, { clusters: [cluster.name], rows })
    else known.clusters.push(cluster.name)
  }
  return [...tables.values()]
}

/** A row with at most `members` members named. */
export function exposureRow(row: ExposureChange, members: number): string {
  const trend = { worse: '🔺', better: '🔽', same: '' }[isChanged(row) ? trendOf(row) : 'same']
  const change = isChanged(row) ? `${trend} ${showDelta(row)}`.trim() : ''
  const counts = [row.base, row.head].map((count) => showCount(count, row.total))
  return `| ${metricLabel(row.metric)} | ${counts.join(' | ')} | ${change} | ${memberCell(row, members)} |`
}

function memberCell({ gained, lost }: ExposureChange, limit: number): string {
  const shown = [...gained.map((member) => showMember('+', member)), ...lost.map((member) => showMember('−', member))]
  return shown.length <= limit
    ? shown.join('<br>')
    : `${shown.slice(0, limit).join('<br>')}<br>and ${shown.length - limit} more`
}

export function showMember(sign: string, { name, detail }: ExposureMember): string {
  const how = detail === '' ? '' : ` ${markdownText(clip(detail, 160))}`
  return `${sign} ${inlineCode(clip(name, 120))}${how}`
}

/** `In a, b:` where the report knows several clusters. */
export function clusterTitle(report: Report, clusters: readonly string[]): string {
  if (report.clusters.length < 2) return ''
  const names = clusters.map((name) => inlineCode(clip(name, 80)))
  const count = clusters.length > 1 ? ` (${clusters.length} of ${report.clusters.length} clusters)` : ''
  return `In ${enumerated(names, 6)}${count}:\n\n`
}
