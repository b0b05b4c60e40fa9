/**
 * Sorted, disjoint, non-adjacent closed intervals as a flat list `[low, high, low, high, …]`. Ports use numbers, IPv4
 * addresses numbers, IPv6 addresses bigints; one list never mixes the two.
 */
export type Intervals<N extends number | bigint> = readonly N[]

const next = <N extends number | bigint>(value: N): N =>
  (typeof value === 'bigint' ? value + 1n : Number(value) + 1) as N
const previous = <N extends number | bigint>(value: N): N =>
  (typeof value === 'bigint' ? value - 1n : Number(value) - 1) as N

/** Sorts and merges intervals that overlap or touch. */
export function normalize<N extends number | bigint>(pairs: readonly (readonly [N, N])[]): Intervals<N> {
  const sorted = [...pairs].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))
  const flat: N[] = []
  for (const [low, high] of sorted) {
    const last = flat[flat.length - 1]
    if (last !== undefined && low <= next(last)) {
      if (high > last) flat[flat.length - 1] = high
    } else flat.push(low, high)
  }
  return flat
}

export function pairsOf<N extends number | bigint>(intervals: Intervals<N>): [N, N][] {
  const pairs: [N, N][] = []
  for (let index = 0; index < intervals.length; index += 2) {
    pairs.push([intervals[index] as N, intervals[index + 1] as N])
  }
  return pairs
}

export function unionIntervals<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): Intervals<N> {
  if (a.length === 0) return b
  if (b.length === 0) return a
  return normalize([...pairsOf(a), ...pairsOf(b)])
}

export function intersectIntervals<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): Intervals<N> {
  const found: N[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const low = (a[i] as N) > (b[j] as N) ? (a[i] as N) : (b[j] as N)
    const aEnds = (a[i + 1] as N) < (b[j + 1] as N)
    const high = aEnds ? (a[i + 1] as N) : (b[j + 1] as N)
    if (low <= high) found.push(low, high)
    if (aEnds) i += 2
    else j += 2
  }
  return found
}

export function subtractIntervals<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): Intervals<N> {
  if (b.length === 0) return a
  const found: N[] = []
  let j = 0
  for (const [start, end] of pairsOf(a)) {
    let low = start
    for (; j < b.length && (b[j] as N) <= end; j += 2) {
      if ((b[j] as N) > low) found.push(low, previous(b[j] as N))
      if ((b[j + 1] as N) >= low) low = next(b[j + 1] as N)
      if (low > end) break
    }
    if (low <= end) found.push(low, end)
  }
  return found
}

export function equalIntervals<N extends number | bigint>(a: Intervals<N>, b: Intervals<N>): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
