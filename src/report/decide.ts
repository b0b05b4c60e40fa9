import type { GateSettings } from '../config/config.ts'
import type { Finding, Severity } from '../rules/finding.ts'
import type { Gap, Outcome } from './report.ts'

const rank: Readonly<Record<Severity | 'none', number>> = { error: 0, warning: 1, note: 2, none: -1 }

/** The gate's answer: a pure function of findings, gaps and configuration. Failing dominates incomplete. */
export function decide(findings: readonly Finding[], gaps: readonly Gap[], settings: GateSettings, now: Date): Outcome {
  const blocking = findings.filter((finding) => blocks(finding, settings))
  const open = gaps.filter(({ blocking }) => blocking)
  const reasons = [...blockingReasons(blocking), ...gapReasons(open, settings)]
  if (blocking.length > 0) {
    if (!isReportOnly(settings, now)) return { verdict: 'fail', reasons }
    return { verdict: 'pass', reasons: [`only reporting until ${settings.reportOnlyUntil}`, ...reasons] }
  }
  if (open.length > 0 && settings.incomplete === 'fail') {
    if (!isReportOnly(settings, now)) return { verdict: 'incomplete', reasons }
    return { verdict: 'pass', reasons: [`only reporting until ${settings.reportOnlyUntil}`, ...reasons] }
  }
  return { verdict: 'pass', reasons }
}

/** Whether a finding counts against the gate: severe enough, and new or worse unless everything counts. */
function blocks({ severity, status }: Finding, { failOn, scope }: GateSettings): boolean {
  if (failOn === 'none' || rank[severity] > rank[failOn]) return false
  return status === 'new' || status === 'worse' || (status === 'existing' && scope === 'all')
}

function blockingReasons(blocking: readonly Finding[]): string[] {
  const counts = Map.groupBy(blocking, ({ severity }) => severity)
  const parts = (['error', 'warning', 'note'] as const).flatMap((severity) => {
    const count = counts.get(severity)?.length ?? 0
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`]
  })
  if (parts.length === 0) return []
  const standing = blocking.some(({ status }) => status === 'existing') ? 'in all' : 'new or worse'
  return [`${parts.join(', ')} ${standing}: ${rulesOf(blocking)}`]
}

/** The rules that block, the one with the most findings first. */
function rulesOf(blocking: readonly Finding[]): string {
  const rules = [...Map.groupBy(blocking, ({ rule }) => rule)].sort(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  )
  const names = rules.map(([rule, found]) => (found.length === 1 ? rule : `${rule} ×${found.length}`))
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
}

function gapReasons(open: readonly Gap[], { incomplete }: GateSettings): string[] {
  if (open.length === 0) return []
  const things = open.length === 1 ? '1 thing that changed' : `${open.length} things that changed`
  return [`${things} could not be analysed${incomplete === 'warn' ? ', which the configuration lets pass' : ''}`]
}

const isReportOnly = ({ reportOnlyUntil }: GateSettings, now: Date): boolean =>
  reportOnlyUntil !== undefined && now.toISOString().slice(0, 10) <= reportOnlyUntil
