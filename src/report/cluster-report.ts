import { accessChange, policiesDiffer } from '../delta/access-change.ts'
import type { AnalysedCluster } from '../delta/analyze-cluster.ts'
import type { Delta, DeltaSentence } from '../delta/delta.ts'
import { compareExposure } from '../delta/measure-exposure.ts'
import { showId } from '../model/cluster.ts'
import type { WorkloadPair } from '../reach/universe.ts'
import type { ChangeReport, ClusterReport } from './report.ts'

/** What one cluster's change comes to, in words. */
export function clusterReport({ name, open, base, head, delta }: AnalysedCluster): ClusterReport {
  const both = base !== undefined && head !== undefined && delta !== undefined
  return {
    name,
    open,
    presence: base === undefined ? 'head' : head === undefined ? 'base' : 'both',
    access: both ? accessChange(base, head, delta) : 'other',
    policiesDiffer: both && policiesDiffer(base, head),
    changes: (delta?.sentences ?? []).map(changeReport),
    exposure: base === undefined || head === undefined ? [] : compareExposure(base, head),
    ...workloads(delta),
  }
}

function changeReport({ kind, certainty, text, sources, destinations, main, causes }: DeltaSentence): ChangeReport {
  return {
    kind,
    certainty,
    sentence: text,
    sources,
    destinations,
    gained: main.gained.isEmpty ? '' : main.gained.show(),
    lost: main.lost.isEmpty ? '' : main.lost.show(),
    base: main.base.may.show(),
    head: main.head.may.show(),
    causes: causes.map(({ text, at, near }) => ({ text, at, near })),
  }
}

function workloads(delta: Delta | undefined): Pick<ClusterReport, 'addedWorkloads' | 'removedWorkloads'> {
  const names = (pairs: readonly WorkloadPair[]): string[] =>
    pairs
      .flatMap(({ base, head }) => {
        const workload = head ?? base
        return workload === undefined ? [] : [showId(workload.id)]
      })
      .sort()
  return { addedWorkloads: names(delta?.addedWorkloads ?? []), removedWorkloads: names(delta?.removedWorkloads ?? []) }
}
