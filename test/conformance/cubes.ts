import { protocols } from '../../src/policies/calico/read-protocol.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import { portRanges } from '../../src/sets/port-set.ts'
import type { ExpectedConns, ExpectedCube } from './expectation.ts'

export const isCubes = (expected: Exclude<ExpectedConns, string>): expected is { readonly cubes: ExpectedCube[] } =>
  Object.keys(expected).join() === 'cubes'

/** What HTTP asks beyond the port is of another layer; it is left aside on both sides. */
export function connectionsOfCube(cube: ExpectedCube): ConnectionSet {
  const chosen = protocolsOf(cube.protocols)
  const ports = cube.dstPorts === undefined ? undefined : portRanges(cube.dstPorts.map(rangeOf))
  const icmp =
    cube.icmpType === undefined ? undefined : portRanges(cube.icmpType.flatMap((type) => typesOf(type, cube)))
  const all = ConnectionSet.union(chosen.map((number) => ConnectionSet.of(number, ports ?? icmp)))
  return cube.srcPorts === undefined ? all : all.qualified(`from port ${cube.srcPorts.join(', ')}`)
}

const rangeOf = (text: string): readonly [number, number] => {
  const [first, last] = text.split('-').map(Number)
  return [first as number, last ?? (first as number)]
}

/** An element of ICMP is `type × 256 + code`. */
function typesOf(text: string, { icmpCode }: ExpectedCube): (readonly [number, number])[] {
  const [first, last] = rangeOf(text)
  const types = Array.from({ length: last - first + 1 }, (_, index) => first + index)
  const codes = icmpCode === undefined ? [[0, 255] as const] : icmpCode.map(rangeOf)
  return types.flatMap((type) => codes.map(([low, high]) => [type * 256 + low, type * 256 + high] as const))
}

const numbers = new Map<string, number>([...Object.entries(protocols), ['VRRP', 112], ['UDPLITE', 136]])
const everyNumber = Array.from({ length: 256 }, (_, number) => number)

/** `TCP, UDP`, `all but TCP`; numbers stand for protocols without a name. */
function protocolsOf(text: string | undefined): number[] {
  const but = /^all but (.*)$/.exec(text ?? '')?.[1]
  if (text === undefined) return everyNumber
  const named = (but ?? text).split(', ').map((name) => numbers.get(name) ?? Number(name))
  if (named.some(Number.isNaN)) throw new RangeError(`${text} names a protocol nobody knows`)
  return but === undefined ? named : everyNumber.filter((number) => !named.includes(number))
}
