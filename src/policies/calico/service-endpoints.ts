import { valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import type { Service } from '../../model/cluster.ts'
import { integerAt, itemsAt, textAt } from '../../model/fields.ts'
import { everything, matchLabels } from '../../model/label-expression.ts'
import { isPortProtocol } from '../../model/read-workload.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { namedPort, portRange } from '../../sets/port-set.ts'
import type { Span } from '../../source/span.ts'
import type { PeerSelector } from '../entry.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { addressPeer } from './compile-peers.ts'
import { landsIn } from './context.ts'
import type { CalicoEntity } from './spec.ts'

type Reference = NonNullable<CalicoEntity['service']>

/** Peers that stand behind a Service, with the ports on which they serve it. */
export interface Endpoints {
  readonly peers: readonly PeerSelector[]
  readonly connections: ConnectionSet
}

export const findService = ({ name, namespace }: Reference, surroundings: PolicySurroundings): Service | undefined =>
  surroundings.services().find(({ id }) => id.name === name && id.namespace === namespace)

/** The pods that a Service selects, or the addresses listed for one that selects none; nobody for one that is not there. */
export function endpointsOf(reference: Reference, surroundings: PolicySurroundings): Endpoints[] {
  const service = findService(reference, surroundings)
  if (service?.selector === undefined)
    return slicesOf(reference, surroundings).map((slice) => ofSlice(slice, reference))
  const { selector: labels, ports } = service
  const namespaces = { kind: 'named', name: reference.namespace } as const
  const targets = ports.map(({ protocol, target }) =>
    ConnectionSet.of(protocol, typeof target === 'number' ? portRange(target) : namedPort(target)),
  )
  const pods: PeerSelector = { kind: 'pods', target: 'pods', namespaces, labels, span: reference.span }
  const onMachines = surroundings
    .hostNetworkPods()
    .some((pod) => pod.id.namespace === reference.namespace && matchLabels(labels, pod.labels) !== 'no')
  return [
    {
      peers: onMachines ? [pods, someMachine(reference.span)] : [pods],
      connections: ConnectionSet.union(targets),
    },
  ]
}

/** Pods on the host network have the address of their machine; which one that is, hardly a manifest says. */
const someMachine = (span: Span): PeerSelector => ({
  kind: 'all-of',
  of: [
    { kind: 'nodes', which: 'all', labels: everything, span },
    { kind: 'unreadable', span },
  ],
  span,
})

const slicesOf = ({ name, namespace }: Reference, surroundings: PolicySurroundings): Resource[] =>
  surroundings
    .objects('discovery.k8s.io/EndpointSlice')
    .filter(
      (resource) =>
        landsIn(resource, surroundings) === namespace &&
        textAt(resource.node, 'metadata', 'labels', 'kubernetes.io/service-name') === name,
    )

/** An endpoint that is not ready does not count; one that does not say counts as ready. */
function ofSlice({ node }: Resource, { span }: Reference): Endpoints {
  const texts = itemsAt(node, 'endpoints')
    .filter((item) => !isFalse(valueAt(item, 'conditions', 'ready')))
    .flatMap((item) => itemsAt(item, 'addresses'))
    .map((item) => AddressSet.single(textAt(item) ?? ''))
  const addresses = texts.reduce((all, set) => all.union(set), AddressSet.none)
  const ports = itemsAt(node, 'ports').flatMap((item) => {
    const [protocol, port] = [textAt(item, 'protocol') ?? 'TCP', integerAt(item, 'port')]
    return port !== undefined && isPortProtocol(protocol) ? [ConnectionSet.of(protocol, portRange(port))] : []
  })
  return { peers: addresses.isEmpty ? [] : [addressPeer(addresses, span)], connections: ConnectionSet.union(ports) }
}

const isFalse = (node: YamlNode | undefined): boolean => node?.kind === 'scalar' && node.value === false
