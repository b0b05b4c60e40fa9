import { entryOf, type YamlNode } from '../../manifests/node.ts'
import { integerAt, setAt } from '../../model/fields.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { portRange } from '../../sets/port-set.ts'
import { nearest } from '../../source/nearest.ts'
import { type Context, refuse } from './context.ts'
import { ruleFields } from './fields.ts'

/** Protocols by the names that rules may use; any other goes by its number. */
export const protocols = { TCP: 6, UDP: 17, ICMP: 1, ICMPv6: 58, SCTP: 132, UDPLite: 136 } as const
const names = Object.keys(protocols)
const numberOf = new Map<string, number>(
  Object.entries(protocols).map(([name, number]) => [name.toLowerCase(), number]),
)

/** Protocols that have ports, by number. */
export const withPorts: readonly number[] = [protocols.TCP, protocols.UDP, protocols.SCTP]

export interface ReadProtocol {
  /** The number; undefined where none is written or what is written is none. */
  readonly protocol: number | undefined
  /** Whether what is written cannot be read. */
  readonly isUnreadable: boolean
}

export function readProtocol(rule: YamlNode, field: 'protocol' | 'notProtocol', context: Context): ReadProtocol {
  const node = setAt(rule, field)
  if (node === undefined) return { protocol: undefined, isUnreadable: false }
  const value = node.kind === 'scalar' ? node.value : undefined
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 255)
    return { protocol: number, isUnreadable: false }
  const text = typeof value === 'string' ? value : ''
  const known = numberOf.get(text.toLowerCase())
  if (names.includes(text)) return { protocol: known, isUnreadable: false }
  if (!context.reader.isTemplate(node, field)) refuseProtocol(node, field, text, context)
  return { protocol: known, isUnreadable: known === undefined }
}

function refuseProtocol(node: YamlNode, field: string, text: string, context: Context): void {
  const meant = text === '' ? undefined : nearest(text, names)
  refuse(
    context,
    'protocol-invalid',
    node,
    `${field} is one of ${names.join(', ')} or a number from 1 to 255`,
    meant === undefined ? undefined : `Did you mean ${meant}?`,
  )
}

/** What a rule says of ICMP; undefined where it says nothing. */
export function readIcmp(
  rule: YamlNode,
  field: 'icmp' | 'notICMP',
  protocol: number | undefined,
  context: Context,
): { readonly connections: ConnectionSet; readonly isUnreadable: boolean } | undefined {
  const node = setAt(rule, field)
  if (node === undefined) return undefined
  const { reader } = context
  if (reader.isTemplate(node, field)) return { connections: ConnectionSet.none, isUnreadable: true }
  reader.checkFields(node, ruleFields.icmp)
  if (protocol !== protocols.ICMP && protocol !== protocols.ICMPv6) {
    refuse(context, 'icmp-invalid', reader.entrySpan(rule, field), `${field} needs protocol ICMP or ICMPv6`)
    return { connections: ConnectionSet.none, isUnreadable: true }
  }
  const type = readPart(node, 'type', 254, context)
  const code = readPart(node, 'code', 255, context)
  if (type === undefined && code !== undefined)
    refuse(context, 'icmp-invalid', reader.entrySpan(node, 'code'), 'code needs a type')
  if (type === 'unreadable' || code === 'unreadable' || (type === undefined && code !== undefined))
    return { connections: ConnectionSet.of(protocol), isUnreadable: true }
  return { connections: icmpOf(protocol, type, code), isUnreadable: false }
}

/** An element of ICMP is `type × 256 + code`. */
function icmpOf(protocol: number, type: number | undefined, code: number | undefined): ConnectionSet {
  if (type === undefined) return ConnectionSet.of(protocol)
  const first = type * 256
  return ConnectionSet.of(protocol, code === undefined ? portRange(first, first + 255) : portRange(first + code))
}

function readPart(
  node: YamlNode,
  name: 'type' | 'code',
  most: number,
  context: Context,
): number | 'unreadable' | undefined {
  const found = setAt(node, name)
  if (found === undefined) return undefined
  const value = integerAt(found)
  if (value !== undefined && value >= 0 && value <= most) return value
  if (!context.reader.isTemplate(found, name))
    refuse(context, 'icmp-invalid', found, `${name} is a number from 0 to ${most}`)
  return 'unreadable'
}

/** The family of addresses a rule speaks of by itself; ICMP of the other one is refused. */
export function readFamily(
  rule: YamlNode,
  protocol: number | undefined,
  context: Context,
): 4 | 6 | 'unreadable' | undefined {
  const node = setAt(rule, 'ipVersion')
  if (node === undefined) return undefined
  if (context.reader.isTemplate(node, 'ipVersion')) return 'unreadable'
  const value = integerAt(node)
  if (value !== 4 && value !== 6) {
    refuse(context, 'address-family-mixed', node, 'ipVersion is 4 or 6')
    return 'unreadable'
  }
  const clash = value === 6 ? protocols.ICMP : protocols.ICMPv6
  if (protocol === clash) {
    const name = value === 6 ? 'ICMP is of IPv4' : 'ICMPv6 is of IPv6'
    refuse(context, 'address-family-mixed', entryOf(rule, 'ipVersion')?.value, `${name}, and ipVersion is ${value}`)
  }
  return value
}
