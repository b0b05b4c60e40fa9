import type { PolicyEntry } from '../entry.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { isRenamed } from './context.ts'
import type { CalicoPolicySpec } from './spec.ts'
import { DEFAULT_TIER } from './tier-ranks.ts'

/** Place within the tier: by order, a missing one last, and by names where orders are equal; none where the order is unknown. */
export function orderOf(
  spec: CalicoPolicySpec,
  surroundings: Pick<PolicySurroundings, 'profile'>,
): PolicyEntry['order'] {
  if (spec.order === 'unknown') return []
  return [spec.order ?? Number.POSITIVE_INFINITY, tieTextOf(spec, surroundings)]
}

/** Compared as texts: `a-b` stands before `a` since 3.32, as a dash comes before a slash. */
function tieTextOf({ id, tier }: CalicoPolicySpec, surroundings: Pick<PolicySurroundings, 'profile'>): string {
  const kind = id.kind.replace(/^Staged/, '')
  if (isRenamed(surroundings)) return `${id.name}/${id.namespace}/${kind}`
  const prefix = `${tier}.`
  const name = tier !== DEFAULT_TIER || id.name.startsWith(prefix) ? id.name : `${prefix}${id.name}`
  return id.namespace === '' ? name : `${id.namespace}/${name}`
}
