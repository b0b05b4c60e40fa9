import type { AnalysedCluster } from './analyze-cluster.ts'
import { isUnfinished } from './find-redundancies.ts'
import { list } from './name-peers.ts'

/** Says once that nobody looked for rules and policies that add nothing, and in which clusters. */
export function unjudgedNotes(clusters: readonly AnalysedCluster[]): string[] {
  const names = clusters
    .filter(({ base, head }) => [base, head].some((view) => view && isUnfinished(view.reach)))
    .map(({ name }) => name)
  if (names.length === 0) return []
  const where = clusters.length === 1 ? '' : ` in ${list(names, 3)}`
  return [
    `rules and policies that add nothing (redundant-rule, shadowed-policy) were not looked for${where}: the change touches too many rules that speak for the same pods`,
  ]
}
