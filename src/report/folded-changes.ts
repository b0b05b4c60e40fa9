import type { ChangeReport, Report } from './report.ts'

/** A change as people read it: told once, with the clusters it happens in. */
export interface FoldedChange {
  readonly change: ChangeReport
  /** Sorted; empty where the report knows one cluster only. */
  readonly clusters: readonly string[]
}

export type Direction = 'opened' | 'closed' | 'replaced'

/** Certain changes of all clusters in one direction; the same sentence in several clusters is one change. */
export function foldedChanges(report: Report, direction: Direction): readonly FoldedChange[] {
  return fold(report, (change) => change.certainty === 'certain' && directionOf(change) === direction)
}

/** Changes that depend on what the repository does not say. */
export function possibleChanges(report: Report): readonly FoldedChange[] {
  return fold(report, ({ certainty }) => certainty === 'possible')
}

function fold(report: Report, wanted: (change: ChangeReport) => boolean): readonly FoldedChange[] {
  const folded = new Map<string, { change: ChangeReport; clusters: string[] }>()
  for (const { name, changes } of report.clusters) {
    for (const change of changes) {
      if (wanted(change)) add(folded, name, change)
    }
  }
  const single = report.clusters.length < 2
  return [...folded.values()].map(({ change, clusters }) => ({ change, clusters: single ? [] : clusters.toSorted() }))
}

function add(folded: Map<string, { change: ChangeReport; clusters: string[] }>, cluster: string, change: ChangeReport) {
  const key = JSON.stringify([change.kind, change.certainty, change.sentence])
  const known = folded.get(key)
  if (known === undefined) folded.set(key, { change, clusters: [cluster] })
  else if (!known.clusters.includes(cluster)) known.clusters.push(cluster)
}

function directionOf({ kind }: ChangeReport): Direction {
  if (kind === 'replaced') return 'replaced'
  return kind === 'added' || kind === 'widened' ? 'opened' : 'closed'
}
