import { valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { Service } from './cluster.ts'
import { annotationsAt, isTemplated, itemsAt, spanAt, textAt } from './fields.ts'
import { hasInternalBalancer } from './internal-balancer.ts'
import { equalityOf, type LabelExpression } from './label-expression.ts'
import { type Reporter, readLabels } from './read-labels.ts'
import { readExternalIps, readSourceRanges } from './service-addresses.ts'
import { checkService, type ServiceDraft } from './service-checks.ts'
import { readServicePorts } from './service-ports.ts'

const types = new Set(['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'])

/**
 * Reads a core Service. `undefined` for one the API server refuses and nobody could say what was meant; where it
 * refuses but the meaning is clear, the Service is modelled and the diagnostic says that the answer may err.
 * `namespace` is the one it lands in.
 * Reports `service-refused` and `template-value`.
 */
export function readService(resource: Resource, namespace: string, report: Reporter): Service | undefined {
  const draft = draftOf(resource, report)
  if (draft === undefined || !checkService(draft)) return undefined
  const { type, headless, spec } = draft
  const ports = readServicePorts(draft)
  if (ports === undefined) return undefined
  return {
    id: { group: '', kind: 'Service', namespace, name: resource.name.value },
    resource,
    type,
    headless,
    selector: type === 'ExternalName' ? undefined : readSelector(draft),
    ports,
    externalIps: type === 'ExternalName' ? [] : readExternalIps(draft),
    sourceRanges: readSourceRanges(draft),
    allocatesNodePorts: type === 'LoadBalancer' && !isFalse(valueAt(spec, 'allocateLoadBalancerNodePorts')),
    internal: hasInternalBalancer(annotationsAt(resource.node, 'metadata', 'annotations')),
  }
}

function draftOf(resource: Resource, report: Reporter): ServiceDraft | undefined {
  const spec = valueAt(resource.node, 'spec')
  const refuse: ServiceDraft['refuse'] = (span, message, hint) =>
    report(diagnostic('service-refused', span, { message, hint, effect: 'unknown' }))
  const type = readType(resource, refuse, report)
  if (type === undefined) return undefined
  const headless = textAt(spec, 'clusterIP') === 'None' || itemsAt(spec, 'clusterIPs').some(isNone)
  return { resource, spec, type, headless, refuse, report }
}

/** A templated type counts as ClusterIP, and the answer as unknown. */
function readType(resource: Resource, refuse: ServiceDraft['refuse'], report: Reporter): Service['type'] | undefined {
  const node = valueAt(resource.node, 'spec', 'type')
  if (isTemplated(resource, node)) {
    report(templated(resource, 'type', 'whether the Service is open to the outside'))
    return 'ClusterIP'
  }
  const text = textAt(node) ?? ''
  if (text === '' && (node === undefined || node.kind === 'scalar')) return 'ClusterIP'
  if (isServiceType(text)) return text
  const message = `Service type ${JSON.stringify(text)} does not exist`
  refuse(spanAt(resource, 'spec', 'type'), message, 'Use ClusterIP, NodePort, LoadBalancer or ExternalName.')
  return undefined
}

/** Undefined for a missing or empty selector, which selects no pods at all. A pair that is unknown may match anything. */
function readSelector({ resource, spec, report }: ServiceDraft): LabelExpression | undefined {
  const node = valueAt(spec, 'selector')
  if (isTemplated(resource, node)) {
    report(templated(resource, 'selector', 'which pods stand behind the Service'))
    return { kind: 'unreadable' }
  }
  const { values, unknownKeys, complete } = readLabels(resource, node, report)
  const pairs = equalityOf([...values].map(([key, { value }]) => [key, value]))
  if (unknownKeys.size > 0 || !complete) return { kind: 'all', of: [pairs, { kind: 'unreadable' }] }
  return values.size === 0 ? undefined : pairs
}

function templated(resource: Resource, field: string, question: string): Diagnostic {
  return diagnostic('template-value', spanAt(resource, 'spec', field), {
    message: `spec.${field} cannot be read before it is rendered: ${question} is unknown`,
    hint: 'Let the gate read rendered manifests, or write the value out.',
    effect: 'unknown',
  })
}

function isServiceType(text: string): text is Service['type'] {
  return types.has(text)
}

function isNone(node: YamlNode): boolean {
  return textAt(node) === 'None'
}

function isFalse(node: YamlNode | undefined): boolean {
  return node?.kind === 'scalar' && node.value === false
}
