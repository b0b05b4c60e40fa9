import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { integerAt, setAt, textAt } from '../../model/fields.ts'
import { isPortProtocol } from '../../model/read-workload.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { namedPort, portRange } from '../../sets/port-set.ts'
import type { Fields } from '../field-treatment.ts'
import { type Context, checkLength } from './context.ts'
import { adminFields } from './fields.ts'
import type { AdminPort, AdminRule } from './spec.ts'

type Protocol = 'TCP' | 'UDP' | 'SCTP'
const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP']

/** Ports of a rule, `any` where the list is not written; an empty one is refused. */
export function readPorts(rule: YamlNode, context: Context): AdminRule['ports'] {
  const { reader, dialect } = context
  const list = setAt(rule, dialect.ports)
  if (list === undefined) return 'any'
  const items = reader.list(rule, dialect.ports)
  if (items === undefined) return [{ span: reader.spanOf(list), connections: undefined, named: false }]
  checkLength(context, list, dialect.ports, items.length, { least: 1, most: dialect.most })
  return items.map((item) => readPort(item, context))
}

function readPort(node: YamlNode, context: Context): AdminPort {
  const { reader, dialect } = context
  const span = reader.spanOf(node)
  const known: Fields =
    dialect.ports === 'ports' ? adminFields.AdminNetworkPolicy.port : adminFields.ClusterNetworkPolicy.protocol
  if (reader.isTemplate(node, 'a port')) return { span, connections: undefined, named: false }
  reader.checkFields(node, known)
  const [field, another] = reader.setFields(node, known)
  if (field === undefined || another !== undefined) {
    reader.refuse('port-invalid', node, `a port item has exactly one of ${Object.keys(known).join(', ')}`)
    return { span, connections: undefined, named: false }
  }
  const named = field.name === 'namedPort' || field.name === 'destinationNamedPort'
  const connections = named ? namedOf(field.value, context) : numbersOf(field.name, field.value, context)
  return { span, connections, named }
}

/** A name brings the protocol of the container port that has it. */
function namedOf(node: YamlNode, { reader }: Context): ConnectionSet | undefined {
  const name = textAt(node)
  if (reader.isTemplate(node, 'a port name')) return undefined
  if (name === undefined || name === '') {
    reader.refuse('port-invalid', node, 'a port name is a text')
    return undefined
  }
  return ConnectionSet.union(protocols.map((protocol) => ConnectionSet.of(protocol, namedPort(name))))
}

function numbersOf(name: string, node: YamlNode, context: Context): ConnectionSet | undefined {
  if (name === 'portNumber') return oldNumber(node, context)
  if (name === 'portRange') return oldRange(node, context)
  return transportOf(name.toUpperCase() as Protocol, node, context)
}

function oldNumber(node: YamlNode, context: Context): ConnectionSet | undefined {
  const fields = adminFields.AdminNetworkPolicy.portNumber
  context.reader.checkFields(node, fields)
  const protocol = protocolOf(node, context)
  const port = portAt(node, 'port', context)
  return protocol === undefined || port === undefined ? undefined : ConnectionSet.of(protocol, portRange(port))
}

/** `start` behind `end` is taken by the API server and matches nothing. */
function oldRange(node: YamlNode, context: Context): ConnectionSet | undefined {
  const { reader } = context
  reader.checkFields(node, adminFields.AdminNetworkPolicy.portRange)
  const protocol = protocolOf(node, context)
  const start = portAt(node, 'start', context)
  const end = portAt(node, 'end', context)
  if (protocol === undefined || start === undefined || end === undefined) return undefined
  if (start <= end) return ConnectionSet.of(protocol, portRange(start, end))
  reader.report(
    'port-range-reversed',
    node,
    `start ${start} is behind end ${end}, which matches nothing`,
    'none',
    'Swap the two.',
  )
  return ConnectionSet.none
}

/** `{}` means every port of the protocol by the documentation, and is refused by the CRD. */
function transportOf(protocol: Protocol, node: YamlNode, context: Context): ConnectionSet | undefined {
  const { reader } = context
  const fields = adminFields.ClusterNetworkPolicy
  reader.checkFields(node, fields.transport)
  const port = setAt(node, 'destinationPort')
  if (port === undefined) {
    reader.refuse('port-invalid', node, `${protocol.toLowerCase()} needs destinationPort; it is read as every port`)
    return ConnectionSet.of(protocol)
  }
  reader.checkFields(port, fields.destinationPort)
  const [field, another] = reader.setFields(port, fields.destinationPort)
  if (field === undefined || another !== undefined) {
    reader.refuse('port-invalid', port, 'destinationPort has exactly one of number and range')
    return undefined
  }
  if (field.name === 'range') return rangeOf(protocol, field.value, context)
  const number = portAt(port, 'number', context)
  return number === undefined ? undefined : ConnectionSet.of(protocol, portRange(number))
}

function rangeOf(protocol: Protocol, node: YamlNode, context: Context): ConnectionSet | undefined {
  const { reader } = context
  reader.checkFields(node, adminFields.ClusterNetworkPolicy.range)
  const start = portAt(node, 'start', context)
  const end = portAt(node, 'end', context)
  if (start === undefined || end === undefined) return undefined
  if (start < end) return ConnectionSet.of(protocol, portRange(start, end))
  reader.refuse('port-range-reversed', node, `start ${start} is not below end ${end}`, 'Write one port as number.')
  return start === end ? ConnectionSet.of(protocol, portRange(start)) : ConnectionSet.none
}

/** TCP where none is written. The CRD takes any text; what is no protocol of Kubernetes has no meaning. */
function protocolOf(node: YamlNode, { reader }: Context): Protocol | undefined {
  const found = setAt(node, 'protocol')
  if (found === undefined) return 'TCP'
  const text = textAt(found)
  if (text !== undefined && isPortProtocol(text)) return text
  if (!reader.isTemplate(found, 'the protocol'))
    reader.report(
      'protocol-invalid',
      found,
      `protocol is TCP, UDP or SCTP, not ${text ?? 'this'}`,
      'unknown',
      'Use capitals.',
    )
  return undefined
}

function portAt(node: YamlNode, name: string, { reader }: Context): number | undefined {
  const found = valueAt(node, name)
  const value = integerAt(found)
  if (value !== undefined && value >= 1 && value <= 65_535) return value
  if (!reader.isTemplate(found, name))
    reader.refuse('port-invalid', found ?? node, `${name} is a number from 1 to 65535`)
  return undefined
}
