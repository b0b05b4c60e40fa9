import { valueAt } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { Located } from '../source/span.ts'
import type { Workload } from './cluster.ts'
import { readEndpointPorts } from './endpoint-ports.ts'
import { itemsAt, textAt } from './fields.ts'
import type { Labels } from './labels.ts'
import { type Reporter, readLabels } from './read-labels.ts'

/** Key under which a selector asks for one host endpoint by its name. No label key holds a space. */
export const HOST_ENDPOINT = 'host endpoint'

/** Groups that serve HostEndpoint and Profile. */
const groups = ['projectcalico.org', 'crd.projectcalico.org']
export const hostEndpointKinds = groups.map((group) => `${group}/HostEndpoint`)
export const profileKinds = groups.map((group) => `${group}/Profile`)

/** Interfaces of machines, with the labels that their profiles hand down. What is wrong with one its kind reports. */
export function readHostEndpoint(resource: Resource, profiles: readonly Resource[], report: Reporter): Workload {
  const { node, group, name } = resource
  const spec = valueAt(node, 'spec')
  const addresses = itemsAt(spec, 'expectedIPs')
    .map((item) => AddressSet.single(textAt(item) ?? ''))
    .reduce((all, set) => all.union(set), AddressSet.none)
  return {
    id: { group, kind: 'HostEndpoint', namespace: '', name: name.value },
    resource,
    labels: endpointLabels(resource, profiles, report),
    ports: readEndpointPorts(resource),
    hostNetwork: false,
    nodeName: textAt(spec, 'node'),
    serviceAccount: '',
    addresses: addresses.isEmpty ? undefined : addresses,
    dnsPolicy: 'Default',
    annotations: new Map(),
    pods: [],
  }
}

/** What is written on the object wins over what a profile hands down. */
function endpointLabels(resource: Resource, profiles: readonly Resource[], report: Reporter): Labels {
  const own = readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), report)
  const inherited = inheritedLabels(resource, profiles)
  const name = { value: resource.name.value, span: resource.name.span }
  return { ...own, values: new Map([...inherited, ...own.values]).set(HOST_ENDPOINT, name) }
}

/** Labels of the profiles that an endpoint lists. */
export function inheritedLabels(resource: Resource, profiles: readonly Resource[]): Map<string, Located<string>> {
  const named = new Set(itemsAt(resource.node, 'spec', 'profiles').map((item) => textAt(item)))
  return new Map(
    profiles
      .filter(({ name }) => named.has(name.value))
      .flatMap((profile) => [
        ...readLabels(profile, valueAt(profile.node, 'spec', 'labelsToApply'), () => undefined).values,
      ]),
  )
}
