import type { Cause, SidedSpan } from '../delta/cause.ts'
import { causeKey } from '../delta/find-causes.ts'
import type { SideView } from '../delta/side-view.ts'
import type { RuleHit } from './finding.ts'

/** Where a finding about a change stands: at its cause, and near it what is left of the file in head. */
export function placeOfCause(cause: Cause, head: SideView): Pick<RuleHit, 'at' | 'near'> {
  return { at: cause.at, near: cause.near ?? (cause.at.side === 'base' ? startOfFile(cause.at, head) : undefined) }
}

/** The beginning of a file that head still has; undefined when the file is gone. */
function startOfFile({ span }: SidedSpan, head: SideView): SidedSpan | undefined {
  for (const resources of head.cluster.resources.values()) {
    const found = resources.find(({ provenance }) => provenance.file.path === span.file.path)
    if (found !== undefined) return { side: 'head', span: { file: found.provenance.file, start: 0, end: 0 } }
  }
  return undefined
}

/** The causes but the first one, as further places. */
export function relatedCauses(causes: readonly Cause[]): NonNullable<RuleHit['related']> {
  return causes.slice(1, 6).map(({ at, text }) => ({ at, message: text }))
}

/** Whether two lists have a cause in common. */
export function shareCause(a: readonly Cause[], b: readonly Cause[]): boolean {
  const keys = new Set(a.map(causeKey))
  return b.some((cause) => keys.has(causeKey(cause)))
}

/** `ingress and egress` */
export const both = (words: readonly string[]): string => words.join(' and ')

/** A sentence may begin with what peers are called, never with a changed name of an object. */
export const sentence = (text: string): string =>
  text.replace(/^(?:any|anybody|other|pods|every|the)\b/, (word) =>
    word.replace(/^./, (letter) => letter.toUpperCase()),
  )
