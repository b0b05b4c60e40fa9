import { ConnectionSet } from '../../sets/connection-set.ts'
import { type Direction, directions, type PodSelector, type PolicyEntry } from '../entry.ts'
import { compileRule, type Shared } from './compile-rule.ts'
import { compileSubjects } from './compile-subject.ts'
import type { Facts } from './facts.ts'
import { orderOf } from './order.ts'
import type { CalicoPolicySpec } from './spec.ts'
import type { RankedTier } from './tier-ranks.ts'
/**
 * One policy as entries: its rules in order, and one that makes its tier deny what is left over, for each direction it
 * has a say in. A tier that passes the rest on has none.
 */
export function compilePolicy(spec: CalicoPolicySpec, tier: RankedTier, facts: Facts): PolicyEntry[] {
  if (spec.isForHostsOnly) return []
  const subjects = compileSubjects(spec, undefined, facts)
  return directions
    .filter((direction) => spec.types[direction] !== 'no')
    .flatMap((direction) => {
      const shared = sharedOf(spec, tier, direction, facts)
      return [
        ...(tier.passes ? [] : subjects.map((subject) => isolation(spec, shared, direction, subject))),
        ...spec.rules[direction].flatMap((rule) => {
          const own = direction === 'ingress' ? rule.destination : rule.source
          return compileRule(shared, rule, own === undefined ? subjects : compileSubjects(spec, own, facts), facts)
        }),
      ]
    })
}

const sharedOf = (spec: CalicoPolicySpec, tier: RankedTier, direction: Direction, { surroundings }: Facts): Shared => ({
  policy: spec.id,
  namespace: spec.namespace,
  layer: 'network',
  tier: tier.rank,
  order: orderOf(spec, surroundings),
  exists: spec.refused || !tier.isCertain || spec.types[direction] === 'unknown' ? 'unknown' : 'yes',
})

function isolation(spec: CalicoPolicySpec, shared: Shared, direction: Direction, subject: PodSelector): PolicyEntry {
  const { policy, namespace: _, ...common } = shared
  return {
    ...common,
    origin: { policy, rule: `isolates its pods for ${direction}`, index: -1, span: spec.typesSpan, ports: [] },
    direction,
    subject,
    peers: [],
    connections: ConnectionSet.none,
    verdict: 'allow',
    isolates: true,
    effect: subject.labels.kind === 'unreadable' ? 'unknown' : 'exact',
  }
}
