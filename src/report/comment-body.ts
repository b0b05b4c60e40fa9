import type { Finding } from '../rules/finding.ts'
import { clip, codeBlock, inlineCode, markdownText } from './escape.ts'
import { clustersOf, ruleLink, severityMarks } from './finding-markdown.ts'
import { showPlace } from './links.ts'
import { diffBlock, type Replacement, replacementOf, suggestionBlock } from './suggestion.ts'
import type { RulesUrl } from './summary-blocks.ts'
import { enumerated } from './wording.ts'

export interface CommentContext {
  rulesUrl?: RulesUrl
  /** Why findings of a rule matter, one sentence; undefined where the rule's title says it. */
  ruleWhy?(rule: string): string | undefined
}

/** A finding as it stands in a comment: with the places it repeats at, and how its fix is offered. */
export interface Remark {
  readonly finding: Finding
  /** The same change elsewhere: overlays, rendered copies. */
  readonly repeats: readonly Finding[]
  /** Replaces exactly the lines the comment covers; undefined where the fix cannot be applied with a click. */
  readonly suggestion: Replacement | undefined
}

const longestBlock = 6_000
const longestTrace = 20

/**
 * What changed, why, what to do; proof and trace below. What else there is to say about the same lines follows in a
 * line each, with its fix: one story told in full is read, four are not.
 */
export function commentBody(remarks: readonly Remark[], context: CommentContext): string {
  const [first, ...others] = remarks
  if (first === undefined) return ''
  return [remarkText(first, context), ...others.map((other) => shortText(other, context))].join('\n\n')
}

function shortText(remark: Remark, { rulesUrl }: CommentContext): string {
  const { finding } = remark
  const link = ruleLink(finding.rule, rulesUrl?.(finding.rule))
  const line = `${severityMarks[finding.severity]} ${markdownText(clip(finding.message, 600))} · ${finding.severity} ${link}`
  return [line, fixText(remark), repeatsText(remark)].filter((paragraph) => paragraph !== '').join('\n\n')
}

function remarkText(remark: Remark, context: CommentContext): string {
  const { finding } = remark
  const paragraphs = [
    `${severityMarks[finding.severity]} **${markdownText(clip(finding.message, 1000))}**`,
    whyAndDo(finding, context),
    fixText(remark),
    patchText(finding),
    repeatsText(remark),
    factsText(finding, context),
    traceText(finding),
  ]
  return paragraphs.filter((paragraph) => paragraph !== '').join('\n\n')
}

function whyAndDo(finding: Finding, context: CommentContext): string {
  const why = context.ruleWhy?.(finding.rule) ?? `${finding.title}.`
  return `${markdownText(clip(why, 600))} ${markdownText(clip(finding.remedy, 600))}`
}

function fixText({ finding, suggestion }: Remark): string {
  if (finding.fix === undefined) return ''
  const replacement = suggestion ?? replacementOf(finding.fix)
  if (replacement === undefined) return ''
  const block = suggestion === undefined ? diffBlock(replacement) : suggestionBlock(replacement)
  if (block.length > longestBlock) return ''
  const where = suggestion === undefined ? ` in ${inlineCode(`${replacement.file.path}:${replacement.first}`)}` : ''
  return `${markdownText(clip(finding.fix.title, 300))}${where}:\n\n${block}`
}

function patchText({ patch }: Finding): string {
  if (patch === undefined || patch.text.length > longestBlock) return ''
  return `For ${inlineCode(clip(patch.path, 300))}:\n\n${codeBlock(patch.text, 'yaml')}`
}

function repeatsText({ finding, repeats }: Remark): string {
  const places = new Set(repeats.map(({ at }) => showPlace(at)).filter((place) => place !== undefined))
  places.delete(showPlace(finding.at) ?? '')
  if (places.size === 0) return ''
  return `The same in ${enumerated(
    [...places].map((place) => inlineCode(clip(place, 300))),
    10,
  )}.`
}

function factsText(finding: Finding, { rulesUrl }: CommentContext): string {
  const facts = [
    ...(finding.witness === undefined ? [] : [`Proof: ${inlineCode(clip(finding.witness, 300))}`]),
    `${finding.severity} ${ruleLink(finding.rule, rulesUrl?.(finding.rule))}`,
    ...(finding.status === 'worse' ? ['worse than before'] : []),
    ...(finding.confidence === 'certain' ? [] : [finding.confidence]),
    ...clustersOf(finding),
  ]
  return facts.join(' · ')
}

function traceText({ trace = [] }: Finding): string {
  if (trace.length === 0) return ''
  const steps = trace.slice(0, longestTrace).map((step) => `1. ${markdownText(clip(step, 250))}`)
  const rest = trace.length > longestTrace ? [`1. and ${trace.length - longestTrace} more steps`] : []
  return `<details><summary>How this follows</summary>\n\n${[...steps, ...rest].join('\n')}\n\n</details>`
}
