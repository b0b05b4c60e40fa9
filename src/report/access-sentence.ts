import type { Report } from './report.ts'
import { freshGaps } from './wording.ts'

/**
 * What policies come to as a whole, where it is one thing: nothing new is allowed, or nothing is different for all the
 * editing. Empty where neither is certain of every cluster.
 */
export function accessSentence(report: Report): string {
  const { clusters } = report
  if (freshGaps(report).length > 0 || clusters.some(({ access }) => access === 'other')) return ''
  if (clusters.some(({ access }) => access === 'narrower'))
    return 'This change only closes access: nothing new is allowed.'
  return clusters.some(({ policiesDiffer }) => policiesDiffer) ? 'Policies changed, access did not.' : ''
}
