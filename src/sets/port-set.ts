import {
  equalIntervals,
  type Intervals,
  intersectIntervals,
  normalize,
  pairsOf,
  subtractIntervals,
  unionIntervals,
} from './intervals.ts'

/**
 * Ports of one protocol: closed intervals of numbers, plus names that stay symbolic because the destination pod that
 * would resolve them is not in the tree. A name is an element of its own; only `all` holds every name.
 * For ICMP an element is `type × 256 + code`; for a protocol without ports the set is empty or `all`.
 */
export interface PortSet {
  readonly numbers: Intervals<number>
  readonly names: readonly string[]
  readonly everyName: boolean
}

const LAST_PORT = 65_535

export const noPorts: PortSet = { numbers: [], names: [], everyName: false }
/** Every port number from 1, and every name. */
export const allPorts: PortSet = { numbers: [1, LAST_PORT], names: [], everyName: true }
/** The whole 16-bit space, for protocols whose elements are not ports. */
export const allElements: PortSet = { numbers: [0, LAST_PORT], names: [], everyName: true }

export function portRange(first: number, last: number = first): PortSet {
  return { numbers: [first, last], names: [], everyName: false }
}

export function portRanges(pairs: readonly (readonly [number, number])[]): PortSet {
  return { numbers: normalize(pairs), names: [], everyName: false }
}

export function namedPort(name: string): PortSet {
  return { numbers: [], names: [name], everyName: false }
}

export function isEmptyPorts(set: PortSet): boolean {
  return set.numbers.length === 0 && set.names.length === 0 && !set.everyName
}

export function unionPorts(a: PortSet, b: PortSet): PortSet {
  if (isEmptyPorts(a)) return b
  if (isEmptyPorts(b)) return a
  const everyName = a.everyName || b.everyName
  return {
    numbers: unionIntervals(a.numbers, b.numbers),
    names: everyName ? [] : [...new Set([...a.names, ...b.names])].sort(),
    everyName,
  }
}

export function intersectPorts(a: PortSet, b: PortSet): PortSet {
  return {
    numbers: intersectIntervals(a.numbers, b.numbers),
    names: a.everyName ? b.names : b.everyName ? a.names : a.names.filter((name) => b.names.includes(name)),
    everyName: a.everyName && b.everyName,
  }
}

export function subtractPorts(a: PortSet, b: PortSet): PortSet {
  return {
    numbers: subtractIntervals(a.numbers, b.numbers),
    names: b.everyName ? [] : a.names.filter((name) => !b.names.includes(name)),
    everyName: a.everyName && !b.everyName,
  }
}

export function equalPorts(a: PortSet, b: PortSet): boolean {
  return (
    a.everyName === b.everyName &&
    equalIntervals(a.numbers, b.numbers) &&
    a.names.length === b.names.length &&
    a.names.every((name, index) => name === b.names[index])
  )
}

/** `80, 443, 8000-8010, http`; the empty string for no ports. */
export function showPorts(set: PortSet): string {
  const numbers = pairsOf(set.numbers).map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`))
  return [...numbers, ...set.names].join(', ')
}
