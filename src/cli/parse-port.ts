import type { Workload } from '../model/cluster.ts'
import { ConnectionSet, type ProtocolName } from '../sets/connection-set.ts'
import { portRange } from '../sets/port-set.ts'
import { nearest } from '../source/nearest.ts'
import { UsageError } from './usage-error.ts'

const protocols: Readonly<Record<string, ProtocolName>> = { tcp: 'TCP', udp: 'UDP', sctp: 'SCTP' }

/** `5432` (TCP), `udp/53`, or the name of a port that the destination's containers declare. */
export function parsePort(text: string, destinations: readonly Workload[]): ConnectionSet {
  const number = /^(?:([a-z]+)\/)?(\d{1,5})$/i.exec(text)
  return number === null ? namedPort(text, destinations) : numbered(text, number[1] ?? 'tcp', Number(number[2]))
}

function numbered(text: string, protocolText: string, port: number): ConnectionSet {
  const protocol = protocols[protocolText.toLowerCase()]
  if (protocol === undefined || port < 1 || port > 65_535) {
    throw new UsageError(`--port ${text} is no port`, 'Write 5432, udp/53 or the name of a container port.')
  }
  return ConnectionSet.of(protocol, portRange(port))
}

function namedPort(name: string, destinations: readonly Workload[]): ConnectionSet {
  const ports = destinations.flatMap((workload) => workload.ports)
  const found = ports.filter((port) => port.name === name)
  if (found.length > 0)
    return ConnectionSet.union(found.map(({ protocol, port }) => ConnectionSet.of(protocol, portRange(port))))
  const names = [...new Set(ports.flatMap((port) => port.name ?? []))].sort()
  const meant = nearest(name, names)
  const known =
    names.length === 0 ? 'Its containers name no ports; give the number.' : `Its ports are ${names.join(', ')}.`
  throw new UsageError(
    `--port ${name}: the destination has no port of that name`,
    meant === undefined ? known : `Did you mean ${meant}?`,
  )
}
