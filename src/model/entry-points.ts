import { compareText } from '../source/compare-text.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import { compareSpans } from '../source/span.ts'
import type { Cluster } from './cluster.ts'
import { entryContext } from './entry-context.ts'
import type { EntryPoint } from './entry-point.ts'
import { gatewayEntryPoints } from './gateway-entry-points.ts'
import { ingressEntryPoints } from './ingress-entry-points.ts'
import { routeEntryPoints } from './route-entry-points.ts'
import { serviceEntryPoints } from './service-entry-points.ts'
import { workloadEntryPoints } from './workload-entry-points.ts'

export interface EntryPoints {
  readonly entryPoints: readonly EntryPoint[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Every way into a cluster from outside, with what its objects get wrong, both in order of their place. */
export function entryPointsOf(cluster: Cluster): EntryPoints {
  const diagnostics: Diagnostic[] = []
  const context = entryContext(cluster, (problem) => diagnostics.push(problem))
  const entryPoints = [
    ...serviceEntryPoints(context),
    ...workloadEntryPoints(context),
    ...ingressEntryPoints(context),
    ...gatewayEntryPoints(context),
    ...routeEntryPoints(context),
  ]
  return {
    entryPoints: entryPoints.sort((a, b) => compareSpans(a.span, b.span) || compareText(a.kind, b.kind)),
    diagnostics: diagnostics.sort((a, b) => compareSpans(a.span, b.span) || compareText(a.code, b.code)),
  }
}
