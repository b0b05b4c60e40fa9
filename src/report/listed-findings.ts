import type { Finding, Severity, Status } from '../rules/finding.ts'
import type { Report } from './report.ts'

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 }
const statusRank: Readonly<Record<Status, number>> = { new: 0, worse: 1, existing: 2, fixed: 3 }

/** Findings a reader should see one by one: new and worse ones, and existing ones where those gate too. */
export function listedFindings(report: Report): readonly Finding[] {
  const all = report.configuration.scope === 'all'
  return report.findings.filter(({ status }) => isFresh(status) || (all && status === 'existing'))
}

/** Old debt: said as a count. */
export function existingFindings(report: Report): readonly Finding[] {
  return report.configuration.scope === 'all' ? [] : report.findings.filter(({ status }) => status === 'existing')
}

export function fixedFindings(report: Report): readonly Finding[] {
  return report.findings.filter(({ status }) => status === 'fixed')
}

export function isFresh(status: Status): boolean {
  return status === 'new' || status === 'worse'
}

/** Worst first, then newest; the order of the report breaks ties (sorting is stable). */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted(
    (a, b) => severityRank[a.severity] - severityRank[b.severity] || statusRank[a.status] - statusRank[b.status],
  )
}

/** `policy-removed ×2, empty-peer-list`, sorted by rule. */
export function countByRule(findings: readonly Finding[]): string {
  const counts = new Map<string, number>()
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1)
  const sorted = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([rule, count]) => (count === 1 ? rule : `${rule} ×${count}`)).join(', ')
}
