import fc from 'fast-check'
import { clusterPolicies } from './admin-policies.ts'
import { networkPolicySpec } from './network-policies.ts'
import type { Loose, PlainObject } from './plain-objects.ts'
import { labels, namespaces, numbers, portNames } from './shop-words.ts'

const values = ['web', 'checkout', 'ledger'] as const
const accounts = ['default', 'robot'] as const
const tiers = ['early', 'late'] as const
const services = ['front', 'books'] as const

const value = fc.constantFrom(...values)
const quoted = value.map((text) => `"${text}"`)
const part = fc.constantFrom('"w"', '"eb"', '"che"', '"ger"', '""', "'o'")

/** Tests of one label, and combinations of them as text. */
const testOf = (key: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.oneof(
    fc.tuple(key, fc.constantFrom('==', '!='), quoted).map((words) => words.join(' ')),
    fc
      .tuple(key, fc.constantFrom('in', 'not in'), fc.uniqueArray(quoted, { maxLength: 2 }))
      .map(([name, operator, list]) => `${name} ${operator} {${list.join(', ')}}`),
    fc.tuple(key, fc.constantFrom('contains', 'starts with', 'ends with'), part).map((words) => words.join(' ')),
    key.map((name) => `has(${name})`),
    fc.constant('all()'),
  )

const combined = (key: fc.Arbitrary<string>): fc.Arbitrary<string> => {
  const { text } = fc.letrec<{ text: string }>((tie) => ({
    text: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      testOf(key),
      tie('text').map((inner) => `!(${inner})`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `${a} && ${b}`),
      fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} || ${b})`),
    ),
  }))
  return text
}

const ownKey = fc.constantFrom('app', 'tier', 'role')
/** What endpoints have from their namespace, their account and Calico itself is asked for now and then. */
const anyKey = fc.oneof(
  { weight: 6, arbitrary: ownKey },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'pcns.app',
      'pcsa.tier',
      'projectcalico.org/namespace',
      'projectcalico.org/serviceaccount',
      'projectcalico.org/orchestrator',
      'pcns.projectcalico.org/name',
    ),
  },
)
const selector = combined(anyKey)
const namespaceSelector = fc.oneof(
  combined(fc.constantFrom('app', 'tier', 'projectcalico.org/name')),
  fc.constantFrom(...namespaces).map((name) => `projectcalico.org/name == "${name}"`),
)
const accountSelector = combined(fc.constantFrom('app', 'tier'))

const nets4 = ['10.0.0.0/8', '10.0.1.0/24', '203.0.113.0/24', '198.51.100.0/24', '0.0.0.0/0'] as const
const nets6 = ['2001:db8::/32', '2001:db8:7::/48', '::/0'] as const
const isWhole = (cidr: string): boolean => cidr.endsWith('/0')

const maybe = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(item, { nil: undefined, freq: 2 })
const netsOf = (family: 4 | 6): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...(family === 4 ? nets4 : nets6)), { minLength: 1, maxLength: 2 })
const notNetsOf = (family: 4 | 6): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...(family === 4 ? nets4 : nets6).filter((cidr) => !isWhole(cidr))), {
    minLength: 1,
    maxLength: 2,
  })

const serviceAccounts = fc
  .record({
    names: maybe(fc.uniqueArray(fc.constantFrom(...accounts), { minLength: 1, maxLength: 2 })),
    selector: maybe(accountSelector),
  })
  .filter(({ names, selector: found }) => names !== undefined || found !== undefined)

/** One end of a rule. `global()` is asked for with what some set of the cluster certainly has. */
const entityOf = (family: 4 | 6 | undefined): fc.Arbitrary<Loose> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        selector: maybe(selector),
        notSelector: maybe(selector),
        namespaceSelector: maybe(namespaceSelector),
        serviceAccounts: maybe(serviceAccounts),
        nets: family === undefined ? fc.constant(undefined) : maybe(netsOf(family)),
        notNets: family === undefined ? fc.constant(undefined) : maybe(notNetsOf(family)),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        selector: fc.constantFrom(undefined, 'all()', 'has(role)', 'role == "partner"'),
        namespaceSelector: fc.constant('global()'),
      }),
    },
  )

const service = fc.record({
  services: fc.record({ name: fc.constantFrom(...services, 'missing'), namespace: fc.constantFrom(...namespaces) }),
})

const portItems = fc.array(
  fc.oneof(
    fc.constantFrom<number | string>(...numbers),
    fc.constantFrom('80:443', '443:8081', '1:65535'),
    fc.constantFrom(...portNames),
  ),
  { minLength: 1, maxLength: 2 },
)
const notPorts = fc.array(fc.constantFrom<number | string>(...numbers, '80:443'), { minLength: 1, maxLength: 2 })
const isName = (item: number | string): boolean => portNames.some((name) => name === item)
/** Names beside ports that are ruled out are left to each pod, and unknown to the engine. */
const ports = fc
  .record({ ports: maybe(portItems), notPorts: maybe(notPorts) })
  .filter((found) => found.notPorts === undefined || found.ports?.some(isName) !== true)

const protocol = fc.oneof(
  fc.constantFrom('TCP', 'UDP', 'SCTP').chain((name) => ports.map((destination) => ({ protocol: name, destination }))),
  fc
    .constantFrom<Loose>({ type: 8 }, { type: 0 }, { type: 8, code: 0 }, {})
    .chain((icmp) =>
      fc.constantFrom({ protocol: 'ICMP', icmp }, { protocol: 'ICMP', notICMP: icmp }, { protocol: 'ICMP' }),
    ),
  fc.constantFrom<Loose>({ notProtocol: 'TCP' }, { notProtocol: 17 }, { protocol: 6 }, {}, {}),
)

const ruleOf = (direction: 'Ingress' | 'Egress'): fc.Arbitrary<Loose> =>
  fc.constantFrom(undefined, undefined, 4 as const, 6 as const).chain((family) =>
    fc
      .record({
        action: fc.constantFrom('Allow', 'Allow', 'Deny', 'Pass', 'Log'),
        said: protocol,
        own: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: entityOf(family) }),
        peer: fc.oneof(
          { weight: 1, arbitrary: fc.constant(undefined) },
          { weight: 4, arbitrary: entityOf(family) },
          { weight: 1, arbitrary: service },
        ),
        writesFamily: fc.boolean(),
      })
      .filter(({ said }) => family !== 6 || (said as Loose).protocol !== 'ICMP')
      .map(({ action, said, own, peer, writesFamily }) => {
        const { destination: listed, ...rest } = said as Loose
        const [source, destination] = direction === 'Ingress' ? [peer, own] : [own, peer]
        const hasService = destination !== undefined && 'services' in (destination as Loose)
        return {
          action,
          ...rest,
          source,
          destination: hasService ? destination : { ...(destination as Loose), ...(listed as Loose) },
          ipVersion: writesFamily ? family : undefined,
        }
      }),
  )

const rulesOf = (direction: 'Ingress' | 'Egress'): fc.Arbitrary<Loose[]> =>
  fc.array(ruleOf(direction), { maxLength: 3 })

/** Types are left out only where what Calico fills in is beyond doubt. */
const policySpec = fc
  .record({
    tier: fc.constantFrom(undefined, 'default', ...tiers, 'kube-admin', 'kube-baseline'),
    order: fc.constantFrom(undefined, -1, 0.5, 5, 5, 1000, 2000),
    selector: maybe(selector),
    serviceAccountSelector: fc.oneof(
      { weight: 4, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: accountSelector },
    ),
    types: fc.constantFrom(undefined, ['Ingress'], ['Egress'], ['Ingress', 'Egress'], ['Egress', 'Ingress']),
    ingress: rulesOf('Ingress'),
    egress: rulesOf('Egress'),
  })
  .map(({ ingress, egress, ...spec }) => ({
    ...spec,
    ingress: ingress.length === 0 ? undefined : ingress,
    egress: egress.length === 0 ? undefined : egress,
  }))

const calico = 'projectcalico.org/v3'
const named =
  (kind: string, apiVersion: string) =>
  (spec: Loose, index: number): PlainObject => ({
    kind,
    apiVersion,
    metadata: { name: `${'dcba'[index % 4]}-${kind.toLowerCase()}` },
    spec,
  })

const podParts = fc.record({
  namespace: fc.constantFrom(...namespaces),
  labels,
  account: fc.constantFrom(undefined, ...accounts),
  ports: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...portNames),
      containerPort: fc.constantFrom(...numbers),
      protocol: fc.constantFrom(undefined, 'TCP', 'UDP'),
    }),
    { maxLength: 2, selector: ({ name }) => name },
  ),
  lastOctet: fc.integer({ min: 1, max: 9 }),
})

const tierSpec = fc.record({
  order: fc.constantFrom(undefined, 5, 1000, 1_000_000, 20_000_000),
  defaultAction: fc.constantFrom(undefined, 'Deny', 'Pass'),
})
const setParts = fc.record({
  labels,
  nets: fc.uniqueArray(fc.constantFrom('203.0.113.0/24', '10.0.1.0/24', '2001:db8:7::/48', '198.51.100.9/32'), {
    minLength: 1,
    maxLength: 2,
  }),
})
const serviceSpec = fc.record({
  selector: labels.filter((found) => Object.keys(found).length > 0),
  ports: fc.constantFrom(
    [{ name: 'a', port: 1, targetPort: 8080 }],
    [
      { name: 'a', port: 1, targetPort: 443 },
      { name: 'b', port: 1, targetPort: 443, protocol: 'UDP' },
    ],
  ),
})

/** Clusters in which Calico enforces policies of every kind; all that packets can meet is declared. */
export const calicoCluster: fc.Arbitrary<PlainObject[]> = fc
  .record({
    namespaceLabels: fc.tuple(labels, labels, labels),
    accountLabels: fc.array(labels, { minLength: 6, maxLength: 6 }),
    pods: fc.array(podParts, { minLength: 1, maxLength: 5 }),
    tierSpecs: fc.tuple(tierSpec, tierSpec),
    namespaced: fc.array(fc.tuple(fc.constantFrom(...namespaces), policySpec), { maxLength: 3 }),
    global: fc.array(fc.tuple(policySpec, maybe(namespaceSelector)), { maxLength: 3 }),
    plain: fc.array(fc.tuple(fc.constantFrom(...namespaces), networkPolicySpec), { maxLength: 2 }),
    cluster: clusterPolicies,
    staged: fc.array(policySpec, { maxLength: 1 }),
    sets: fc.array(fc.tuple(fc.constantFrom(undefined, ...namespaces), setParts), { maxLength: 2 }),
    serviceSpecs: fc.array(fc.tuple(fc.constantFrom(...namespaces), serviceSpec), { minLength: 2, maxLength: 2 }),
  })
  .map((parts) => [
    ...namespaces.map((name, index) => ({
      kind: 'Namespace',
      metadata: { name, labels: parts.namespaceLabels[index] ?? {} },
    })),
    ...namespaces.flatMap((namespace, row) =>
      accounts.map((name, column) => ({
        kind: 'ServiceAccount',
        metadata: { name, namespace, labels: parts.accountLabels[row * 2 + column] ?? {} },
      })),
    ),
    ...parts.pods.map(({ namespace, labels: own, account, ports: declared, lastOctet }, index) => ({
      kind: 'Pod',
      metadata: { name: `pod-${index}`, namespace, labels: own },
      spec: { serviceAccountName: account, containers: [{ name: 'main', ports: declared }] },
      status: { podIP: lastOctet === 9 ? `2001:db8:${index}::9` : `10.0.${index}.${lastOctet}` },
    })),
    ...parts.tierSpecs.map((spec, index) => ({
      kind: 'Tier',
      apiVersion: calico,
      metadata: { name: tiers[index] ?? '' },
      spec,
    })),
    ...parts.namespaced.map(([namespace, spec], index) =>
      inNamespace(named('NetworkPolicy', calico)(spec, index), namespace),
    ),
    ...parts.global.map(([spec, inside], index) =>
      named('GlobalNetworkPolicy', calico)({ ...spec, namespaceSelector: inside }, index),
    ),
    ...parts.plain.map(([namespace, spec], index) =>
      inNamespace({ kind: 'NetworkPolicy', metadata: { name: `plain-${index}` }, spec }, namespace),
    ),
    ...parts.cluster,
    ...parts.staged.map((spec, index) =>
      named('StagedGlobalNetworkPolicy', calico)({ ...spec, tier: undefined }, index),
    ),
    set('GlobalNetworkSet', 'partners', undefined, { labels: { role: 'partner' }, nets: ['198.51.100.0/24'] }),
    ...parts.sets.map(([namespace, found], index) =>
      set(namespace === undefined ? 'GlobalNetworkSet' : 'NetworkSet', `set-${index}`, namespace, found),
    ),
    ...parts.serviceSpecs.map(([namespace, spec], index) => ({
      kind: 'Service',
      metadata: { name: services[index] ?? '', namespace },
      spec,
    })),
  ])

const inNamespace = (object: PlainObject, namespace: string): PlainObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
})

function set(
  kind: string,
  name: string,
  namespace: string | undefined,
  { labels: own, nets }: { readonly labels: Readonly<Record<string, string>>; readonly nets: readonly string[] },
): PlainObject {
  return {
    kind,
    apiVersion: calico,
    metadata: { name, labels: own, ...(namespace === undefined ? {} : { namespace }) },
    spec: { nets },
  }
}

const dropped = new Set(['serviceAccounts', 'serviceAccountSelector', 'ipVersion', 'notNets'])

/**
 * The same clusters without what nobody knows of pods that are not declared: their addresses, the names of their ports,
 * and the labels of their accounts.
 */
export function withoutUnknowns(objects: readonly PlainObject[]): PlainObject[] {
  const text = JSON.stringify(objects).replaceAll('pcsa.tier', 'tier')
  return JSON.parse(text, (key: string, found: unknown) => (dropped.has(key) ? undefined : plainValue(key, found)))
}

function plainValue(key: string, found: unknown): unknown {
  if (key === 'nets' && Array.isArray(found)) return farNets(found.map(String))
  if (key === 'port' && typeof found === 'string') return 80
  if ((key === 'ports' || key === 'notPorts') && Array.isArray(found))
    return found.map((item) => (portNames.some((name) => name === item) ? 80 : item))
  if (typeof found !== 'object' || found === null) return found
  if ('ipBlock' in found) return { podSelector: {} }
  if ('networks' in found || 'nodes' in found) return { namespaces: {} }
  return 'destinationNamedPort' in found ? { tcp: { destinationPort: { number: 80 } } } : found
}

/** Networks in which no pod lies. */
function farNets(nets: readonly string[]): readonly string[] {
  const far = nets.filter((cidr) => !cidr.startsWith('10.') && !isWhole(cidr))
  if (far.length > 0) return far
  return [nets.some((cidr) => cidr.includes(':')) ? '2001:db8:7::/48' : '203.0.113.0/24']
}
