import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { namedPort, noPorts, type PortSet, portRange, unionPorts } from '../../sets/port-set.ts'
import type { Span } from '../../source/span.ts'
import { type Context, checkLength, isRenamed, refuse } from './context.ts'
import { withPorts } from './read-protocol.ts'

const MOST_PORTS = 50

/** Ports of one end of a rule. */
export interface ReadPorts {
  /** Connections to, or from, the listed ports; undefined where the field is not given, or not all of it can be read. */
  readonly ports: ConnectionSet | undefined
  readonly items: readonly { readonly connections: ConnectionSet; readonly span: Span }[]
  /** Numbers that `notPorts` rules out; undefined where the field is not given. */
  readonly notPorts: ConnectionSet | undefined
  /** Whether something of it cannot be read, or names that each pod resolves on its own stand beside ports that are ruled out. */
  readonly isUncertain: boolean
  /** The two as a text: `port 80, 443`, `a port other than 22`. Undefined where neither is given. */
  readonly text: string | undefined
}

export function readPorts(entity: YamlNode | undefined, rule: RuleProtocol, context: Context): ReadPorts {
  const ports = readList(entity, 'ports', rule, context)
  const notPorts = readList(entity, 'notPorts', rule, context)
  const protocols = rule.protocol === undefined ? withPorts : [rule.protocol]
  const connections = (set: PortSet): ConnectionSet =>
    ConnectionSet.union(protocols.map((protocol) => ConnectionSet.of(protocol, set)))
  const isUnreadable = [...(ports ?? []), ...(notPorts ?? [])].some(({ set }) => set === undefined)
  return {
    ports: isUnreadable ? undefined : ports && connections(unionOf(ports)),
    items: (ports ?? []).flatMap(({ set, span }) =>
      set === undefined ? [] : [{ connections: connections(set), span }],
    ),
    notPorts: notPorts && connections({ ...unionOf(notPorts), names: [] }),
    isUncertain: isUnreadable || (notPorts !== undefined && [...(ports ?? []), ...notPorts].some(hasName)),
    text: textOfPorts(ports, notPorts),
  }
}

const hasName = ({ set }: Port): boolean => (set?.names.length ?? 0) > 0

/** The protocol of a rule, and whether it could be read. */
export interface RuleProtocol {
  readonly protocol: number | undefined
  readonly isUnreadable: boolean
}

interface Port {
  /** Undefined where it cannot be read. */
  readonly set: PortSet | undefined
  readonly text: string
  readonly span: Span
}

const unionOf = (items: readonly Port[]): PortSet =>
  items.reduce<PortSet>((all, { set }) => unionPorts(all, set ?? noPorts), noPorts)

function textOfPorts(ports: readonly Port[] | undefined, notPorts: readonly Port[] | undefined): string | undefined {
  const list = (items: readonly Port[]): string => items.map(({ text }) => text).join(', ')
  if (ports === undefined) return notPorts && `a port other than ${list(notPorts)}`
  return `port ${list(ports)}${notPorts === undefined ? '' : ` but not ${list(notPorts)}`}`
}

/** An empty list is as none. */
function readList(
  entity: YamlNode | undefined,
  field: 'ports' | 'notPorts',
  rule: RuleProtocol,
  context: Context,
): Port[] | undefined {
  const { reader } = context
  const node = valueAt(entity, field)
  const items = reader.list(entity, field)
  if (items === undefined) return [{ set: undefined, text: 'unknown', span: reader.spanOf(node) }]
  if (items.length === 0) return undefined
  checkLength(context, node, field, MOST_PORTS)
  const found = items.map((item) => readPort(item, context))
  checkProtocol(reader.entrySpan(entity, field), found, rule, context)
  return found
}

/** Numbers mean nothing without a protocol that has ports; names find theirs by themselves, since 3.32. */
function checkProtocol(at: Span | undefined, ports: readonly Port[], rule: RuleProtocol, context: Context): void {
  if (rule.isUnreadable) return
  const onlyNames = ports.every(({ set }) => set === undefined || set.numbers.length === 0)
  if (rule.protocol === undefined) {
    if (onlyNames && isRenamed(context.surroundings)) return
    refuse(context, 'ports-invalid', at, 'ports need a protocol: TCP, UDP or SCTP', 'Add protocol: TCP to the rule.')
  } else if (!withPorts.includes(rule.protocol))
    refuse(context, 'ports-invalid', at, 'ports go with protocol TCP, UDP or SCTP; this one has none')
}

function readPort(node: YamlNode, context: Context): Port {
  const span = context.reader.spanOf(node)
  const value = node.kind === 'scalar' ? node.value : undefined
  context.reader.noteAmbiguous(node)
  if (context.reader.isTemplate(node, 'a port')) return { set: undefined, text: 'unknown', span }
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : ''
  const read = portOf(text)
  if (typeof read !== 'string') return { set: read, text, span }
  refuse(context, 'port-invalid', node, read)
  return { set: undefined, text, span }
}

/** A number, a range `min:max`, or a name; else what is wrong. A dash makes no range: `80-90` is a name. */
function portOf(text: string): PortSet | string {
  const range = /^(\d+)(?::(\d+))?$/.exec(text)
  if (range !== null) return rangeOf(Number(range[1]), Number(range[2] ?? range[1]))
  if (/^[A-Za-z0-9_.-]{1,128}$/.test(text)) return namedPort(text)
  return 'a port is a number from 1 to 65535, a range such as "8000:8010", or the name of a port'
}

function rangeOf(first: number, last: number): PortSet | string {
  if (first > last) return `the range begins at ${first} and ends below, at ${last}`
  if (first < 1 || last > 65_535) return 'a port is a number from 1 to 65535'
  return portRange(first, last)
}
