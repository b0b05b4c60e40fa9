import fc from 'fast-check'
import type { Loose, PlainObject } from './plain-objects.ts'
import { blocks, namespaceSelector, numbers, portNames, protocols, selector } from './shop-words.ts'

/** Few enough that ties are common. */
const priority = fc.constantFrom(0, 5)

const pods = fc.record({ pods: fc.record({ namespaceSelector, podSelector: selector }) })
const subject = fc.oneof(fc.record({ namespaces: namespaceSelector }), pods)
const ingressPeer = subject
const egressPeer = fc.oneof(
  { weight: 3, arbitrary: subject },
  {
    weight: 1,
    arbitrary: fc.record({ networks: fc.uniqueArray(fc.constantFrom(...blocks), { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: fc.record({ nodes: selector }) },
)

const range = fc.constantFrom({ start: 80, end: 443 }, { start: 443, end: 8081 }, { start: 1, end: 65_535 })
const protocol = fc.constantFrom(...protocols)

const oldPort = fc.oneof(
  fc.record({
    portNumber: fc.record({ protocol: fc.option(protocol, { nil: undefined }), port: fc.constantFrom(...numbers) }),
  }),
  fc.record({
    portRange: fc
      .tuple(fc.option(protocol, { nil: undefined }), range)
      .map(([name, ends]) => ({ protocol: name, ...ends })),
  }),
  fc.record({ namedPort: fc.constantFrom(...portNames) }),
)

const destinationPort = fc.oneof(
  fc.constantFrom(...numbers).map((number) => ({ number })),
  range.map((ends) => ({ range: ends })),
)
const newPort = fc.oneof(
  fc.tuple(protocol, destinationPort).map(([name, port]) => ({ [name.toLowerCase()]: { destinationPort: port } })),
  fc.record({ destinationNamedPort: fc.constantFrom(...portNames) }),
)

/** A list of at least one, or none at all: an empty one is refused. */
const someOrNone = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[] | undefined> =>
  fc.option(fc.array(item, { minLength: 1, maxLength: 2 }), { nil: undefined })

function rules(actions: readonly string[], field: 'ports' | 'protocols') {
  const shared = {
    action: fc.constantFrom(...actions),
    [field]: someOrNone<object>(field === 'ports' ? oldPort : newPort),
  }
  const peersOf = (peer: fc.Arbitrary<object>) => fc.array(peer, { minLength: 1, maxLength: 2 })
  return {
    ingress: fc.array(fc.record({ ...shared, from: peersOf(ingressPeer) }), { maxLength: 3 }),
    egress: fc.array(fc.record({ ...shared, to: peersOf(egressPeer) }), { maxLength: 3 }),
  }
}

const adminSpec = fc.record({ priority, subject, ...rules(['Allow', 'Deny', 'Pass'], 'ports') })
const baselineSpec = fc.record({ subject, ...rules(['Allow', 'Deny'], 'ports') })
const clusterSpec = fc.record({
  tier: fc.constantFrom('Admin', 'Baseline'),
  priority,
  subject,
  ...rules(['Accept', 'Deny', 'Pass'], 'protocols'),
})

/** Admin policies of every kind that the API server takes, ties among them. */
export const adminPolicies: fc.Arbitrary<PlainObject[]> = fc
  .record({
    admin: fc.array(adminSpec, { maxLength: 2 }),
    baseline: fc.array(baselineSpec, { maxLength: 1 }),
    cluster: fc.array(clusterSpec, { maxLength: 3 }),
  })
  .map(({ admin, baseline, cluster }) => [
    ...admin.map((spec, index) => policy('AdminNetworkPolicy', 'v1alpha1', `admin-${index}`, spec)),
    ...baseline.map((spec) => policy('BaselineAdminNetworkPolicy', 'v1alpha1', 'default', spec)),
    ...cluster.map((spec, index) => policy('ClusterNetworkPolicy', 'v1alpha2', `cluster-${index}`, spec)),
  ])

/** Those of the newer version alone. */
export const clusterPolicies: fc.Arbitrary<PlainObject[]> = fc
  .array(clusterSpec, { maxLength: 2 })
  .map((specs) => specs.map((spec, index) => policy('ClusterNetworkPolicy', 'v1alpha2', `cluster-${index}`, spec)))

const policy = (kind: string, version: string, name: string, spec: Loose): PlainObject => ({
  kind,
  apiVersion: `policy.networking.k8s.io/${version}`,
  metadata: { name },
  spec,
})
