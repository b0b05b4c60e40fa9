import { accessSentence } from '../report/access-sentence.ts'
import { plainText } from '../report/escape.ts'
import { type FoldedChange, foldedChanges, possibleChanges } from '../report/folded-changes.ts'
import { showPlace } from '../report/links.ts'
import { isChanged, metricLabel, showCount, showDelta } from '../report/metric-label.ts'
import type { Report } from '../report/report.ts'
import { type Paint, paintWith } from '../report/terminal-paint.ts'
import { enumerated, showSide } from '../report/wording.ts'
import { wrap } from '../report/wrap.ts'

interface Pen {
  readonly paint: Paint
  readonly width: number
}

/** Causes of one change that are told. */
const shownCauses = 5

/** What opened, closed and was replaced, each with its causes; then how the counts of exposure moved. */
export function diffText(
  report: Report,
  { colour, width }: { readonly colour: boolean; readonly width: number },
): string {
  const pen = { paint: paintWith(colour), width: Math.max(40, width) }
  const access = accessSentence(report)
  const blocks = [
    [
      pen.paint('dim', plainText(`${showSide(report.sides.base)} → ${showSide(report.sides.head)}`)),
      ...(access === '' ? [] : [access]),
    ],
    section(foldedChanges(report, 'opened'), 'Opened', '+', pen),
    section(foldedChanges(report, 'closed'), 'Closed', '-', pen),
    section(foldedChanges(report, 'replaced'), 'Replaced', '~', pen),
    section(possibleChanges(report), 'Depends on what the repository does not say', '?', pen),
    exposure(report, pen),
  ].filter((lines) => lines.length > 0)
  if (blocks.length === 1 && access === '') blocks.push(['Nothing changes in who can reach whom.'])
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

function section(changes: readonly FoldedChange[], title: string, sign: string, pen: Pen): string[] {
  if (changes.length === 0) return []
  return [pen.paint('bold', title), ...changes.flatMap((change) => changeLines(change, sign, pen))]
}

function changeLines({ change, clusters }: FoldedChange, sign: string, pen: Pen): string[] {
  const where = clusters.length === 0 ? '' : ` (in ${enumerated(clusters, 4)})`
  const causes = change.causes
    .slice(0, shownCauses)
    .map(({ text, at }) => `because of ${showPlace(at) ?? 'the configuration'}: ${text}`)
  const rest = change.causes.length - shownCauses
  const [first = '', ...more] = wrapped(`${change.sentence}${where}`, 4, pen)
  return [
    `  ${sign} ${first.trimStart()}`,
    ...more,
    ...causes.flatMap((cause) => wrapped(cause, 6, pen)),
    ...(rest > 0 ? wrapped(`and ${rest} more causes`, 6, pen) : []),
  ]
}

const wrapped = (text: string, indent: number, { width }: Pen): readonly string[] =>
  wrap(plainText(text), width, ' '.repeat(indent))

function exposure(report: Report, pen: Pen): string[] {
  const several = report.clusters.length > 1
  const lines = report.clusters.flatMap(({ name, exposure: rows }) => {
    const moved = rows.filter(isChanged)
    const title = several && moved.length > 0 ? [`  ${plainText(name)}`] : []
    return [...title, ...moved.flatMap((row) => exposureLines(row, pen))]
  })
  return lines.length === 0 ? [] : [pen.paint('bold', 'Exposure'), ...lines]
}

function exposureLines(row: Report['clusters'][number]['exposure'][number], pen: Pen): string[] {
  const counts = `${showCount(row.base, row.total)} → ${showCount(row.head, row.total)}  ${showDelta(row)}`
  const members = [
    ...row.gained.map((member) => ['+', member] as const),
    ...row.lost.map((member) => ['-', member] as const),
  ]
  return [
    `  ${metricLabel(row.metric).padEnd(44)} ${counts}`,
    ...members.flatMap(([sign, { name, detail }]) => wrapped(`${sign} ${name} ${detail}`.trim(), 6, pen)),
  ]
}
