import { type Fields, objectFields } from '../field-treatment.ts'

const subject: Fields = { namespaces: 'modelled', pods: 'modelled' }
const pods: Fields = { namespaceSelector: 'modelled', podSelector: 'modelled' }
const ingressPeer: Fields = { namespaces: 'modelled', pods: 'modelled' }
const clusterEgressPeer: Fields = { ...ingressPeer, networks: 'modelled', nodes: 'modelled' }
/** Names of pods and headless Services are taken for names outside the cluster, as every name is. */
const egressPeer: Fields = { ...clusterEgressPeer, domainNames: { approximated: 'narrower' } }

/** Fields of v1alpha1: AdminNetworkPolicy and BaselineAdminNetworkPolicy. */
const v1alpha1 = {
  object: objectFields,
  subject,
  pods,
  ingressPeer,
  port: { portNumber: 'modelled', portRange: 'modelled', namedPort: 'modelled' },
  portNumber: { protocol: 'modelled', port: 'modelled' },
  portRange: { protocol: 'modelled', start: 'modelled', end: 'modelled' },
  ingressRule: { name: 'irrelevant', action: 'modelled', from: 'modelled', ports: 'modelled' },
  egressRule: { name: 'irrelevant', action: 'modelled', to: 'modelled', ports: 'modelled' },
} as const satisfies Record<string, Fields>

/** Every field of each kind, by the object that holds it, so that nothing is dropped silently. */
export const adminFields = {
  AdminNetworkPolicy: {
    ...v1alpha1,
    spec: { priority: 'modelled', subject: 'modelled', ingress: 'modelled', egress: 'modelled' },
    egressPeer,
  },
  BaselineAdminNetworkPolicy: {
    ...v1alpha1,
    spec: { subject: 'modelled', ingress: 'modelled', egress: 'modelled' },
    egressPeer: clusterEgressPeer,
  },
  ClusterNetworkPolicy: {
    object: objectFields,
    subject,
    pods,
    ingressPeer,
    egressPeer,
    spec: { tier: 'modelled', priority: 'modelled', subject: 'modelled', ingress: 'modelled', egress: 'modelled' },
    ingressRule: { name: 'irrelevant', action: 'modelled', from: 'modelled', protocols: 'modelled' },
    egressRule: { name: 'irrelevant', action: 'modelled', to: 'modelled', protocols: 'modelled' },
    protocol: { tcp: 'modelled', udp: 'modelled', sctp: 'modelled', destinationNamedPort: 'modelled' },
    transport: { destinationPort: 'modelled' },
    destinationPort: { number: 'modelled', range: 'modelled' },
    range: { start: 'modelled', end: 'modelled' },
  },
} as const satisfies Record<string, Record<string, Fields>>

export type AdminKind = keyof typeof adminFields
