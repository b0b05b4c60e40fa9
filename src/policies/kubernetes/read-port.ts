import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { setAt, textAt } from '../../model/fields.ts'
import { isPortName, isPortNumber } from '../../model/port-forms.ts'
import { isPortProtocol } from '../../model/read-workload.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { namedPort, portRange } from '../../sets/port-set.ts'
import type { PolicyReader } from '../policy-reader.ts'
import { networkPolicyFields } from './fields.ts'
import type { PolicyPort } from './spec.ts'

/** A value as read; not valid where the API server would refuse it or a template writes it. */
interface Read<T> {
  readonly value: T | undefined
  readonly valid: boolean
}

const missing = { value: undefined, valid: true } as const
const unusable = { value: undefined, valid: false } as const

/** An item of `ports`: a protocol, with a port number or name or a range of numbers. */
export function readPort(node: YamlNode, reader: PolicyReader): PolicyPort {
  if (reader.isTemplate(node, 'a port')) return unreadablePort(node, reader)
  reader.noteNull(node, 'every TCP port')
  reader.checkFields(node, networkPolicyFields.port)
  const written = readProtocol(node, reader)
  const port = readPortNumber(node, reader)
  const endPort = readEndPort(node, port.value, reader)
  const valid = written.valid && port.valid && endPort.valid
  const protocol = written.value ?? 'TCP'
  return {
    span: reader.spanOf(node),
    node,
    protocol,
    port: port.value,
    portSpan: port.value === undefined ? undefined : reader.spanOf(valueAt(node, 'port')),
    endPort: endPort.value,
    connections: valid ? connectionsOf(protocol, port.value, endPort.value) : ConnectionSet.none,
    valid,
  }
}

/** Ports nobody can read: what they allow is unknown. */
export function unreadablePort(node: YamlNode, reader: PolicyReader): PolicyPort {
  return {
    span: reader.spanOf(node),
    node,
    protocol: 'TCP',
    port: undefined,
    portSpan: undefined,
    endPort: undefined,
    connections: ConnectionSet.none,
    valid: false,
  }
}

function readProtocol(node: YamlNode, reader: PolicyReader): Read<PolicyPort['protocol']> {
  const found = setAt(node, 'protocol')
  if (found === undefined) return missing
  const text = textAt(found)
  if (text !== undefined && isPortProtocol(text)) return { value: text, valid: true }
  if (!reader.isTemplate(found, 'a protocol'))
    reader.refuse('protocol-invalid', found, `protocol is TCP, UDP or SCTP, not ${text ?? 'this'}`)
  return unusable
}

function readPortNumber(node: YamlNode, reader: PolicyReader): Read<number | string> {
  const found = setAt(node, 'port')
  if (found === undefined) return missing
  const value = found.kind === 'scalar' ? found.value : undefined
  reader.noteAmbiguous(found)
  if (isPortNumber(value)) return { value, valid: true }
  if (typeof value === 'string' && isPortName(value)) return { value, valid: true }
  if (reader.isTemplate(found, 'a port')) return unusable
  const quoted = typeof value === 'string' && /^\d+$/.test(value)
  if (quoted)
    reader.refuse(
      'port-invalid',
      found,
      `port "${value}" in quotes is a name without a letter, not a number`,
      'Remove the quotes.',
    )
  else reader.refuse('port-invalid', found, 'a port is a number from 1 to 65535 or a port name')
  return unusable
}

function readEndPort(node: YamlNode, port: number | string | undefined, reader: PolicyReader): Read<number> {
  const found = setAt(node, 'endPort')
  if (found === undefined) return missing
  if (reader.isTemplate(found, 'endPort')) return unusable
  const value = found.kind === 'scalar' ? found.value : undefined
  const problem = endPortProblem(value, port)
  if (problem === undefined) return { value: value as number, valid: true }
  reader.refuse('endport-invalid', found, problem)
  return unusable
}

function endPortProblem(value: unknown, port: number | string | undefined): string | undefined {
  if (!isPortNumber(value)) return 'endPort is a number from 1 to 65535'
  if (port === undefined) return 'endPort needs a port to start from'
  if (typeof port === 'string') return 'endPort cannot stand beside a named port'
  return value < port ? `endPort ${value} is below port ${port}` : undefined
}

function connectionsOf(
  protocol: PolicyPort['protocol'],
  port: number | string | undefined,
  endPort: number | undefined,
): ConnectionSet {
  if (port === undefined) return ConnectionSet.of(protocol)
  return ConnectionSet.of(protocol, typeof port === 'string' ? namedPort(port) : portRange(port, endPort ?? port))
}
