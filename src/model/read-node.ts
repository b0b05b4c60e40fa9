import { valueAt } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { ClusterNode } from './cluster.ts'
import { itemsAt, textAt } from './fields.ts'
import { type Reporter, readLabels } from './read-labels.ts'

/** Reads a Node. An entry of `status.addresses` that is a name is left out. */
export function readClusterNode(resource: Resource, report: Reporter): ClusterNode {
  const texts = itemsAt(resource.node, 'status', 'addresses').map((item) => textAt(item, 'address') ?? '')
  return {
    name: resource.name.value,
    labels: readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), report),
    addresses: texts.map((text) => AddressSet.single(text)).reduce((found, set) => found.union(set), AddressSet.none),
  }
}
