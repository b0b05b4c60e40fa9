import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import { integerAt, textAt } from '../../model/fields.ts'
import { isPortName } from '../../model/port-forms.ts'
import { ConnectionSet, type ProtocolName } from '../../sets/connection-set.ts'
import { allPorts, namedPort, type PortSet, portRange } from '../../sets/port-set.ts'
import { nearest } from '../../source/nearest.ts'
import { type Context, isSince, type Section } from './context.ts'
import { ciliumFields } from './fields.ts'
import { readIcmps } from './read-icmps.ts'
import { readConditions } from './read-l7.ts'
import type { CiliumEntry, CiliumPort } from './spec.ts'

/** Ports in one item of `toPorts`. */
const MOST_PORTS = 40

/** The port part of an entry: `toPorts` or `icmps`. An empty list is as good as none. */
export function readPortPart(node: YamlNode, section: Section, context: Context): CiliumEntry['ports'] {
  const { reader } = context
  const ports = reader.list(node, 'toPorts')
  const icmps = reader.list(node, 'icmps')
  if (ports === undefined || icmps === undefined) return [{ span: reader.spanOf(node), connections: undefined }]
  if (ports.length > 0 && icmps.length > 0)
    reader.refuse('port-invalid', node, 'toPorts and icmps cannot stand in one entry', 'Split it into two entries.')
  if (ports.length === 0 && icmps.length === 0) return 'any'
  return [
    ...ports.flatMap((item) => readPortRule(item, section, context)),
    ...icmps.flatMap((item) => readIcmps(item, context)),
  ]
}

/** One item of `toPorts`: its ports under the conditions of its rules. Without ports it stands for nothing. */
function readPortRule(node: YamlNode, section: Section, context: Context): CiliumPort[] {
  const { reader } = context
  const span = reader.spanOf(node)
  if (reader.isTemplate(node, 'a port')) return [{ span, connections: undefined }]
  reader.checkFields(node, section.verdict === 'deny' ? ciliumFields.denyPortRule : ciliumFields.portRule)
  const items = reader.list(node, 'ports')
  if (items === undefined) return [{ span, connections: undefined }]
  if (items.length > MOST_PORTS)
    reader.refuse('list-invalid', valueAt(node, 'ports'), `ports has at most ${MOST_PORTS} items, not ${items.length}`)
  const ports = items.map((item) => readPort(item, context))
  const conditions = section.verdict === 'deny' ? [] : readConditions(node, ports, section, context)
  return ports.map((port) => ({
    span: port.span,
    connections: port.connections && underAny(port.connections, conditions),
  }))
}

/** Connections that meet at least one of the conditions; without any, all of them. */
const underAny = (connections: ConnectionSet, conditions: readonly string[]): ConnectionSet =>
  conditions.length === 0
    ? connections
    : ConnectionSet.union(conditions.map((condition) => connections.qualified(condition)))

/** An item of `ports` as read. */
export interface ReadPort extends CiliumPort {
  readonly node: YamlNode
  /** Undefined where none is written or it is `ANY`. */
  readonly protocol: string | undefined
  /** Whether it stands for every port of its protocol. */
  readonly isEvery: boolean
  readonly isRange: boolean
}

const transports: readonly ProtocolName[] = ['TCP', 'UDP', 'SCTP']
/** Protocols that agents take only when told to, by number. */
const extended: Readonly<Record<string, number>> = { VRRP: 112, IGMP: 2, GRE: 47, IPIP: 4, IPV6: 41, ESP: 50, AH: 51 }
const protocolNames = ['ANY', ...transports, ...Object.keys(extended)]

function readPort(node: YamlNode, context: Context): ReadPort {
  const { reader } = context
  const place = { span: reader.spanOf(node), node }
  const unread = { ...place, connections: undefined, protocol: undefined, isEvery: false, isRange: false }
  if (reader.isTemplate(node, 'a port')) return unread
  reader.checkFields(node, ciliumFields.port)
  const protocol = readProtocol(node, context)
  const number = protocol === undefined ? undefined : extended[protocol]
  if (number !== undefined) {
    const connections = ConnectionSet.of(number)
    return { ...place, connections, protocol, isEvery: true, isRange: false }
  }
  const ports = readPortNumber(node, context)
  if (ports === undefined || protocol === 'unreadable') return unread
  const protocols = protocol === undefined ? transports : [protocol as ProtocolName]
  return {
    ...place,
    connections: ConnectionSet.union(protocols.map((name) => ConnectionSet.of(name, ports))),
    protocol,
    isEvery: ports === allPorts,
    isRange: ports.numbers[0] !== ports.numbers[1],
  }
}

