import type { SidedSpan } from '../delta/cause.ts'
import type { Finding } from '../rules/finding.ts'
import { endLine, startLine } from '../source/span.ts'
import { clip, plainText } from './escape.ts'
import { listedFindings, worstFirst } from './listed-findings.ts'
import type { Gap, Report } from './report.ts'
import { freshGaps, gapStanding, sentences } from './wording.ts'

/** The runner drops what a step writes beyond this, for each level by itself. */
export const annotationsPerLevel = 10

export type AnnotationLevel = 'error' | 'warning' | 'notice'

/** A line of the runner's log that GitHub shows on the changed files. One line of text each, without control characters. */
export interface Annotation {
  readonly level: AnnotationLevel
  /** Place on the head side; without one the annotation belongs to the run. */
  readonly place: { readonly path: string; readonly line: number; readonly endLine: number } | undefined
  readonly title: string
  readonly message: string
}

export interface AnnotationPlan {
  readonly annotations: readonly Annotation[]
  /** How many did not fit. */
  readonly surplus: number
}

/** Gaps that block and findings, worst and newest first, as many as the runner shows. */
export function planAnnotations(report: Report): AnnotationPlan {
  const gaps = freshGaps(report).toSorted((a, b) => Number(b.blocking) - Number(a.blocking))
  const all = [...gaps.map(gapAnnotation), ...worstFirst(listedFindings(report)).map(findingAnnotation)]
  const counts = new Map<AnnotationLevel, number>()
  const annotations = all.filter(({ level }) => {
    const count = (counts.get(level) ?? 0) + 1
    counts.set(level, count)
    return count <= annotationsPerLevel
  })
  return { annotations, surplus: all.length - annotations.length }
}

function findingAnnotation(finding: Finding): Annotation {
  const level = finding.severity === 'note' ? 'notice' : finding.severity
  const message = plainText(clip(sentences(finding.message, finding.remedy), 2000))
  const title = plainText(clip(`${finding.title} (${finding.rule})`, 250))
  return { level, place: placeOf(finding.at, finding.near), title, message }
}

function gapAnnotation(gap: Gap): Annotation {
  const { span, message, hint, code } = gap.diagnostic
  const title = plainText(`Not analysed: ${code} (${gapStanding(gap)})`)
  const place = placeOf({ side: gap.side, span }, undefined)
  return {
    level: gap.blocking ? 'error' : 'warning',
    place,
    title,
    message: plainText(clip(sentences(message, hint), 2000)),
  }
}

function placeOf(at: SidedSpan, near: SidedSpan | undefined): Annotation['place'] {
  const shown = at.side === 'head' ? at : near
  if (shown === undefined || shown.side !== 'head' || shown.span.file.path === '') return undefined
  return { path: shown.span.file.path, line: startLine(shown.span), endLine: endLine(shown.span) }
}
