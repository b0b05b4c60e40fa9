import { plainText } from './escape.ts'
import { type FoldedChange, foldedChanges, possibleChanges } from './folded-changes.ts'
import { jsonExposure } from './json.ts'
import { reportSchemaVersion } from './json-shape.ts'
import { isChanged } from './metric-label.ts'
import type { Report } from './report.ts'

/** What changed, as one line of JSON for the steps behind the gate: metrics per cluster, and sentences. */
export function renderExposureDelta(report: Report): string {
  const sentences = (changes: readonly FoldedChange[]) =>
    changes.map(({ change, clusters }) => ({
      sentence: plainText(change.sentence),
      kind: change.kind,
      clusters: clusters.length === 0 ? report.clusters.map(({ name }) => name) : clusters,
    }))
  return JSON.stringify({
    schemaVersion: reportSchemaVersion,
    outcome: report.outcome.verdict,
    clusters: report.clusters.map(({ name, exposure }) => ({
      name,
      exposure: exposure.filter(isChanged).map(jsonExposure),
    })),
    opened: sentences(foldedChanges(report, 'opened')),
    closed: sentences(foldedChanges(report, 'closed')),
    replaced: sentences(foldedChanges(report, 'replaced')),
    possible: sentences(possibleChanges(report)),
  })
}
