import type { MetricName } from '../delta/exposure.ts'
import { measureExposure } from '../delta/measure-exposure.ts'
import { ownNamespaces } from '../delta/own-namespaces.ts'
import type { SideView } from '../delta/side-view.ts'
import type { Direction } from '../policies/entry.ts'
import { classOfWorkload } from '../reach/peers.ts'

/** One part of a namespace's points. */
export interface RankTerm {
  /** `service reachable from the internet` */
  readonly what: string
  readonly count: number
  /** Points for each. */
  readonly weight: number
}

export interface RankedNamespace {
  readonly name: string
  readonly points: number
  /** Largest share first. */
  readonly terms: readonly RankTerm[]
}

/** What each member of a metric weighs; a member counts in every metric that holds it. */
const weights: readonly { readonly metric: MetricName; readonly what: string; readonly weight: number }[] = [
  { metric: 'internet-services-effective', what: 'service reachable from the internet', weight: 10 },
  { metric: 'sensitive-ports', what: 'sensitive port exposed', weight: 10 },
  { metric: 'node-services', what: 'service on a node port', weight: 6 },
  { metric: 'internal-edge-services', what: 'service behind an internal edge', weight: 5 },
  { metric: 'open-services', what: 'service reachable from any namespace', weight: 4 },
  { metric: 'metadata-egress', what: 'workload that reaches the metadata address', weight: 3 },
  { metric: 'cross-namespace-services', what: 'service reachable from other namespaces', weight: 2 },
  { metric: 'internet-egress-any', what: 'workload that reaches all of the internet', weight: 2 },
]

const perOpenDirection = 5

/**
 * Namespaces with the most to do first: what they expose and reach, and their workloads that no policy isolates. A
 * place to start, never a judgement: nothing gates on it.
 */
export function rankNamespaces(view: SideView): RankedNamespace[] {
  const ranked = ownNamespaces(view).map(({ name }): RankedNamespace => {
    const terms = [...metricTerms(name, view), ...isolationTerms(name, view)]
      .filter(({ count }) => count > 0)
      .sort((a, b) => pointsOf(b) - pointsOf(a))
    return { name, terms, points: terms.reduce((sum, term) => sum + pointsOf(term), 0) }
  })
  return ranked.sort((a, b) => b.points - a.points || (a.name < b.name ? -1 : 1))
}

const pointsOf = ({ count, weight }: RankTerm): number => count * weight

function metricTerms(namespace: string, view: SideView): RankTerm[] {
  const exposure = measureExposure(view)
  return weights.map(({ metric, what, weight }) => {
    const members = exposure[metric].filter(({ name }) => name.startsWith(`${namespace}/`))
    return { what, weight, count: members.length }
  })
}

function isolationTerms(namespace: string, { cluster, reach }: SideView): RankTerm[] {
  const workloads = cluster.workloads.filter(({ id }) => id.namespace === namespace)
  const term = (direction: Direction): RankTerm => {
    const open = workloads.filter((workload) => reach.isolated(classOfWorkload(reach, workload), direction) !== 'yes')
    return { what: `workload not isolated for ${direction}`, count: open.length, weight: perOpenDirection }
  }
  return [term('ingress'), term('egress')]
}
