import { type Direction, directions } from '../policies/entry.ts'
import type { Reachability, RowBounds } from '../reach/reachability.ts'
import type { PeerClass } from '../reach/universe.ts'

export interface DistinctRow {
  /** The first class that has the row. */
  readonly subject: PeerClass
  readonly direction: Direction
}
/** Each row once: classes with one row have the same entries. */
export function* distinctRows(reach: Reachability): Generator<DistinctRow> {
  const seen = new Set<RowBounds>()
  for (const subject of reach.universe.classes) {
    for (const direction of directions) {
      const row = reach.row(subject, direction)
      if (seen.has(row)) continue
      seen.add(row)
      yield { subject, direction }
    }
  }
}
