import type { Finding, Severity } from '../rules/finding.ts'
import { regionOf } from '../source/span.ts'
import { accessSentence } from './access-sentence.ts'
import { clip, commandSafe, plainText } from './escape.ts'
import { type Direction, type FoldedChange, foldedChanges, possibleChanges } from './folded-changes.ts'
import { showPlace } from './links.ts'
import { countByRule, existingFindings, fixedFindings, listedFindings } from './listed-findings.ts'
import { isChanged, metricLabel, showCount, showDelta, trendOf } from './metric-label.ts'
import type { Report, Verdict } from './report.ts'
import { type Paint, paintWith } from './terminal-paint.ts'
import { coverageSentences, enumerated, freshGaps, gapStanding, headline, isQuiet, showSide } from './wording.ts'
import { wrap } from './wrap.ts'

export interface TextOptions {
  readonly colour: boolean
  /** Columns to wrap at. */
  readonly width: number
}

interface Pen {
  readonly paint: Paint
  readonly width: number
}

const shownPossible = 3
const shownTrace = 12
const verdictColours: Readonly<Record<Verdict, 'green' | 'red' | 'yellow'>> = {
  pass: 'green',
  fail: 'red',
  incomplete: 'yellow',
}
const severityColours: Readonly<Record<Severity, 'red' | 'yellow' | 'cyan'>> = {
  error: 'red',
  warning: 'yellow',
  note: 'cyan',
}

