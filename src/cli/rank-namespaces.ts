import { ownNamespaces } from '../delta/own-namespaces.ts'
import { type ServiceScore, scoreServices } from '../delta/score-services.ts'
import type { SideView } from '../delta/side-view.ts'
import type { Direction } from '../policies/entry.ts'
import { classOfWorkload } from '../reach/peers.ts'

/** One part of a namespace's points. */
export interface RankTerm {
  /** `workload not isolated for ingress` */
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
  /** Where the points of its Services come from, highest score first. */
  readonly services: readonly ServiceScore[]
}

const perOpenDirection = 5

/**
 * Namespaces with the most to do first: the scores of what they offer, and their workloads that no policy isolates. A
 * place to start, never a judgement: nothing gates on it.
 */
export function rankNamespaces(view: SideView): RankedNamespace[] {
  const byNamespace = Map.groupBy(scoreServices(view), ({ namespace }) => namespace)
  const ranked = ownNamespaces(view).map(({ name }): RankedNamespace => {
    const services = byNamespace.get(name) ?? []
    const scores = services.map(({ name, score }) => ({ what: name, count: 1, weight: score }))
    const terms = [...scores, ...isolationTerms(name, view)]
      .filter((term) => pointsOf(term) > 0)
      .sort((a, b) => pointsOf(b) - pointsOf(a))
    return { name, terms, services, points: terms.reduce((sum, term) => sum + pointsOf(term), 0) }
  })
  return ranked.sort((a, b) => b.points - a.points || (a.name < b.name ? -1 : 1))
}

const pointsOf = ({ count, weight }: RankTerm): number => count * weight

function isolationTerms(namespace: string, { cluster, reach }: SideView): RankTerm[] {
  const workloads = cluster.workloads.filter(({ id }) => id.namespace === namespace)
  const term = (direction: Direction): RankTerm => {
    const open = workloads.filter((workload) => reach.isolated(classOfWorkload(reach, workload), direction) !== 'yes')
    return { what: `workload not isolated for ${direction}`, count: open.length, weight: perOpenDirection }
  }
  return [term('ingress'), term('egress')]
}
