/**
 * The candidate a misspelt name most likely meant: the fewest edits away, at most a third of its length (at least one);
 * the first one in order where several are as near. Undefined when none is near enough.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name)
  let best: { readonly candidate: string; readonly edits: number } | undefined
  for (const candidate of candidates) {
    const limit = Math.min(best?.edits ?? Number.POSITIVE_INFINITY, Math.max(1, Math.floor(candidate.length / 3)) + 1)
    const edits = editDistance(wanted, fold(candidate), limit)
    if (edits < limit) best = { candidate, edits }
  }
  return best?.candidate
}

/** Spelling alone, so that `failOn` and `fail_on` are as good as `fail-on`. */
function fold(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .replace(/_/g, '-')
    .toLowerCase()
}

/** Insertions, deletions, replacements and swaps of neighbours from one text to the other; at least `limit` once it cannot be less. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const next = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const cell = Math.min(at(last, column) + 1, at(next, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1))
      next.push(swapped && row > 1 && column > 1 ? Math.min(cell, at(beforeLast, column - 2) + 1) : cell)
    }
    beforeLast = last
    last = next
  }
  return at(last, to.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
