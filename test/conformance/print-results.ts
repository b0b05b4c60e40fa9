import type { CaseResult } from './case-result.ts'
import type { Case } from './find-cases.ts'

export interface Judged {
  readonly found: Case
  readonly result: CaseResult
}

const kinds = ['passed', 'failed', 'not-applicable'] as const

/** One line a group, why cases do not apply, the failures with what differs first, and the count as the last line. */
export function printResults(judged: readonly Judged[]): string {
  const count = (kind: CaseResult['kind'], list: readonly Judged[] = judged): number =>
    list.filter(({ result }) => result.kind === kind).length
  const groups = [...Map.groupBy(judged, ({ found }) => found.group)].map(
    ([group, list]) => `${group}: ${kinds.map((kind) => `${count(kind, list)} ${kind.replace('-', ' ')}`).join(', ')}`,
  )
  return [
    ...groups,
    ...reasonLines(judged),
    ...failureLines(judged),
    `${count('passed')} passed, ${count('failed')} failed`,
  ].join('\n')
}

function reasonLines(judged: readonly Judged[]): string[] {
  const reasons = Map.groupBy(
    judged.flatMap(({ result }) => (result.kind === 'not-applicable' ? [result.reason] : [])),
    (reason) => reason,
  )
  if (reasons.size === 0) return []
  const lines = [...reasons]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, list]) => `  ${list.length} × ${reason}`)
  return ['', 'Not applicable:', ...lines]
}

function failureLines(judged: readonly Judged[]): string[] {
  const failures = judged.flatMap(({ found, result }) => {
    if (result.kind !== 'failed') return []
    const more = result.differences.length > 1 ? ` (and ${result.differences.length - 1} more)` : ''
    return [`  ${found.group}/${found.name}: ${firstLine(result.differences[0])}${more}`]
  })
  return failures.length === 0 ? [''] : ['', 'Failed:', ...failures, '']
}

const firstLine = (text: string | undefined): string => text?.split('\n')[0] ?? ''

/** Everything, for other programs. */
export function resultsAsJson(judged: readonly Judged[]): string {
  const cases = judged.map(({ found, result }) => ({
    group: found.group,
    case: found.name,
    kind: found.expected.kind,
    ...withResult(result),
  }))
  return JSON.stringify({ cases }, undefined, 2)
}

const withResult = ({ kind, ...detail }: CaseResult) => ({ result: kind, ...detail })
