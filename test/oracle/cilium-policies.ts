import fc from 'fast-check'
import {
  ciliumNamespaces,
  ciliumNumbers,
  ciliumOutside,
  ciliumPortNames,
  groupSelector,
  names,
  partners,
  peerSelector,
  plainSelector,
  subjectSelector,
} from './cilium-words.ts'
import { prefixHolds } from './naive-selectors.ts'
import type { Loose, PlainObject } from './plain-objects.ts'
import { blocks } from './shop-words.ts'

const entities = ['all', 'world', 'host', 'remote-node', 'cluster', 'kube-apiserver', 'ingress', 'health'] as const
const rareEntities = ['init', 'unmanaged', 'none', 'cluster-mesh'] as const

const prefixLength = (cidr: string): number => Number(cidr.split('/')[1])
const holesOf = (cidr: string): string[] =>
  blocks.filter((block) => prefixLength(block) > prefixLength(cidr) && prefixHolds(cidr, block.split('/')[0] as string))

const cidr = fc.constantFrom(...blocks)
const anyHoles = fc.uniqueArray(cidr, { maxLength: 1 })
const cidrElement = fc.oneof(
  {
    weight: 3,
    arbitrary: cidr.chain((block) => fc.record({ cidr: fc.constant(block), except: fc.subarray(holesOf(block)) })),
  },
  { weight: 1, arbitrary: cidr.map((block) => ({ cidr: block })) },
  { weight: 2, arbitrary: fc.record({ cidrGroupRef: fc.constantFrom(...partners), except: anyHoles }) },
  { weight: 2, arbitrary: fc.record({ cidrGroupSelector: groupSelector, except: anyHoles }) },
)

const service = fc.oneof(
  fc.record({
    k8sService: fc.record(
      { serviceName: fc.constantFrom('till', 'vault', 'mail'), namespace: fc.constantFrom('', ...ciliumNamespaces) },
      { requiredKeys: ['serviceName'] },
    ),
  }),
  fc.record({
    k8sServiceSelector: fc.record(
      { selector: plainSelector, namespace: fc.constantFrom('', ...ciliumNamespaces) },
      { requiredKeys: ['selector'] },
    ),
  }),
)

export const domain = fc.oneof(
  fc.constantFrom(...names, 'API.example.com').map((matchName) => ({ matchName })),
  fc
    .constantFrom('*.example.com', '*', '*example.com', '**.example.com', 'a*.example.com', 'eu.*.example.com')
    .map((matchPattern) => ({ matchPattern })),
)

/** What speaks of peers in an entry: one field, rarely an empty one, or none. */
function peerFields(prefix: 'from' | 'to', denies: boolean): fc.Arbitrary<Loose> {
  const listOf = (name: string, item: fc.Arbitrary<unknown>, weight: number) => ({
    weight,
    arbitrary: fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => ({ [`${prefix}${name}`]: items })),
  })
  const emptied = ['Endpoints', 'CIDR', 'CIDRSet', 'Entities', 'Groups', ...(prefix === 'to' ? ['Services'] : [])]
  return fc.oneof(
    listOf('Endpoints', peerSelector, 10),
    listOf(
      'Entities',
      fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...entities) }, fc.constantFrom(...rareEntities)),
      6,
    ),
    listOf('CIDR', cidr, 3),
    listOf('CIDRSet', cidrElement, 5),
    listOf('Nodes', plainSelector, 1),
    listOf('Groups', fc.record({ aws: fc.record({ securityGroupsIds: fc.constantFrom(['sg-1'], ['sg-2']) }) }), 1),
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constantFrom(...emptied).map((name) => ({ [`${prefix}${name}`]: [] })) },
    { weight: 1, arbitrary: fc.constantFrom(...emptied).map((name) => ({ [`${prefix}${name}`]: null })) },
    ...(prefix === 'from' ? [] : [listOf('Services', service, 4)]),
    ...(prefix === 'from' || denies ? [] : [listOf('FQDNs', domain, 4)]),
  )
}

