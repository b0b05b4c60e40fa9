import type { Finding } from '../rules/finding.ts'
import { clip, inlineCode, markdownLink, markdownText } from './escape.ts'
import { type Links, linkPlace } from './links.ts'
import { enumerated } from './wording.ts'

export const severityMarks = { error: '🔴', warning: '🟠', note: '🔵' } as const

/** `rule-id` as code, linked to its page where there is one. */
export function ruleLink(rule: string, url: string | undefined): string {
  return markdownLink(inlineCode(rule), url)
}

/** One line of a list: how bad, what, where, what to do. */
export function findingItem(finding: Finding, links: Links, rulesUrl: (rule: string) => string | undefined): string {
  const place = linkPlace(finding.at, links)
  const facts = [
    ...(place === '' ? [] : [place]),
    ruleLink(finding.rule, rulesUrl(finding.rule)),
    ...(finding.status === 'new' ? [] : [finding.status]),
    ...(finding.confidence === 'certain' ? [] : [finding.confidence]),
    ...clustersOf(finding),
  ]
  const what = `${severityMarks[finding.severity]} **${finding.severity}** ${markdownText(clip(finding.message, 800))}`
  return `- ${what} (${facts.join(', ')})\n  ${markdownText(clip(finding.remedy, 600))}`
}

/** Names the clusters where there are several. */
export function clustersOf({ clusters }: Finding): readonly string[] {
  return clusters.length < 2
    ? []
    : [
        `in ${enumerated(
          clusters.map((name) => inlineCode(clip(name, 80))),
          4,
        )}`,
      ]
}