/** Undefined: TCP, UDP and SCTP. */
function readProtocol(node: YamlNode, context: Context): string | undefined {
  const { reader, settings } = context
  const written = valueAt(node, 'protocol')
  if (isUnset(written)) return undefined
  const text = textAt(written) ?? ''
  if (text === 'ANY') return undefined
  if (transports.some((name) => name === text)) return text
  if (Object.hasOwn(extended, text)) {
    if (!settings.extendedProtocols)
      reader.refuse(
        'protocol-invalid',
        written,
        `agents refuse ${text} unless they run with enable-extended-ip-protocols`,
      )
    return text
  }
  if (!reader.isTemplate(written, 'a protocol')) refuseProtocol(written as YamlNode, text, context)
  return 'unreadable'
}

function refuseProtocol(written: YamlNode, text: string, { reader }: Context): void {
  const isIcmp = /^icmp(v6)?$/i.test(text)
  const meant = nearest(text, protocolNames)
  const names = `Protocols are ${protocolNames.join(', ')}.`
  const hint = isIcmp ? 'ICMP goes into icmps.' : meant === undefined ? names : `Did you mean ${meant}?`
  reader.refuse('protocol-invalid', written, `there is no protocol ${text}`, hint)
}

/** A number, by Go's rules for bases, or a name. `0` stands for every port. Undefined, and reported, for anything else. */
function readPortNumber(node: YamlNode, context: Context): PortSet | undefined {
  const { reader } = context
  const written = valueAt(node, 'port')
  if (reader.isTemplate(written, 'a port')) return undefined
  const text = written?.kind === 'scalar' && written.value !== null ? String(written.value) : ''
  if (text === '') {
    reader.refuse('port-invalid', written ?? node, 'port is missing; "0" stands for every port')
    return undefined
  }
  if (written?.kind === 'scalar' && typeof written.value === 'number')
    reader.refuse('port-invalid', written, `port ${text} has to be a text`, `Write "${text}".`)
  if (/^\d+$/.test(text)) return numbered(text, node, context)
  if (isPortName(text.toLowerCase())) {
    noteEndPort(node, 'beside the name of a port', context)
    return namedPort(text.toLowerCase())
  }
  reader.refuse('port-invalid', written, `${text} is neither a number up to 65535 nor the name of a port`)
  return undefined
}

function numbered(text: string, node: YamlNode, context: Context): PortSet | undefined {
  const { reader } = context
  const written = valueAt(node, 'port') as YamlNode
  const isOctal = /^0\d/.test(text)
  const port = isOctal ? octal(text) : Number(text)
  if (Number.isNaN(port) || port > 65_535) {
    reader.refuse('port-invalid', written, `port ${text} is no number from 0 to 65535`)
    return undefined
  }
  if (isOctal)
    reader.report(
      'port-octal',
      written,
      `port ${text} begins with a zero, which makes it octal: it is port ${port}`,
      'none',
      `Write "${port}", or "${Number(text)}" if that was meant.`,
    )
  if (port === 0) {
    noteEndPort(node, 'beside port 0', context)
    return allPorts
  }
  return upTo(port, node, context)
}

const octal = (text: string): number => (/^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number.NaN)

/** `endPort` counts only where it is above the port, and since 1.16. */
function upTo(port: number, node: YamlNode, context: Context): PortSet | undefined {
  const { reader } = context
  const written = valueAt(node, 'endPort')
  if (isUnset(written)) return portRange(port)
  const end = integerAt(written)
  if (end === undefined || end < 0 || end > 65_535) {
    if (!reader.isTemplate(written, 'endPort'))
      reader.refuse('endport-invalid', written, 'endPort is a number from 0 to 65535')
    return undefined
  }
  if (end > port && isSince(context, '1.16')) return portRange(port, end)
  if (end !== port && end !== 0) noteEndPort(node, end < port ? `below port ${port}` : 'before Cilium 1.16', context)
  return portRange(port)
}

function noteEndPort(node: YamlNode, where: string, { reader }: Context): void {
  const written = valueAt(node, 'endPort')
  if (isUnset(written) || integerAt(written) === 0) return
  reader.report(
    'endport-ignored',
    written,
    `endPort ${where} is not looked at`,
    'none',
    'Remove it, or correct the port.',
  )
}
