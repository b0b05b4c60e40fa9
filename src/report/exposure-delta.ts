import { plainText } from './escape.ts'
import { foldedChanges } from './folded-changes.ts'
import { jsonExposure } from './json.ts'
import { reportSchemaVersion } from './json-shape.ts'
import { isChanged } from './metric-label.ts'
import type { Report } from './report.ts'

/** What changed, as one line of JSON for the steps behind the gate: metrics per cluster, and sentences. */
export function renderExposureDelta(report: Report): string {
  const sentences = (direction: 'opened' | 'closed' | 'replaced') =>
    foldedChanges(report, direction).map(({ change, clusters }) => ({
      sentence: plainText(change.sentence),
      certainty: change.certainty,
      clusters: clusters.length === 0 ? report.clusters.map(({ name }) => name) : clusters,
    }))
  return JSON.stringify({
    schemaVersion: reportSchemaVersion,
    outcome: report.outcome.verdict,
    clusters: report.clusters.map(({ name, exposure }) => ({
      name,
      exposure: exposure.filter(isChanged).map(jsonExposure),
    })),
    opened: sentences('opened'),
    closed: sentences('closed'),
    replaced: sentences('replaced'),
  })
}