const transport = fc.constantFrom('TCP', 'UDP', 'SCTP', 'ANY')
const port = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record(
      { port: fc.constantFrom(...ciliumNumbers).map(String), protocol: transport },
      { requiredKeys: ['port'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { port: fc.constantFrom('80', '443'), endPort: fc.constantFrom(79, 443, 8080, 65_535), protocol: transport },
      { requiredKeys: ['port', 'endPort'] },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      { port: fc.constantFrom(...ciliumPortNames, 'HTTP'), endPort: fc.constant(443), protocol: transport },
      { requiredKeys: ['port'] },
    ),
  },
  { weight: 1, arbitrary: fc.record({ port: fc.constant('0'), protocol: transport }, { requiredKeys: ['port'] }) },
)

const open = fc.record({ ports: fc.array(port, { maxLength: 2 }) }, { requiredKeys: [] })

const header = fc.record(
  { name: fc.constant('X-Till'), value: fc.constant('front'), mismatch: fc.constantFrom('LOG', 'ADD') },
  { requiredKeys: ['name'] },
)
export const httpRule = fc.record(
  {
    method: fc.constantFrom('GET', 'POST', 'GET|HEAD'),
    path: fc.constantFrom('/cart', '/cart/.*', '/.*'),
    host: fc.constantFrom('shop.example', '.*[.]example'),
    headers: fc.constantFrom(['X-Till'], ['X-Till: front']),
    headerMatches: fc.tuple(header),
  },
  { requiredKeys: [] },
)
const tcpOn = (...numbers: readonly number[]) =>
  fc.constantFrom(...numbers).map((number) => [{ port: String(number), protocol: 'TCP' }])

/** Ports under conditions that need the content of a connection; each kind has ports of its own, since kinds must not meet. */
const limited = (direction: 'from' | 'to') =>
  fc.oneof(
    fc.record({ ports: tcpOn(80, 8080), rules: fc.record({ http: fc.array(httpRule, { maxLength: 2 }) }) }),
    fc.record({ ports: tcpOn(443), serverNames: fc.constantFrom(['api.example.com'], ['shop.example']) }),
    ...(direction === 'from'
      ? []
      : [
          fc.record({
            ports: transport.filter((name) => name !== 'SCTP').map((protocol) => [{ port: '53', protocol }]),
            rules: fc.record({ dns: fc.array(domain, { minLength: 1, maxLength: 2 }) }),
          }),
        ]),
  )

const icmpField = fc.oneof(
  fc.record({
    family: fc.constantFrom('IPv4', 'IPv6'),
    type: fc.constantFrom(8, 3, 128, 'EchoRequest', 'DestinationUnreachable'),
  }),
  fc.record({ type: fc.constantFrom(8, 'Echo') }),
)

function portFields(prefix: 'from' | 'to', denies: boolean): fc.Arbitrary<Loose> {
  const element = denies ? open : fc.oneof({ weight: 4, arbitrary: open }, limited(prefix))
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 6, arbitrary: fc.record({ toPorts: fc.array(element, { maxLength: 2 }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        icmps: fc.array(fc.record({ fields: fc.array(icmpField, { maxLength: 2 }) }), { maxLength: 2 }),
      }),
    },
  )
}

const entry = (prefix: 'from' | 'to', denies: boolean): fc.Arbitrary<Loose> =>
  fc.tuple(peerFields(prefix, denies), portFields(prefix, denies)).map(([peers, ports]) => ({ ...peers, ...ports }))

