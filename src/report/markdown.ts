import { fitBlocks } from './fit-blocks.ts'
import { type Links, noLinks } from './links.ts'
import { listedFindings, worstFirst } from './listed-findings.ts'
import type { Report } from './report.ts'
import {
  changesBlock,
  coverageBlock,
  exposureBlocks,
  findingsBlock,
  gapsBlock,
  graphBlock,
  membersBlock,
  possibleBlock,
  type RulesUrl,
  standingBlock,
  verdictBlock,
} from './summary-blocks.ts'
import { freshGaps, isQuiet } from './wording.ts'

/** GitHub refuses a body of 65 536 characters; markers and what the poster adds need room too. */
export const summaryLimit = 60_000

export interface SummaryContext {
  rulesUrl?: RulesUrl
  /** Fingerprints that stand as comments on their lines, so the summary does not repeat them. */
  readonly commented?: ReadonlySet<string>
}

/** The sticky summary, without its marker. */
export function renderSummary(report: Report, links: Links = noLinks, context: SummaryContext = {}): string {
  if (isQuiet(report))
    return fitBlocks([verdictBlock(report), standingBlock(report), coverageBlock(report)], summaryLimit)
  const blocks = [
    verdictBlock(report),
    ...findings(report, links, context),
    changesBlock(report, 'opened', 'Opened', links),
    changesBlock(report, 'closed', 'Closed', links),
    changesBlock(report, 'replaced', 'Replaced', links),
    possibleBlock(report, links),
    ...exposureBlocks(report),
    membersBlock(report),
    graphBlock(report),
    gapsBlock('Could not be analysed', freshGaps(report), links),
    standingBlock(report),
    coverageBlock(report),
  ]
  return fitBlocks(blocks, summaryLimit)
}

function findings(report: Report, links: Links, { rulesUrl, commented }: SummaryContext) {
  const rest = worstFirst(listedFindings(report).filter(({ fingerprint }) => !commented?.has(fingerprint)))
  const title = commented === undefined || commented.size === 0 ? 'Findings' : otherFindings(commented.size)
  return [findingsBlock(title, rest, links, rulesUrl ?? (() => undefined))]
}

function otherFindings(commented: number): string {
  return `Other findings (${commented} ${commented === 1 ? 'is' : 'are'} commented on the changed lines)`
}
