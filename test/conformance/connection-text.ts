import { ConnectionSet, type ProtocolName, protocolNumbers } from '../../src/sets/connection-set.ts'
import { pairsOf } from '../../src/sets/intervals.ts'
import { allPorts, namedPort, portRange } from '../../src/sets/port-set.ts'
import { connectionsOfCube, isCubes } from './cubes.ts'
import type { ExpectedConns } from './expectation.ts'
import type { Assumptions } from './profiles.ts'

type PortProtocol = Extract<ProtocolName, 'TCP' | 'UDP' | 'SCTP'>
const portProtocols: readonly PortProtocol[] = ['TCP', 'UDP', 'SCTP']

/** Whether two answers are the same is judged on this text: port ranges per protocol, and whether other protocols pass. */
export function connectionText(connections: ConnectionSet, { all }: Pick<Assumptions, 'all'>): string {
  const parts = portProtocols.flatMap((protocol) => {
    const ranges = pairsOf(connections.portsOf(protocol).numbers).map(([low, high]) =>
      low === high ? `${low}` : `${low}-${high}`,
    )
    return ranges.length === 0 ? [] : [`${protocol} ${ranges.join(',')}`]
  })
  if (all === 'protocols') parts.push(...otherProtocols(connections))
  return parts.length === 0 ? 'None' : parts.join(' ')
}

const others = Array.from({ length: 256 }, (_, number) => number).filter((number) => ![6, 17, 132].includes(number))
const texts = new Map<string, string[]>()

/** Protocols without ports: `others` where all of them pass, else each that does, with the part of ICMP that does. */
function otherProtocols(connections: ConnectionSet): string[] {
  const known = texts.get(connections.key)
  if (known !== undefined) return known
  const passing = others.flatMap((number) => {
    const ranges = pairsOf(connections.portsOf(number).numbers).map(([low, high]) => `${low}-${high}`)
    return ranges.length === 0 ? [] : [ranges.join() === '0-65535' ? `${number}` : `${number}:${ranges.join()}`]
  })
  const found = passing.length === others.length && !passing.join().includes(':') ? ['others'] : passing
  texts.set(connections.key, found)
  return found
}

/** Connections of an expectation as a set. */
export function connectionsOf(expected: ExpectedConns, { all }: Pick<Assumptions, 'all'>): ConnectionSet {
  if (expected === 'None') return ConnectionSet.none
  if (expected === 'All') return all === 'protocols' ? ConnectionSet.all : everyPort
  if (isCubes(expected)) return ConnectionSet.union(expected.cubes.map(connectionsOfCube))
  return ConnectionSet.union(
    Object.entries(expected).flatMap(([protocol, ranges]) => ranges.map((range) => rangeOf(protocol, range))),
  )
}

const everyPort = ConnectionSet.union(portProtocols.map((protocol) => ConnectionSet.of(protocol, allPorts)))

function rangeOf(protocol: string, range: string): ConnectionSet {
  if (range.startsWith('name:')) return namedOf(protocol, range.slice('name:'.length))
  const [first, last] = range.split('-').map(Number)
  if (first === undefined || Number.isNaN(first)) throw new RangeError(`${protocol} ${range} is not a port range`)
  return ConnectionSet.of(protocolOf(protocol), portRange(first, last ?? first))
}

/** `*` is a port name of whatever protocol. */
function namedOf(protocol: string, name: string): ConnectionSet {
  const protocols = protocol === '*' ? portProtocols : [protocolOf(protocol)]
  return ConnectionSet.union(protocols.map((known) => ConnectionSet.of(known, namedPort(name))))
}

/**
 * The part of a set that rows about unseen pods show: ports of TCP, UDP and SCTP by number, and the names that a
 * policy mentions. A set that holds every port holds names nobody mentions, which no row shows.
 */
export function shownPorts(connections: ConnectionSet): ConnectionSet {
  return ConnectionSet.union(
    portProtocols.map((protocol) => {
      const { numbers, names } = connections.portsOf(protocol)
      return ConnectionSet.of(protocol, { numbers, names, everyName: false })
    }),
  )
}

export function protocolOf(text: string): ProtocolName {
  const found = Object.keys(protocolNumbers).find((name) => name.toUpperCase() === text.toUpperCase())
  if (found !== undefined) return found as ProtocolName
  throw new RangeError(`${text} is not a protocol`)
}

/** Text of an expectation, in the same form as that of an answer. */
export function expectedText(expected: ExpectedConns, assumptions: Pick<Assumptions, 'all'>): string {
  return connectionText(connectionsOf(expected, assumptions), assumptions)
}
