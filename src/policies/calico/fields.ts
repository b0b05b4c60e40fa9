import { type Fields, objectFields } from '../field-treatment.ts'

/** What rules are made of, in every kind that has any. */
const rules = {
  rule: {
    action: 'modelled',
    protocol: 'modelled',
    notProtocol: 'modelled',
    icmp: 'modelled',
    notICMP: 'modelled',
    ipVersion: 'modelled',
    source: 'modelled',
    destination: 'modelled',
    http: { approximated: 'wider' },
    metadata: 'irrelevant',
  },
  entity: {
    nets: 'modelled',
    notNets: 'modelled',
    selector: 'modelled',
    notSelector: 'modelled',
    namespaceSelector: 'modelled',
    serviceAccounts: 'modelled',
    services: 'modelled',
    ports: 'modelled',
    notPorts: 'modelled',
  },
  serviceAccounts: { names: 'modelled', selector: 'modelled' },
  services: { name: 'modelled', namespace: 'modelled' },
  icmp: { type: 'modelled', code: 'modelled' },
  http: { methods: { approximated: 'wider' }, paths: { approximated: 'wider' } },
  httpPath: { exact: { approximated: 'wider' }, prefix: { approximated: 'wider' } },
  ruleMetadata: { annotations: 'irrelevant' },
} as const satisfies Record<string, Fields>

/** Fields that other editions of Calico know beside those of `entity`. */
export const otherEditions: Fields = { domains: 'unsupported' }

const namespacedSpec = {
  tier: 'modelled',
  order: 'modelled',
  selector: 'modelled',
  serviceAccountSelector: 'modelled',
  types: 'modelled',
  ingress: 'modelled',
  egress: 'modelled',
  performanceHints: 'irrelevant',
} as const satisfies Fields

const globalSpec = {
  ...namespacedSpec,
  namespaceSelector: 'modelled',
  /** On host endpoints; pods are not touched by them. */
  applyOnForward: { approximated: 'wider' },
  preDNAT: { approximated: 'wider' },
  doNotTrack: { approximated: 'wider' },
} as const satisfies Fields

const staged = { stagedAction: 'modelled' } as const satisfies Fields

/** Every field of each kind, by the object that holds it, so that nothing is dropped silently. */
export const calicoFields = {
  NetworkPolicy: { object: objectFields, spec: namespacedSpec, ...rules },
  GlobalNetworkPolicy: { object: objectFields, spec: globalSpec, ...rules },
  StagedNetworkPolicy: { object: objectFields, spec: { ...namespacedSpec, ...staged }, ...rules },
  StagedGlobalNetworkPolicy: { object: objectFields, spec: { ...globalSpec, ...staged }, ...rules },
  StagedKubernetesNetworkPolicy: {
    object: objectFields,
    spec: { ...staged, podSelector: 'modelled', policyTypes: 'modelled', ingress: 'modelled', egress: 'modelled' },
  },
  Tier: { object: objectFields, spec: { order: 'modelled', defaultAction: 'modelled' } },
  NetworkSet: { object: objectFields, spec: { nets: 'modelled' } },
  GlobalNetworkSet: { object: objectFields, spec: { nets: 'modelled' } },
  HostEndpoint: {
    object: objectFields,
    spec: {
      node: 'modelled',
      interfaceName: 'irrelevant',
      expectedIPs: 'modelled',
      profiles: 'modelled',
      ports: 'modelled',
    },
    hostPort: { name: 'modelled', port: 'modelled', protocol: 'modelled' },
  },
  Profile: {
    object: objectFields,
    spec: { labelsToApply: 'modelled', ingress: 'modelled', egress: 'modelled' },
    ...rules,
  },
} as const satisfies Record<string, Record<string, Fields>>

export type CalicoKind = keyof typeof calicoFields

/** Served under two groups: by Calico's API server, and as the plain CRDs in which it stores them. */
export const calicoGroups = ['projectcalico.org', 'crd.projectcalico.org'] as const

export const ruleFields = rules