/** A list, or one of the ways to leave it out. */
const listOf = (item: fc.Arbitrary<Loose>, weight: number): fc.Arbitrary<Loose[] | null | undefined> =>
  fc.oneof(
    { weight, arbitrary: fc.array(item, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constant<Loose[]>([]) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  )

const lists = fc.record({
  ingress: listOf(entry('from', false), 6),
  ingressDeny: listOf(entry('from', true), 1),
  egress: listOf(entry('to', false), 6),
  egressDeny: listOf(entry('to', true), 1),
})

const sides = fc.record({ ingress: fc.boolean(), egress: fc.boolean() }, { requiredKeys: [] })
const enableDefaultDeny = fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, sides)

const isSaid = (rule: Loose): boolean =>
  ['ingress', 'ingressDeny', 'egress', 'egressDeny'].some((list) => Array.isArray(rule[list]) && rule[list].length > 0)

/** A rule that says something, about what one of the selectors selects. */
const ruleOf = (subject: fc.Arbitrary<Loose>): fc.Arbitrary<Loose> =>
  fc
    .tuple(subject, enableDefaultDeny, lists)
    .map(([selected, defaults, said]) => ({ ...selected, enableDefaultDeny: defaults, ...said }))
    .filter(isSaid)

const podRule = ruleOf(subjectSelector.map((endpointSelector) => ({ endpointSelector })))
/** Machines are not told anything about the content of connections. */
const machineRule = ruleOf(plainSelector.map((nodeSelector) => ({ nodeSelector }))).map(withoutContent)

function withoutContent(rule: Loose): Loose {
  const conditions = ['rules', 'serverNames']
  return JSON.parse(JSON.stringify(rule, (name, value) => (conditions.includes(name) ? undefined : value))) as Loose
}

const rulesOf = (rule: fc.Arbitrary<Loose>): fc.Arbitrary<Loose> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ spec: rule }) },
    { weight: 1, arbitrary: fc.record({ specs: fc.array(rule, { minLength: 1, maxLength: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ spec: rule, specs: fc.tuple(rule) }) },
  )

const apiVersion = 'cilium.io/v2'
const inNamespace = fc
  .tuple(fc.constantFrom(...ciliumNamespaces), rulesOf(podRule))
  .map(([namespace, rules]) => ({ kind: 'CiliumNetworkPolicy', namespace, rules }))
const ofCluster = rulesOf(fc.oneof({ weight: 4, arbitrary: podRule }, machineRule)).map((rules) => ({
  kind: 'CiliumClusterwideNetworkPolicy',
  namespace: undefined,
  rules,
}))

/** Policies of Cilium that its agents take. One in namespace default does not write it down. */
export const ciliumPolicies: fc.Arbitrary<PlainObject[]> = fc
  .array(fc.oneof({ weight: 3, arbitrary: inNamespace }, { weight: 2, arbitrary: ofCluster }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((policies) =>
    policies.map(({ kind, namespace, rules }, index) => ({
      kind,
      apiVersion,
      metadata: {
        name: `fence-${index}`,
        ...(namespace === undefined || namespace === 'default' ? {} : { namespace }),
      },
      ...rules,
    })),
  )

/** Groups of addresses, of which a policy may name one that is missing. */
export const cidrGroups: fc.Arbitrary<PlainObject[]> = fc.subarray([...partners]).chain((found) =>
  fc.tuple(
    ...found.map((name) =>
      fc
        .record({ labelled: fc.boolean(), externalCIDRs: fc.uniqueArray(cidr, { maxLength: 2 }) })
        .map(({ labelled, externalCIDRs }) => ({
          kind: 'CiliumCIDRGroup',
          apiVersion,
          metadata: { name, labels: labelled ? { partner: name } : {} },
          spec: { externalCIDRs },
        })),
    ),
  ),
)

const serviceAt = (name: string) =>
  fc
    .record({
      namespace: fc.constantFrom(...ciliumNamespaces),
      labels: fc.constantFrom({ app: 'web' }, { tier: 'checkout' }, {}),
      selector: fc.constantFrom(
        { app: 'web' },
        { app: 'checkout', tier: 'web' },
        { 'pod-template-hash': 'web' },
        undefined,
      ),
      address: fc.constantFrom(...ciliumOutside.filter((ip) => !ip.includes(':'))),
    })
    .map(({ namespace, labels, selector, address }) => {
      const ports = [{ port: 80, targetPort: 8080 }]
      const found = { kind: 'Service', metadata: { name, namespace, labels }, spec: { ports, selector } }
      return selector === undefined ? [found, slice(name, namespace, address)] : [found]
    })

const slice = (name: string, namespace: string, address: string) => ({
  kind: 'EndpointSlice',
  apiVersion: 'discovery.k8s.io/v1',
  metadata: { name: `${name}-slice`, namespace, labels: { 'kubernetes.io/service-name': name } },
  addressType: 'IPv4',
  ports: [{ port: 8080 }],
  endpoints: [{ addresses: [address] }],
})

/** Services with a selector or with addresses outside. */
export const services: fc.Arbitrary<PlainObject[]> = fc
  .tuple(fc.boolean(), fc.boolean(), serviceAt('till'), serviceAt('vault'))
  .map(([hasTill, hasVault, till, vault]) => [...(hasTill ? till : []), ...(hasVault ? vault : [])])
