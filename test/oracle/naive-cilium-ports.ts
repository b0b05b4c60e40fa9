import type { Identity } from './naive-cilium-identities.ts'
import { asList, isGiven, type Loose } from './plain-objects.ts'

/** Protocol with the destination port; of ICMP the type and code as one number, type first. */
export interface Connection {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP' | 'ICMP' | 'ICMPv6'
  readonly port: number
}

/** Whether the port part of an entry holds, or that the entry has none. */
export function portPart(entry: Loose, connection: Connection, destination: Identity): boolean | 'none' {
  const toPorts = asList(entry.toPorts)
  const icmps = asList(entry.icmps)
  if (toPorts.length === 0 && icmps.length === 0) return 'none'
  return (
    toPorts.some((element) => portElementHolds(element, connection, destination)) ||
    icmps.some(({ fields }) => asList(fields).some((field) => icmpHolds(field, connection)))
  )
}

export const portElementHolds = ({ ports }: Loose, connection: Connection, destination: Identity): boolean =>
  asList(ports).some((item) => portHolds(item, connection, destination))

function portHolds({ port, endPort, protocol }: Loose, connection: Connection, { ports }: Identity): boolean {
  if (!['TCP', 'UDP', 'SCTP'].includes(connection.protocol)) return false
  if (isGiven(protocol) && protocol !== 'ANY' && protocol !== connection.protocol) return false
  const written = String(port)
  if (!/^\d+$/.test(written))
    return (
      ports?.some(
        ({ name, protocol: declared, number }) =>
          name === written.toLowerCase() && declared === connection.protocol && number === connection.port,
      ) === true
    )
  const first = Number.parseInt(written, written.startsWith('0') ? 8 : 10)
  const last = typeof endPort === 'number' && endPort > first ? endPort : first
  return first === 0 || (connection.port >= first && connection.port <= last)
}

const typeNames: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  IPv4: { EchoReply: 0, DestinationUnreachable: 3, Redirect: 5, Echo: 8, EchoRequest: 8, TimeExceeded: 11 },
  IPv6: { DestinationUnreachable: 1, PacketTooBig: 2, TimeExceeded: 3, EchoRequest: 128, EchoReply: 129 },
}

function icmpHolds({ family, type }: Loose, { protocol, port }: Connection): boolean {
  const version = isGiven(family) ? String(family) : 'IPv4'
  if (protocol !== (version === 'IPv4' ? 'ICMP' : 'ICMPv6')) return false
  const number = typeof type === 'number' ? type : typeNames[version]?.[String(type)]
  return number === Math.floor(port / 256)
}
