import fc from 'fast-check'
import type { Packet, PacketEnd, PlainObject } from './packet-evaluator.ts'

/** Small clusters of a shop in which selectors often meet and often miss. */

const namespaces = ['shop', 'payments', 'guests'] as const
const values = ['web', 'checkout', 'ledger'] as const
const keys = ['app', 'tier'] as const
const portNames = ['http', 'admin'] as const
const numbers = [80, 443, 8080, 8081, 9090] as const
const protocols = ['TCP', 'UDP', 'SCTP'] as const
const blocks = [
  '10.0.0.0/8',
  '10.0.1.0/24',
  '10.0.1.4/30',
  '203.0.113.0/24',
  '203.0.113.128/25',
  '0.0.0.0/0',
  '192.168.0.0/16',
] as const
const outside = ['203.0.113.7', '203.0.113.200', '198.51.100.9', '192.168.7.1', '10.9.9.9'] as const

const labels = fc.dictionary(fc.constantFrom(...keys), fc.constantFrom(...values), { noNullPrototype: true })

const requirement = fc.oneof(
  fc.record({
    key: fc.constantFrom(...keys),
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key: fc.constantFrom(...keys), operator: fc.constantFrom('Exists', 'DoesNotExist') }),
)

const selector = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 3, arbitrary: fc.record({ matchLabels: labels }) },
  { weight: 2, arbitrary: fc.record({ matchExpressions: fc.array(requirement, { maxLength: 2 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ matchLabels: labels, matchExpressions: fc.array(requirement, { maxLength: 1 }) }),
  },
)

const namespaceSelector = fc.oneof(
  selector,
  fc.constantFrom(...namespaces, 'elsewhere').map((name) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } })),
)

const isInside = (inner: string, outer: string): boolean => {
  const bits = (cidr: string): string => {
    const [address, length] = cidr.split('/')
    const all = (address ?? '')
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('')
    return all.slice(0, Number(length))
  }
  return bits(inner).length > bits(outer).length && bits(inner).startsWith(bits(outer))
}

const ipBlock = fc.constantFrom(...blocks).chain((cidr) => {
  const inner = blocks.filter((block) => isInside(block, cidr))
  return inner.length === 0 ? fc.constant({ cidr }) : fc.record({ cidr: fc.constant(cidr), except: fc.subarray(inner) })
})

const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector }),
  fc.record({ podSelector: selector, namespaceSelector }),
  fc.record({ ipBlock }),
)

const port = fc.oneof(
  fc.constant({}),
  fc.record({ protocol: fc.constantFrom(...protocols) }),
  fc.record({ port: fc.constantFrom(...numbers) }),
  fc.record({ protocol: fc.constantFrom(...protocols), port: fc.constantFrom(...numbers) }),
  fc.record({ port: fc.constantFrom(...portNames) }),
  fc.record({ protocol: fc.constantFrom(...protocols), port: fc.constantFrom(...portNames) }),
  fc.record({ port: fc.constantFrom(80, 443), endPort: fc.constantFrom(443, 8080, 65_535) }),
)

/** A list, or one of the ways to leave it out. */
const listOrNothing = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[] | null | undefined> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(item, { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.constantFrom(null, undefined) },
  )

const ingressRule = fc.record({ from: listOrNothing(peer), ports: listOrNothing(port) })
const egressRule = fc.record({ to: listOrNothing(peer), ports: listOrNothing(port) })

const policySpec = fc.record({
  podSelector: selector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'], [], undefined),
  ingress: listOrNothing(ingressRule),
  egress: listOrNothing(egressRule),
})

const containerPort = fc.record({
  name: fc.constantFrom(...portNames),
  containerPort: fc.constantFrom(...numbers),
  protocol: fc.constantFrom(undefined, ...protocols),
})

const podParts = fc.record({
  namespace: fc.constantFrom(...namespaces),
  labels,
  ports: fc.uniqueArray(containerPort, { maxLength: 2, selector: ({ name }) => name }),
  lastOctet: fc.integer({ min: 1, max: 9 }),
  /** One pod in six is on the host network. */
  chance: fc.nat({ max: 5 }),
})

type PodParts = typeof podParts extends fc.Arbitrary<infer T> ? T : never

function podAt(index: number, { namespace, labels: own, ports, lastOctet, chance }: PodParts): PlainObject {
  const onHost = chance === 0
  return {
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace, labels: own },
    spec: { containers: [{ name: 'main', ports }], ...(onHost ? { hostNetwork: true } : {}) },
    status: { podIP: onHost ? `192.168.0.${lastOctet}` : `10.0.${index}.${lastOctet}` },
  }
}

/** Namespaces, pods with known addresses and policies; everything the packets can meet is declared. */
export const shopCluster: fc.Arbitrary<PlainObject[]> = fc
  .record({
    namespaceLabels: fc.tuple(labels, labels, labels),
    pods: fc.array(podParts, { minLength: 1, maxLength: 6 }),
    policies: fc.array(fc.record({ namespace: fc.constantFrom(...namespaces), spec: policySpec }), { maxLength: 5 }),
  })
  .map(({ namespaceLabels, pods, policies }) => [
    ...namespaces.map((name, index) => ({
      kind: 'Namespace',
      metadata: { name, labels: namespaceLabels[index] ?? {} },
    })),
    ...pods.map((parts, index) => podAt(index, parts)),
    ...policies.map(({ namespace, spec }, index) => ({
      kind: 'NetworkPolicy',
      metadata: { name: `policy-${index}`, namespace },
      spec,
    })),
  ])

export function podsOf(objects: readonly PlainObject[]): { readonly namespace: string; readonly pod: string }[] {
  return objects
    .filter(({ kind }) => kind === 'Pod')
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? 'default', pod: metadata.name }))
}

/** Packets between the pods of a cluster and addresses around it; never from a pod to itself. */
export function packetsOf(objects: readonly PlainObject[]): Packet[] {
  const pods = podsOf(objects)
  const ends: PacketEnd[] = [...pods, ...outside.map((ip) => ({ ip }))]
  return pods.flatMap((pod) =>
    ends
      .filter((end) => end !== pod)
      .flatMap((end): Packet[] =>
        protocols.flatMap((protocol) =>
          [...numbers, 7].flatMap((number): Packet[] => [
            { from: pod, to: end, protocol, port: number },
            ...('ip' in end ? [{ from: end, to: pod, protocol, port: number }] : []),
          ]),
        ),
      ),
  )
}
