import { spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import type { Service } from './cluster.ts'
import { isSet, isTemplated, itemsAt, spanAt, textAt } from './fields.ts'
import { isLabelKey, isLabelValue } from './read-selector.ts'
import { isDnsName, isServiceName, writtenName } from './written-name.ts'

/** A Service while it is read. */
export interface ServiceDraft {
  readonly resource: Resource
  readonly spec: YamlNode | undefined
  readonly type: Service['type']
  readonly headless: boolean
  /** Reports what the API server would refuse. */
  refuse(span: Span, message: string, hint: string): void
  report(problem: Diagnostic): void
}

/** Reports what the API server refuses outside of ports and addresses; false when no Service can be made of it. */
export function checkService(draft: ServiceDraft): boolean {
  checkName(draft)
  checkSelector(draft)
  checkBalancerFields(draft)
  checkTrafficPolicy(draft)
  if (draft.type === 'ExternalName') checkExternalName(draft)
  return checkHeadless(draft)
}

function checkHeadless({ resource, type, headless, refuse }: ServiceDraft): boolean {
  if (!headless || type === 'ClusterIP' || type === 'ExternalName') return true
  const message = `A Service of type ${type} cannot be headless (clusterIP: None)`
  refuse(spanAt(resource, 'spec', 'clusterIP'), message, 'Drop clusterIP: None, or use type ClusterIP.')
  return false
}

function checkName({ resource, refuse }: ServiceDraft): void {
  const name = writtenName(resource)
  if (name === undefined || isServiceName(name)) return
  const message = `${JSON.stringify(name)} is not a Service name`
  refuse(resource.name.span, message, 'Use at most 63 lower-case letters, digits and dashes, beginning with a letter.')
}

function checkExternalName({ resource, spec, refuse }: ServiceDraft): void {
  for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    if (!isSet(spec, field) || textAt(spec, field) === '') continue
    refuse(spanAt(resource, 'spec', field), `An ExternalName Service has no ${field}`, `Remove ${field}.`)
  }
  const node = valueAt(spec, 'externalName')
  if (isTemplated(resource, node) || isDnsName((textAt(node) ?? '').replace(/\.$/, ''))) return
  const message = 'An ExternalName Service needs a DNS name in externalName'
  refuse(spanAt(resource, 'spec', 'externalName'), message, 'Write a DNS name such as api.example.com.')
}

function checkBalancerFields({ resource, spec, type, refuse }: ServiceDraft): void {
  if (type === 'LoadBalancer') return
  for (const field of ['loadBalancerSourceRanges', 'allocateLoadBalancerNodePorts', 'loadBalancerClass']) {
    if (!isSet(spec, field) || (field === 'loadBalancerSourceRanges' && itemsAt(spec, field).length === 0)) continue
    const message = `${field} has no place in a Service of type ${type}`
    refuse(spanAt(resource, 'spec', field), message, `Remove ${field}, or use type LoadBalancer.`)
  }
}

function checkTrafficPolicy({ resource, spec, type, refuse }: ServiceDraft): void {
  const node = valueAt(spec, 'externalTrafficPolicy')
  const text = textAt(node) ?? ''
  if (text === '' || isTemplated(resource, node)) return
  const span = spanAt(resource, 'spec', 'externalTrafficPolicy')
  if (text !== 'Cluster' && text !== 'Local') {
    refuse(span, `externalTrafficPolicy ${JSON.stringify(text)} does not exist`, 'Use Cluster or Local.')
  } else if (type !== 'LoadBalancer' && type !== 'NodePort' && itemsAt(spec, 'externalIPs').length === 0) {
    const message = 'externalTrafficPolicy needs a Service that is reachable from outside'
    refuse(span, message, 'Remove it, or use type NodePort or LoadBalancer.')
  }
}

function checkSelector({ resource, spec, refuse }: ServiceDraft): void {
  const selector = valueAt(spec, 'selector')
  if (selector?.kind !== 'mapping' || isTemplated(resource, selector)) return
  for (const { key, name, value } of selector.entries) {
    const { file } = resource.provenance
    if (isTemplated(resource, key) || isTemplated(resource, value)) continue
    const message = (what: string): string => `${JSON.stringify(what)} cannot stand in the selector of a Service`
    const text = textAt(value)
    if (!isLabelKey(name)) {
      const hint = 'Use an optional DNS prefix with a slash, then at most 63 letters, digits, dashes, dots.'
      refuse(spanOf(file, key), message(name), hint)
    } else if (text !== undefined && !isLabelValue(text)) {
      refuse(spanOf(file, value), message(text), 'Use at most 63 letters, digits, dashes, dots.')
    }
  }
}
