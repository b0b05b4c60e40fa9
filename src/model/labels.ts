import type { Located } from '../source/span.ts'

/** Answer to "does this match", where what the repository says may not be enough. */
export type Truth = 'yes' | 'no' | 'unknown'

/** Labels of pods or of a namespace, as far as the repository tells them. */
export interface Labels {
  readonly values: ReadonlyMap<string, Located<string>>
  /** Keys whose value, or presence, nobody can know from the tree: a template expression, a label of some replicas. */
  readonly unknownKeys: ReadonlySet<string>
  /** Whether a key named in neither of the two is certainly absent. False for an undeclared namespace. */
  readonly complete: boolean
}

/** What is known of one key: its text, `absent`, or `unknown`. */
export type LabelFact = { readonly value: string } | 'absent' | 'unknown'

export function labelFact(labels: Labels, key: string): LabelFact {
  const found = labels.values.get(key)
  if (found !== undefined) return found
  return labels.unknownKeys.has(key) || !labels.complete ? 'unknown' : 'absent'
}

/** The same labels, but for keys of which nobody can say whether they are there. */
export function withUnknown({ values, unknownKeys, complete }: Labels, keys: Iterable<string>): Labels {
  const doubtful = new Set(keys)
  return {
    values: new Map([...values].filter(([key]) => !doubtful.has(key))),
    unknownKeys: unknownKeys.union(doubtful),
    complete,
  }
}

export function and(a: Truth, b: Truth): Truth {
  if (a === 'no' || b === 'no') return 'no'
  return a === 'yes' && b === 'yes' ? 'yes' : 'unknown'
}

export function not(a: Truth): Truth {
  return a === 'unknown' ? a : a === 'yes' ? 'no' : 'yes'
}
