import { valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { AddressSet } from '../sets/address-set.ts'
import { parseCidr } from '../sets/cidr.ts'
import type { Workload } from './cluster.ts'
import { readEndpointPorts } from './endpoint-ports.ts'
import { itemsAt, textAt } from './fields.ts'
import { inheritedLabels } from './host-endpoint.ts'
import { type Reporter, readLabels } from './read-labels.ts'

/** What Calico keeps of a pod. It stands for the pod itself, under the name the pod has. */
export const isWorkloadEndpoint = ({ group, kind }: Resource): boolean =>
  kind === 'WorkloadEndpoint' && (group === 'projectcalico.org' || group === 'crd.projectcalico.org')

export function readWorkloadEndpoint(resource: Resource, namespace: string, report: Reporter): Workload {
  const spec = valueAt(resource.node, 'spec')
  const labels = readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), report)
  const name = textAt(spec, 'pod') ?? textAt(spec, 'workload') ?? resource.name.value
  const addresses = itemsAt(spec, 'ipNetworks').map(addressOf)
  const all = addresses.reduce((found, set) => found.union(set), AddressSet.none)
  return {
    id: { group: '', kind: 'Pod', namespace, name },
    resource,
    labels,
    ports: readEndpointPorts(resource),
    hostNetwork: false,
    nodeName: textAt(spec, 'node'),
    serviceAccount:
      textAt(spec, 'serviceAccountName') ?? labels.values.get('projectcalico.org/serviceaccount')?.value ?? 'default',
    addresses: all.isEmpty ? undefined : all,
    dnsPolicy: 'ClusterFirst',
    annotations: new Map(),
    pods: [name],
  }
}

/** A pod has further labels from the profiles that its endpoint lists; its own win over them. */
export function withProfileLabels(workload: Workload, profiles: readonly Resource[]): Workload {
  if (profiles.length === 0 || !isWorkloadEndpoint(workload.resource)) return workload
  const values = new Map([...inheritedLabels(workload.resource, profiles), ...workload.labels.values])
  return { ...workload, labels: { ...workload.labels, values } }
}

function addressOf(item: YamlNode): AddressSet {
  const text = textAt(item) ?? ''
  const parsed = parseCidr(text)
  if (!parsed.ok) return AddressSet.single(text)
  return parsed.family === 4
    ? AddressSet.v4Range(parsed.first, parsed.last)
    : AddressSet.v6Range(parsed.first, parsed.last)
}
