import type { Finding } from '../rules/finding.ts'
import { accessSentence } from './access-sentence.ts'
import { clip, codeBlock, inlineCode, markdownText } from './escape.ts'
import {
  clusterTitle,
  type ExposureTable,
  exposureHeader,
  exposureRow,
  exposureTables,
  isNews,
  showMember,
} from './exposure-table.ts'
import { findingItem } from './finding-markdown.ts'
import { type Block, paragraph } from './fit-blocks.ts'
import { type Direction, type FoldedChange, foldedChanges, possibleChanges } from './folded-changes.ts'
import { changeGraph } from './graph.ts'
import { type Links, linkPlace } from './links.ts'
import { countByRule, existingFindings, fixedFindings } from './listed-findings.ts'
import { metricLabel } from './metric-label.ts'
import type { Gap, Report, Verdict } from './report.ts'
import { coverageSentences, enumerated, freshGaps, gapStanding, headline, showSide } from './wording.ts'

export type RulesUrl = (rule: string) => string | undefined

const verdictMarks: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', incomplete: '⚠️' }
const membersInTable = 3
/** More clusters than this differ in how their exposure changes only where the tables do not help any more. */
const mostTables = 12

export function verdictBlock(report: Report): Block {
  const reasons = report.outcome.reasons.map((reason) => `- ${markdownText(clip(reason, 600))}`)
  return {
    head: `### ${verdictMarks[report.outcome.verdict]} Portcullis: ${headline(report)}\n\n`,
    items: reasons.length === 0 ? [opening(report)] : [`${opening(report)}\n`, ...reasons],
    foot: '',
    rank: 0,
    more: (count) => `- and ${count} more reasons`,
  }
}

function opening(report: Report): string {
  const access = accessSentence(report)
  return access === '' ? sidesSentence(report) : `${sidesSentence(report)}\n\n${access}`
}

function sidesSentence({ sides }: Report): string {
  return `${markdownText(clip(showSide(sides.base), 200))} → ${markdownText(clip(showSide(sides.head), 200))}`
}

export function findingsBlock(title: string, findings: readonly Finding[], links: Links, rulesUrl: RulesUrl): Block {
  return {
    head: `**${title}**\n\n`,
    items: findings.map((finding) => findingItem(finding, links, rulesUrl)),
    foot: '',
    rank: 1,
    more: (count) => `- and ${count} more findings`,
  }
}

export function changesBlock(report: Report, direction: Direction, title: string, links: Links): Block {
  return {
    head: `**${title}**\n\n`,
    items: foldedChanges(report, direction).map((change) => changeItem(change, links)),
    foot: '',
    rank: 2,
    more: (count) => `- and ${count} more`,
  }
}

/** Folded away: what may be, told by what would settle it. */
export function possibleBlock(report: Report, links: Links): Block {
  return {
    head: '<details><summary>Changes that depend on what the repository does not say</summary>\n\n',
    items: possibleChanges(report).map((change) => changeItem(change, links)),
    foot: '\n\n</details>',
    rank: 5,
    more: (count) => `- and ${count} more`,
  }
}

function changeItem({ change, clusters }: FoldedChange, links: Links): string {
  const where =
    clusters.length === 0
      ? ''
      : ` in ${enumerated(
          clusters.map((name) => inlineCode(clip(name, 80))),
          4,
        )}`
  const causes = change.causes.slice(0, 3).map(({ text, at }) => {
    const place = linkPlace(at, links)
    return `\n  - ${markdownText(clip(text, 400))}${place === '' ? '' : `: ${place}`}`
  })
  const rest = change.causes.length > 3 ? `\n  - and ${change.causes.length - 3} more causes` : ''
  return `- ${markdownText(clip(change.sentence, 800))}${where}${causes.join('')}${rest}`
}

/** Only what changed, a few members each; the rest of the members is folded away in `membersBlock`. */
export function exposureBlocks(report: Report): readonly Block[] {
  const tables = exposureTables(report, isNews)
  const surplus = tables.length - mostTables
  const left = surplus > 0 ? `Exposure changes in other ways in further clusters: ${surplus} more tables.` : ''
  return [...tables.slice(0, mostTables).map((table) => exposureBlock(report, table)), paragraph(left, 3)]
}

