import { findRedundancies, type Redundancies } from '../delta/find-redundancies.ts'
import type { SideContext } from './rule.ts'

const none: Redundancies = { policies: [], rules: [], complete: true }

/** What is redundant on a side; nothing where either side took too long, since then what is new could not be told. */
export function redundanciesIn({ view, other, isAsked }: SideContext<unknown>): Redundancies {
  const isComplete = [view, other].every((side) => side === undefined || findRedundancies(side.reach, isAsked).complete)
  return isComplete ? findRedundancies(view.reach, isAsked) : none
}
