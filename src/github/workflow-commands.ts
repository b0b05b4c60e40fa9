import { error, notice, warning } from '@actions/core'
import { type Annotation, type AnnotationLevel, annotationsPerLevel } from '../report/annotations.ts'

export type AnnotationCounts = Readonly<Record<AnnotationLevel, number>>

const LEVELS = { error, warning, notice } as const

/**
 * Issues annotations in the given order, as many of each level as the runner keeps (it drops the rest silently);
 * returns how many of each had no room.
 */
export function annotate(annotations: readonly Annotation[], issue: typeof LEVELS = LEVELS): AnnotationCounts {
  const seen = { error: 0, warning: 0, notice: 0 }
  for (const { level, place, title, message } of annotations) {
    seen[level] += 1
    if (seen[level] > annotationsPerLevel) continue
    const where = place && { file: place.path, startLine: place.line, endLine: place.endLine }
    issue[level](printable(message), { title: printable(title), ...where })
  }
  const surplus = (count: number) => Math.max(count - annotationsPerLevel, 0)
  return { error: surplus(seen.error), warning: surplus(seen.warning), notice: surplus(seen.notice) }
}

/**
 * Text that the runner cannot take for a command, one line kept one line. The runner reads `::command` at the start of
 * a line and the old `##[command]` anywhere in one, from both streams: a zero-width space breaks either. Control
 * characters go; line breaks stay when `keepLines` is set and become spaces otherwise.
 */
export function printable(text: string, options: { readonly keepLines?: boolean } = {}): string {
  const lines = text.split(/\r\n|[\n\r\u0085\u2028\u2029]/).map(printableLine)
  return lines.join(options.keepLines === true ? '\n' : ' ')
}

function printableLine(line: string): string {
  return line
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
    .replaceAll('::', ':\u200b:')
    .replaceAll('##[', '##\u200b[')
}
