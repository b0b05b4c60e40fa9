import { entryOf, isUnset, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import type { ServicePort } from './cluster.ts'
import { integerAt, isTemplated, itemsAt, spanAt, textAt } from './fields.ts'
import { isPortName, isPortNumber } from './port-forms.ts'
import type { ServiceDraft } from './service-checks.ts'

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Ports of a Service. A missing protocol is TCP, a missing target the port itself. One that cannot be read is
 * reported and left out; undefined when the Service needs ports and has none.
 */
export function readServicePorts(draft: ServiceDraft): readonly ServicePort[] | undefined {
  const { resource, spec, type, headless, refuse, report } = draft
  if (isTemplated(resource, valueAt(spec, 'ports'))) {
    report(templatedPort(spanAt(resource, 'spec', 'ports')))
    return []
  }
  const items = itemsAt(spec, 'ports')
  if (items.length === 0 && !headless && type !== 'ExternalName') {
    refuse(
      spanAt(resource, 'spec', 'ports'),
      'A Service needs at least one port',
      'List its ports, or make it headless.',
    )
    return undefined
  }
  checkNames(items, draft)
  const ports = items.flatMap((item) => readPort(item, draft) ?? [])
  return withoutRepeats(ports, draft)
}

function readPort(item: YamlNode, draft: ServiceDraft): ServicePort | undefined {
  const { resource, report } = draft
  const span = spanOf(resource.provenance.file, item)
  if (['port', 'protocol', 'targetPort'].some((field) => isTemplated(resource, valueAt(item, field)))) {
    report(templatedPort(span))
    return undefined
  }
  const port = readNumber(item, draft)
  const protocol = readProtocol(item, draft)
  const target = readTarget(item, draft)
  if (port === undefined || protocol === undefined || target === undefined) return undefined
  const name = textAt(item, 'name')
  return {
    name: name === '' ? undefined : name,
    protocol,
    port,
    target: target === 'same' ? port : target.value,
    nodePort: readNodePort(item, draft),
    span,
  }
}

function templatedPort(span: Span) {
  return diagnostic('template-value', span, {
    message: 'A Service port cannot be read before it is rendered: where it leads is unknown',
    hint: 'Let the gate read rendered manifests, or write the value out.',
    effect: 'unknown',
  })
}

function readNumber(item: YamlNode, draft: ServiceDraft): number | undefined {
  const port = integerAt(item, 'port')
  if (port !== undefined && isPortNumber(port)) return port
  draft.refuse(
    fieldSpan(draft, item, 'port'),
    'A Service port needs a number from 1 to 65535',
    'Write the number unquoted.',
  )
  return undefined
}

function readProtocol(item: YamlNode, draft: ServiceDraft): 'TCP' | 'UDP' | 'SCTP' | undefined {
  const node = valueAt(item, 'protocol')
  const text = textAt(node)
  if (isUnset(node) || text === '') return 'TCP'
  if (text === 'TCP' || text === 'UDP' || text === 'SCTP') return text
  draft.refuse(fieldSpan(draft, item, 'protocol'), 'A Service port speaks TCP, UDP or SCTP', 'Write it in capitals.')
  return undefined
}

/** `same` for a target that is missing, 0 or empty. */
function readTarget(item: YamlNode, draft: ServiceDraft): { readonly value: number | string } | 'same' | undefined {
  const node = valueAt(item, 'targetPort')
  const value = integerAt(node) ?? textAt(node)
  if (isUnset(node) || value === 0 || value === '') return 'same'
  const valid = typeof value === 'number' ? isPortNumber(value) : value !== undefined && isPortName(value)
  const hint = 'Write a number from 1 to 65535 without quotes, or the name of a container port.'
  if (!valid)
    draft.refuse(fieldSpan(draft, item, 'targetPort'), 'This targetPort is neither a port nor a port name', hint)
  if (typeof value === 'number' && !valid) return undefined
  return value === undefined ? undefined : { value }
}

function readNodePort(item: YamlNode, draft: ServiceDraft): number | undefined {
  const nodePort = integerAt(item, 'nodePort') ?? 0
  if (nodePort === 0) return undefined
  if (draft.type === 'NodePort' || draft.type === 'LoadBalancer') return nodePort
  const message = `nodePort has no place in a Service of type ${draft.type}`
  draft.refuse(fieldSpan(draft, item, 'nodePort'), message, 'Remove nodePort, or use type NodePort.')
  return undefined
}

function checkNames(items: readonly YamlNode[], draft: ServiceDraft): void {
  const seen = new Set<string>()
  for (const item of items) {
    const node = valueAt(item, 'name')
    const name = textAt(node) ?? ''
    if (isTemplated(draft.resource, node)) continue
    const problem = problemOfName(name, items.length, seen)
    seen.add(name)
    if (problem === undefined) continue
    draft.refuse(fieldSpan(draft, item, 'name'), problem, 'Give each port a name of its own: a DNS label.')
  }
}

function problemOfName(name: string, count: number, seen: ReadonlySet<string>): string | undefined {
  if (name === '') return count > 1 ? 'Every port of a Service with several needs a name' : undefined
  if (!label.test(name)) return `${JSON.stringify(name)} is not a port name`
  return seen.has(name) ? `Port name ${name} is used twice` : undefined
}

/** The first of two ports with one number and protocol counts. */
function withoutRepeats(ports: readonly ServicePort[], { refuse }: ServiceDraft): readonly ServicePort[] {
  const seen = new Set<string>()
  return ports.filter(({ protocol, port, nodePort, span }) => {
    const keys = [`${protocol} ${port}`, ...(nodePort === undefined ? [] : [`node port ${protocol} ${nodePort}`])]
    const repeated = keys.find((key) => seen.has(key))
    for (const key of keys) seen.add(key)
    if (repeated === undefined) return true
    refuse(span, `${repeated} is listed twice`, 'Remove one of the two.')
    return repeated !== keys[0]
  })
}

function fieldSpan({ resource }: ServiceDraft, item: YamlNode, field: string): Span {
  return spanOf(resource.provenance.file, entryOf(item, field) ?? item)
}
