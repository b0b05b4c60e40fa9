import { expect, test } from 'vitest'
import { accessSentence } from '../../src/report/access-sentence.ts'
import { renderSummary } from '../../src/report/markdown.ts'
import type { ClusterReport, Report } from '../../src/report/report.ts'
import { renderText } from '../../src/report/text.ts'
import { quietReport, shopReport } from './shop.ts'

const [cluster] = shopReport.clusters as readonly [ClusterReport]
const only = 'This change only closes access: nothing new is allowed.'
const words = 'Policies changed, access did not.'

type Standing = Pick<ClusterReport, 'access' | 'policiesDiffer'>
const report = (standings: readonly Standing[], more: Partial<Report> = {}): Report => ({
  ...quietReport,
  clusters: standings.map((standing) => ({ ...cluster, changes: [], exposure: [], ...standing })),
  ...more,
})
const same: Standing = { access: 'same', policiesDiffer: false }
const reworded: Standing = { access: 'same', policiesDiffer: true }
const narrower: Standing = { access: 'narrower', policiesDiffer: true }
const other: Standing = { access: 'other', policiesDiffer: true }

test.each([
  { name: 'one cluster closes', given: report([narrower]), said: only },
  { name: 'one closes, one stays', given: report([narrower, same]), said: only },
  { name: 'one closes, one opens', given: report([narrower, other]), said: '' },
  { name: 'words only', given: report([reworded, same]), said: words },
  { name: 'nothing at all', given: report([same]), said: '' },
  { name: 'no cluster differs', given: report([]), said: '' },
  { name: 'a gap of this change', given: report([narrower], { gaps: shopReport.gaps }), said: '' },
])('$name: "$said"', ({ given, said }) => {
  expect(accessSentence(given)).toBe(said)
})

test('it stands below the sides', () => {
  expect(renderText(report([narrower]), { colour: false, width: 100 }).split('\n')[2]).toBe(only)
  expect(renderSummary(report([reworded]))).toContain(words)
})
