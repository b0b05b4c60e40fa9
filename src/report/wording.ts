import type { Finding, Severity } from '../rules/finding.ts'
import { assertNever } from '../source/assert-never.ts'
import { foldedChanges } from './folded-changes.ts'
import { listedFindings } from './listed-findings.ts'
import { isChanged } from './metric-label.ts'
import type { Coverage, Gap, Report, SideLabel } from './report.ts'

/** `1 workload`, `2 workloads`; `plural` where an s is not enough. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}

/** `a, b and 3 more` */
export function enumerated(words: readonly string[], limit: number): string {
  const surplus = words.length - limit
  if (surplus > 0) return `${words.slice(0, limit).join(', ')} and ${surplus} more`
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** Two thoughts as sentences: the first may lack its full stop. */
export function sentences(first: string, second: string): string {
  const start = first.trimEnd()
  if (second === '') return start
  return /[.!?…:]$/.test(start) ? `${start} ${second}` : `${start}. ${second}`
}

/** The verdict in a few words: what a reader sees first. */
export function headline(report: Report): string {
  switch (report.outcome.verdict) {
    case 'pass':
      return isQuiet(report) ? 'no change of exposure' : joined('passed', changeCount(report) || findingCount(report))
    case 'fail':
      return joined('blocked', findingCount(report) || changeCount(report))
    case 'incomplete':
      return joined('incomplete', gapCount(report) || findingCount(report))
    default:
      return assertNever(report.outcome.verdict)
  }
}

/** Whether the change has nothing to tell: the summary is then one line, and no comment is created. */
export function isQuiet(report: Report): boolean {
  return (
    report.outcome.verdict === 'pass' &&
    listedFindings(report).length === 0 &&
    freshGaps(report).length === 0 &&
    report.findings.every(({ status }) => status !== 'fixed') &&
    report.clusters.every(({ changes, exposure }) => changes.length === 0 && !exposure.some(isChanged))
  )
}

/** Gaps the change brought or touches. */
export function freshGaps(report: Report): readonly Gap[] {
  return report.gaps.filter(({ status }) => status !== 'existing')
}

/** `2 errors, 1 note`; '' for none. */
function severityCount(findings: readonly Finding[]): string {
  const of = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length
  const severities: readonly Severity[] = ['error', 'warning', 'note']
  return severities.flatMap((severity) => (of(severity) === 0 ? [] : [counted(of(severity), severity)])).join(', ')
}

export function showSide({ label, sha }: SideLabel): string {
  return sha === undefined ? label : `${label} (${sha.slice(0, 9)})`
}

/** What was read, in one sentence, and what was not. */
export function coverageSentences(coverage: Coverage): readonly string[] {
  const { files, resources, workloads, policies, namespaces, clusters } = coverage
  const read = [
    counted(files, 'file'),
    counted(resources, 'resource'),
    counted(workloads, 'workload'),
    counted(policies, 'policy', 'policies'),
    counted(namespaces, 'namespace'),
    counted(clusters, 'cluster'),
  ]
  const others = coverage.others.filter(({ count }) => count > 0).map(({ kind, count }) => `${kind} ×${count}`)
  const unknown = coverage.unknownKinds.map(({ kind, count }) => `${kind} ×${count}`)
  return [
    `Read ${enumerated(read, read.length)}.`,
    ...(others.length === 0 ? [] : [`Recognised and not read as manifests: ${enumerated(others, 8)}.`]),
    ...(unknown.length === 0 ? [] : [`Kinds without meaning for the network or unknown: ${enumerated(unknown, 8)}.`]),
    ...coverage.remarks,
  ]
}

/** How a gap stands to the change, in words. */
export function gapStanding({ status, side }: Gap): string {
  if (status === 'touched') return 'touched by the change'
  return status === 'new' ? 'new' : side === 'base' ? 'on the base side' : 'was there before'
}

function findingCount(report: Report): string {
  return severityCount(listedFindings(report))
}

function gapCount(report: Report): string {
  const blocking = freshGaps(report).filter((gap) => gap.blocking).length
  return blocking === 0 ? '' : `${counted(blocking, 'gap')} in the analysis`
}

function changeCount(report: Report): string {
  const of = (direction: 'opened' | 'closed' | 'replaced') => foldedChanges(report, direction).length
  const told = (['opened', 'closed', 'replaced'] as const).filter((direction) => of(direction) > 0)
  return told.map((direction) => `${of(direction)} ${direction}`).join(', ')
}

function joined(word: string, detail: string): string {
  return detail === '' ? word : `${word}, ${detail}`
}
