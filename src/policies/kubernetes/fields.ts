import { type Fields, objectFields } from '../field-treatment.ts'

/** Fields of networking.k8s.io/v1 NetworkPolicy, by the object that holds them, so that nothing is dropped silently. */
export const networkPolicyFields = {
  object: objectFields,
  spec: { podSelector: 'modelled', policyTypes: 'modelled', ingress: 'modelled', egress: 'modelled' },
  ingressRule: { from: 'modelled', ports: 'modelled' },
  egressRule: { to: 'modelled', ports: 'modelled' },
  peer: { podSelector: 'modelled', namespaceSelector: 'modelled', ipBlock: 'modelled' },
  ipBlock: { cidr: 'modelled', except: 'modelled' },
  port: { protocol: 'modelled', port: 'modelled', endPort: 'modelled' },
} as const satisfies Record<string, Fields>
