import { jsonReport } from '../report/json.ts'
import type { Report } from '../report/report.ts'

/** The parts of the JSON report that speak of the change alone, in the shape that report gives them. */
export function diffJson(report: Report): string {
  const { schemaVersion, sides, clusters, gaps, coverage } = jsonReport(report)
  return `${JSON.stringify({ schemaVersion, sides, clusters, gaps, coverage }, undefined, 2)}\n`
}