/** The report for a terminal or a log: verdict first, then what to act on, then what changed. */
export function renderText(report: Report, { colour, width }: TextOptions): string {
  const pen = { paint: paintWith(colour), width: Math.max(40, width) }
  const blocks = [verdict(report, pen), ...(isQuiet(report) ? [] : details(report, pen)), closing(report, pen)]
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${commandSafe(text.join('\n\n'))}\n`
}

function verdict(report: Report, pen: Pen): readonly string[] {
  const title = pen.paint(verdictColours[report.outcome.verdict], headline(report), 'bold')
  const sides = `${showSide(report.sides.base)} → ${showSide(report.sides.head)}`
  return [
    `Portcullis: ${title}`,
    pen.paint('dim', plainText(sides)),
    ...[accessSentence(report)].filter(Boolean),
    ...report.outcome.reasons.flatMap((reason) => bullet('-', reason, pen)),
  ]
}

function details(report: Report, pen: Pen): readonly (readonly string[])[] {
  return [
    ...findingBlocks(report, pen),
    changes(report, 'opened', 'Opened', '+', pen),
    changes(report, 'closed', 'Closed', '-', pen),
    changes(report, 'replaced', 'Replaced', '~', pen),
    possible(report, pen),
    exposure(report, pen),
    gaps(report, pen),
  ]
}

function findingBlocks(report: Report, pen: Pen): readonly (readonly string[])[] {
  const byFile = Map.groupBy(listedFindings(report), ({ at }) => at.span.file.path)
  return [...byFile].map(([path, findings]) => [
    pen.paint('bold', plainText(path === '' ? 'outside the files' : path)),
    ...findings.flatMap((finding) => findingLines(finding, pen)),
  ])
}

function findingLines(finding: Finding, pen: Pen): readonly string[] {
  const { start } = regionOf(finding.at.span)
  const place = finding.at.span.file.path === '' ? '' : `${start.line}:${start.column} `
  const level = pen.paint(severityColours[finding.severity], finding.severity)
  const marks = [finding.status, ...(finding.confidence === 'certain' ? [] : [finding.confidence])]
  const side = finding.at.side === 'base' ? ', line of the base side' : ''
  const cluster = finding.clusters.length > 1 ? `, in ${enumerated(finding.clusters.map(plainText), 4)}` : ''
  return [
    `  ${place}${level} ${plainText(finding.rule)} ${pen.paint('dim', `(${marks.join(', ')}${side}${cluster})`)}`,
    ...indented(finding.message, 4, pen),
    ...labelled('do', finding.remedy, pen),
    ...labelled('fix', finding.fix?.title ?? '', pen),
    ...labelled('proof', finding.witness ?? '', pen),
    ...(finding.trace ?? [])
      .slice(0, shownTrace)
      .flatMap((step, index) => labelled(index === 0 ? 'why' : '', step, pen)),
  ]
}

function changes(report: Report, direction: Direction, title: string, sign: string, pen: Pen): readonly string[] {
  const folded = foldedChanges(report, direction)
  if (folded.length === 0) return []
  return [pen.paint('bold', title), ...folded.flatMap((change) => changeLines(change, sign, pen))]
}

/** A few of the changes that depend on what the repository does not say. */
function possible(report: Report, pen: Pen): readonly string[] {
  const folded = possibleChanges(report)
  if (folded.length === 0) return []
  const rest = folded.length > shownPossible ? bullet('?', `and ${folded.length - shownPossible} more`, pen) : []
  const shown = folded.slice(0, shownPossible).flatMap(({ change }) => bullet('?', change.sentence, pen))
  return [pen.paint('bold', 'Depends on what the repository does not say'), ...shown, ...rest]
}

function changeLines({ change, clusters }: FoldedChange, sign: string, pen: Pen): readonly string[] {
  const where = clusters.length === 0 ? '' : ` (in ${enumerated(clusters, 4)})`
  const causes = change.causes.map(({ text, at }) => `${showPlace(at) ?? 'configuration'}: ${text}`)
  return [
    ...bullet(sign, `${change.sentence}${where}`, pen),
    ...causes.slice(0, 3).flatMap((cause) => indented(`because of ${cause}`, 6, pen)),
    ...(causes.length > 3 ? indented(`and ${causes.length - 3} more causes`, 6, pen) : []),
  ]
}

function exposure(report: Report, pen: Pen): readonly string[] {
  const several = report.clusters.length > 1
  const lines = report.clusters.flatMap((cluster) => {
    const rows = cluster.exposure.filter(isChanged)
    const title = several && rows.length > 0 ? [`  ${plainText(cluster.name)}`] : []
    return [...title, ...rows.flatMap((row) => exposureLines(row, pen))]
  })
  return lines.length === 0 ? [] : [pen.paint('bold', 'Exposure'), ...lines]
}

function exposureLines(row: Report['clusters'][number]['exposure'][number], pen: Pen): readonly string[] {
  const trend = trendOf(row)
  const colour = trend === 'worse' ? 'red' : trend === 'better' ? 'green' : 'dim'
  const counts = `${showCount(row.base, row.total)} → ${showCount(row.head, row.total)}`
  const members = [...row.gained.map((member) => ['+', member] as const), ...row.lost.map((m) => ['-', m] as const)]
  return [
    `  ${metricLabel(row.metric).padEnd(44)} ${counts}  ${pen.paint(colour, showDelta(row))}`,
    ...members.slice(0, 5).flatMap(([sign, { name, detail }]) => indented(`${sign} ${name} ${detail}`, 6, pen)),
    ...(members.length > 5 ? [`      and ${members.length - 5} more`] : []),
  ]
}

function gaps(report: Report, pen: Pen): readonly string[] {
  const fresh = freshGaps(report)
  if (fresh.length === 0) return []
  const lines = fresh.flatMap((gap, index) => {
    const { code, message, hint, span } = gap.diagnostic
    const advice = hint === fresh[index + 1]?.diagnostic.hint ? [] : indented(hint, 6, pen)
    const place = showPlace({ side: gap.side, span })
    const { column } = regionOf(span).start
    const where = place === undefined ? '' : `${place}:${column} `
    return [...bullet('-', `${where}${code} (${gapStanding(gap)}): ${message}`, pen), ...advice]
  })
  return [pen.paint('bold', 'Not analysed'), ...lines]
}

function closing(report: Report, pen: Pen): readonly string[] {
  const existing = existingFindings(report)
  const fixed = fixedFindings(report)
  const old = report.gaps.length - freshGaps(report).length
  const sentences = [
    ...(fixed.length === 0 ? [] : [`Fixed: ${countByRule(fixed)}.`]),
    ...(existing.length === 0 ? [] : [`There before, not listed: ${countByRule(existing)}.`]),
    ...(old === 0 ? [] : [`Gaps that were there before: ${old}.`]),
    ...report.notes,
    ...coverageSentences(report.coverage),
  ]
  return sentences.flatMap((sentence) => wrap(clip(plainText(sentence), 600), pen.width, '').map(dimmed(pen)))
}

function dimmed(pen: Pen): (line: string) => string {
  return (line) => pen.paint('dim', line)
}

function labelled(label: string, text: string, pen: Pen): readonly string[] {
  return text === '' ? [] : hanging(`    ${label.padEnd(6)}`, text, pen)
}

function bullet(sign: string, text: string, pen: Pen): readonly string[] {
  return hanging(`  ${sign} `, text, pen)
}

function indented(text: string, columns: number, pen: Pen): readonly string[] {
  return text === '' ? [] : wrap(clip(plainText(text), 1000), pen.width, ' '.repeat(columns))
}

function hanging(prefix: string, text: string, pen: Pen): readonly string[] {
  const [first = '', ...rest] = wrap(clip(plainText(text), 1000), pen.width, ' '.repeat(prefix.length))
  return [prefix + first.trimStart(), ...rest]
}