function exposureBlock(report: Report, { clusters, rows }: ExposureTable): Block {
  return {
    head: `${clusterTitle(report, clusters)}${exposureHeader}`,
    items: rows.map((row) => exposureRow(row, membersInTable)),
    foot: '',
    rank: 3,
    more: (count) => `\nand ${count} more metrics`,
  }
}

export function membersBlock(report: Report): Block {
  const items = exposureTables(report, isNews).flatMap(({ rows }) =>
    rows
      .filter(({ gained, lost }) => gained.length + lost.length > membersInTable)
      .map(({ metric, gained, lost }) => {
        const members = [...gained.map((one) => showMember('+', one)), ...lost.map((one) => showMember('−', one))]
        return `- ${metricLabel(metric)}: ${enumerated(members, 100)}`
      }),
  )
  return {
    head: '<details><summary>Everyone who gained or lost</summary>\n\n',
    items,
    foot: '\n\n</details>',
    rank: 6,
    more: (count) => `- and ${count} more metrics`,
  }
}

export function graphBlock(report: Report): Block {
  const graph = changeGraph(report)
  const drawn = graph === undefined ? '' : codeBlock(graph, 'mermaid')
  return paragraph(drawn === '' ? '' : `<details><summary>What changed, drawn</summary>\n\n${drawn}\n\n</details>`, 7)
}

export function gapsBlock(title: string, gaps: readonly Gap[], links: Links): Block {
  return {
    head: `**${title}**\n\n`,
    items: gaps.map((gap, index) => gapItem(gap, gaps[index + 1], links)),
    foot: '',
    rank: 4,
    more: (count) => `- and ${count} more gaps`,
  }
}

/** The same advice for several gaps in a row stands below the last of them. */
function gapItem(gap: Gap, next: Gap | undefined, links: Links): string {
  const { code, message, hint, span } = gap.diagnostic
  const place = linkPlace({ side: gap.side, span }, links)
  const facts = [...(place === '' ? [] : [place]), `\`${code}\``, gapStanding(gap)]
  const advice = hint === '' || hint === next?.diagnostic.hint ? '' : `\n  ${markdownText(clip(hint, 400))}`
  return `- ${markdownText(clip(message, 600))} (${facts.join(', ')})${advice}`
}

/** Fixed findings, old debt and the run's own notes: one line each. */
export function standingBlock(report: Report): Block {
  const fixed = fixedFindings(report)
  const existing = existingFindings(report)
  const old = report.gaps.length - freshGaps(report).length
  const items = [
    ...(fixed.length === 0 ? [] : [`- Fixed here: ${fixed.length} (${countByRule(fixed)})`]),
    ...(existing.length === 0
      ? []
      : [`- There before and not blocking: ${existing.length} (${countByRule(existing)})`]),
    ...(old === 0 ? [] : [`- Not analysed, as before: ${old}`]),
    ...report.notes.map((note) => `- ${markdownText(clip(note, 600))}`),
  ]
  return { head: '', items, foot: '', rank: 5, more: (count) => `- and ${count} more notes` }
}

export function coverageBlock(report: Report): Block {
  const sentences = coverageSentences(report.coverage).map((sentence) => markdownText(clip(sentence, 400)))
  return paragraph(`<sub>${sentences.slice(0, 12).join(' ')}<br>${configurationSentence(report)}</sub>`, 0)
}

function configurationSentence({ configuration, tool, evaluatedAt }: Report): string {
  const { path, preset, sha } = configuration
  const at = sha === undefined ? '' : ` at ${inlineCode(sha.slice(0, 9))}`
  const policy = path === undefined ? `preset ${inlineCode(clip(preset, 60))}` : `${inlineCode(clip(path, 200))}${at}`
  return `Policy: ${policy}. ${tool.name} ${inlineCode(tool.version)}, ${markdownText(evaluatedAt)}.`
}
