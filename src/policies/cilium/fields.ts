import type { Fields } from '../field-treatment.ts'

const wider = { approximated: 'wider' } as const

const cidrRule: Fields = {
  cidr: 'modelled',
  except: 'modelled',
  cidrGroupRef: 'modelled',
  cidrGroupSelector: 'modelled',
}
/** Which addresses a group of the cloud stands for is not in the manifests: they are unknown ones outside. */
const groups: Fields = { aws: 'modelled' }
const icmps: Fields = { fields: 'modelled' }
const peersFrom: Fields = {
  fromEndpoints: 'modelled',
  fromCIDR: 'modelled',
  fromCIDRSet: 'modelled',
  fromEntities: 'modelled',
  fromNodes: 'modelled',
  fromGroups: 'modelled',
  /** Refused since 1.19. */
  fromRequires: wider,
}
const peersTo: Fields = {
  toEndpoints: 'modelled',
  toCIDR: 'modelled',
  toCIDRSet: 'modelled',
  toEntities: 'modelled',
  toNodes: 'modelled',
  toGroups: 'modelled',
  toServices: 'modelled',
  /** Refused since 1.19. */
  toRequires: wider,
}
const common: Fields = { toPorts: 'modelled', icmps: 'modelled' }

/** Every field of CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy, by the object that holds it. */
export const ciliumFields = {
  object: {
    apiVersion: 'modelled',
    kind: 'modelled',
    metadata: 'modelled',
    spec: 'modelled',
    specs: 'modelled',
    status: 'irrelevant',
  },
  rule: {
    endpointSelector: 'modelled',
    nodeSelector: 'modelled',
    ingress: 'modelled',
    ingressDeny: 'modelled',
    egress: 'modelled',
    egressDeny: 'modelled',
    enableDefaultDeny: 'modelled',
    description: 'irrelevant',
    labels: 'irrelevant',
    log: 'irrelevant',
  },
  enableDefaultDeny: { ingress: 'modelled', egress: 'modelled' },
  ingress: { ...peersFrom, ...common, authentication: wider },
  ingressDeny: { ...peersFrom, ...common },
  /** Names of hosts are kept as names: which addresses they have nobody knows beforehand. */
  egress: { ...peersTo, ...common, toFQDNs: 'modelled', authentication: wider },
  egressDeny: { ...peersTo, ...common },
  authentication: { mode: 'modelled' },
  cidrRule,
  groups,
  icmps,
  icmpField: { family: 'modelled', type: 'modelled' },
  portRule: {
    ports: 'modelled',
    rules: 'modelled',
    serverNames: 'modelled',
    terminatingTLS: 'irrelevant',
    originatingTLS: 'irrelevant',
    listener: wider,
  },
  denyPortRule: { ports: 'modelled' },
  port: { port: 'modelled', endPort: 'modelled', protocol: 'modelled' },
  /** Kafka and generic rules are gone since 1.20; before, they are kept as a condition without a meaning of its own. */
  l7Rules: { http: 'modelled', dns: 'modelled', kafka: wider, l7: wider, l7proto: wider },
  httpRule: { method: 'modelled', path: 'modelled', host: 'modelled', headers: 'modelled', headerMatches: 'modelled' },
  headerMatch: { name: 'modelled', value: 'modelled', secret: wider, mismatch: 'modelled' },
  domainName: { matchName: 'modelled', matchPattern: 'modelled' },
  service: { k8sService: 'modelled', k8sServiceSelector: 'modelled' },
  namedService: { serviceName: 'modelled', namespace: 'modelled' },
  selectedService: { selector: 'modelled', namespace: 'modelled' },
} as const satisfies Record<string, Fields>

/** Fields of CiliumCIDRGroup, in both versions. */
export const cidrGroupFields = {
  object: { apiVersion: 'modelled', kind: 'modelled', metadata: 'modelled', spec: 'modelled' },
  spec: { externalCIDRs: 'modelled' },
} as const satisfies Record<string, Fields>
