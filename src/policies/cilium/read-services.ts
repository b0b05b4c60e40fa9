import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Service } from '../../model/cluster.ts'
import { itemsAt, textAt } from '../../model/fields.ts'
import { matchLabels } from '../../model/label-expression.ts'
import { readLabels } from '../../model/read-labels.ts'
import { AddressSet } from '../../sets/address-set.ts'
import type { Span } from '../../source/span.ts'
import type { PeerSelector } from '../entry.ts'
import { overIdentity } from '../identity-label.ts'
import { type Context, isSince } from './context.ts'
import { world } from './entities.ts'
import { ciliumFields } from './fields.ts'

/** Peers an item of `toServices` leads to; `missing` where it leads to no Service at all. */
export function readServiceItem(node: YamlNode, context: Context): readonly PeerSelector[] | 'missing' {
  const { reader } = context
  const span = reader.spanOf(node)
  if (reader.isTemplate(node, 'a Service')) return [{ kind: 'unreadable', span }]
  reader.checkFields(node, ciliumFields.service)
  const found = [...namedServices(node, context), ...selectedServices(node, context)]
  if (found.length === 0) {
    noteMissing(node, context)
    return 'missing'
  }
  return found.flatMap((service) => backendsOf(service, span, context))
}

/** An empty namespace means any, not that of the policy. */
const isIn = (namespace: string | undefined, { id }: Service): boolean =>
  namespace === undefined || namespace === '' || id.namespace === namespace

function namedServices(node: YamlNode, { reader, surroundings }: Context): readonly Service[] {
  const named = valueAt(node, 'k8sService')
  if (isUnset(named)) return []
  reader.checkFields(named, ciliumFields.namedService)
  const name = textAt(named, 'serviceName')
  return surroundings
    .services()
    .filter((service) => service.id.name === name && isIn(textAt(named, 'namespace'), service))
}

function selectedServices(node: YamlNode, { reader, surroundings }: Context): readonly Service[] {
  const selected = valueAt(node, 'k8sServiceSelector')
  if (isUnset(selected)) return []
  reader.checkFields(selected, ciliumFields.selectedService)
  const selector = reader.selector(valueAt(selected, 'selector'))
  return surroundings.services().filter((service) => {
    const { resource } = service
    const labels = readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), () => {})
    return isIn(textAt(selected, 'namespace'), service) && matchLabels(selector, labels) !== 'no'
  })
}

function noteMissing(node: YamlNode, { reader }: Context): void {
  const name = textAt(node, 'k8sService', 'serviceName')
  reader.report(
    'service-missing',
    node,
    `there is no Service ${name ?? 'with these labels'} among the manifests; where it does not exist the entry allows everybody on its ports, or nobody if it names none`,
    'unknown',
    'Add the Service, or select its pods with toEndpoints.',
  )
}

/** Pods behind a Service, whichever port it offers; before 1.17 only addresses of Services without a selector. */
function backendsOf(service: Service, span: Span, context: Context): readonly PeerSelector[] {
  const { namespace } = service.id
  if (service.selector === undefined) return [world(span, endpointAddresses(service, context))]
  if (!isSince(context, '1.17')) return []
  const labels = overIdentity(service.selector)
  return [{ kind: 'pods', target: 'pods', namespaces: { kind: 'named', name: namespace }, labels, span }]
}

/** Addresses of the EndpointSlices and Endpoints that belong to a Service. */
function endpointAddresses({ id }: Service, { surroundings }: Context): AddressSet {
  const slices = surroundings
    .objects('discovery.k8s.io/EndpointSlice')
    .filter(
      ({ node, namespace }) =>
        textAt(node, 'metadata', 'labels', 'kubernetes.io/service-name') === id.name &&
        (namespace?.value ?? surroundings.profile.defaultNamespace) === id.namespace,
    )
    .flatMap(({ node }) => itemsAt(node, 'endpoints').flatMap((endpoint) => itemsAt(endpoint, 'addresses')))
  const endpoints = surroundings
    .objects('/Endpoints')
    .filter(
      ({ name, namespace }) =>
        name.value === id.name && (namespace?.value ?? surroundings.profile.defaultNamespace) === id.namespace,
    )
    .flatMap(({ node }) => itemsAt(node, 'subsets').flatMap((subset) => itemsAt(subset, 'addresses')))
    .flatMap((address) => valueAt(address, 'ip') ?? [])
  return [...slices, ...endpoints]
    .map((address) => AddressSet.single(textAt(address) ?? ''))
    .reduce((sum, address) => sum.union(address), AddressSet.none)
}
