import { compareText } from '../source/compare-text.ts'
import { compareSpans } from '../source/span.ts'
import type { Finding, Severity, Status } from './finding.ts'

const statusRank: Readonly<Record<Status, number>> = { new: 0, worse: 1, existing: 2, fixed: 3 }
const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 }

/**
 * The same finding in several clusters is one finding that lists them: the worst status and severity count, and the
 * place is that of the first cluster that has them. Sorted by file, line and rule.
 */
export function foldFindings(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, ({ fingerprint }) => fingerprint)
  return [...groups.values()].map(foldGroup).sort(compareFindings)
}

function foldGroup(group: readonly Finding[]): Finding {
  const sorted = [...group].sort(
    (a, b) =>
      statusRank[a.status] - statusRank[b.status] ||
      severityRank[a.severity] - severityRank[b.severity] ||
      compareText(a.clusters[0] ?? '', b.clusters[0] ?? ''),
  )
  const first = sorted[0] as Finding
  const elsewhere = sorted
    .slice(1)
    .filter(({ at, status }) => status === first.status && at.span.file.path !== first.at.span.file.path)
  const related = elsewhere.map(({ at, clusters }) => ({ at, message: `the same in ${clusters.join(', ')}` }))
  return {
    ...first,
    clusters: [
      ...new Set(sorted.filter(({ status }) => status === first.status).flatMap(({ clusters }) => clusters)),
    ].sort(),
    ...(related.length === 0 ? {} : { related: [...(first.related ?? []), ...related] }),
  }
}

function compareFindings(a: Finding, b: Finding): number {
  return compareSpans(a.at.span, b.at.span) || compareText(a.rule, b.rule) || compareText(a.fingerprint, b.fingerprint)
}
