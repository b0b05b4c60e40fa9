import { spanOf, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { ContainerPort } from './cluster.ts'
import { integerAt, itemsAt, textAt } from './fields.ts'
import { isPortNumber } from './port-forms.ts'
import { isPortProtocol } from './read-workload.ts'

/** Named ports of an endpoint of Calico. One that cannot be read is left out: its name is then unknown. */
export function readEndpointPorts(resource: Resource): ContainerPort[] {
  return itemsAt(resource.node, 'spec', 'ports').flatMap((item) => portOf(item, resource))
}

function portOf(item: YamlNode, resource: Resource): ContainerPort[] {
  const [name, protocol, port] = [textAt(item, 'name'), textAt(item, 'protocol') ?? 'TCP', integerAt(item, 'port')]
  if (port === undefined || !isPortNumber(port) || !isPortProtocol(protocol)) return []
  const span = spanOf(resource.provenance.file, item)
  return [{ name, protocol, port, hostPort: undefined, sidecar: false, span }]
}
