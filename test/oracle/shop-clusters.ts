import fc from 'fast-check'
import { adminPolicies } from './admin-policies.ts'
import { networkPolicySpec } from './network-policies.ts'
import type { Packet, PacketEnd, PlainObject } from './plain-objects.ts'
import { labels, machines, namespaces, numbers, outside, portNames, protocols } from './shop-words.ts'

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
  /** One pod in six is on the network of a machine. */
  chance: fc.nat({ max: 11 }),
})

type PodParts = typeof podParts extends fc.Arbitrary<infer T> ? T : never

function podAt(index: number, { namespace, labels: own, ports, lastOctet, chance }: PodParts): PlainObject {
  const machine = machines[chance]
  const onHost = machine !== undefined
  return {
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace, labels: own },
    spec: {
      containers: [{ name: 'main', ports }],
      ...(onHost ? { hostNetwork: true, nodeName: `machine-${chance}` } : {}),
    },
    status: { podIP: machine ?? `10.0.${index}.${lastOctet}` },
  }
}

/** Namespaces, machines, pods with known addresses and policies; everything the packets can meet is declared. */
const clusterWith = (admin: fc.Arbitrary<PlainObject[]>): fc.Arbitrary<PlainObject[]> =>
  fc
    .record({
      namespaceLabels: fc.tuple(labels, labels, labels),
      machineLabels: fc.tuple(labels, labels),
      pods: fc.array(podParts, { minLength: 1, maxLength: 6 }),
      policies: fc.array(fc.record({ namespace: fc.constantFrom(...namespaces), spec: networkPolicySpec }), {
        maxLength: 5,
      }),
      admin,
    })
    .map(({ namespaceLabels, machineLabels, pods, policies, admin: others }) => [
      ...namespaces.map((name, index) => ({
        kind: 'Namespace',
        metadata: { name, labels: namespaceLabels[index] ?? {} },
      })),
      ...machines.map((address, index) => ({
        kind: 'Node',
        metadata: { name: `machine-${index}`, labels: machineLabels[index] ?? {} },
        status: { addresses: [{ type: 'InternalIP', address }] },
      })),
      ...pods.map((parts, index) => podAt(index, parts)),
      ...policies.map(({ namespace, spec }, index) => ({
        kind: 'NetworkPolicy',
        metadata: { name: `policy-${index}`, namespace },
        spec,
      })),
      ...others,
    ])

/** Clusters in which NetworkPolicies alone decide. */
export const shopCluster = clusterWith(fc.constant([]))
/** Clusters in which admin policies have their say before and behind them. */
export const governedCluster = clusterWith(adminPolicies)

export function podsOf(objects: readonly PlainObject[]): { readonly namespace: string; readonly pod: string }[] {
  return objects
    .filter(({ kind }) => kind === 'Pod')
    .map(({ metadata }) => ({ namespace: metadata.namespace ?? 'default', pod: metadata.name }))
}

/** An echo request, type 8 and code 0. */
const ECHO = 8 * 256

const lettersTo = (to: PacketEnd, from: PacketEnd): Packet[] => [
  ...protocols.flatMap((protocol) => [...numbers, 7].map((port) => ({ from, to, protocol, port }))),
  { from, to, protocol: 'ICMP', port: ECHO },
]

/** Packets between the pods of a cluster, the machines and addresses around it; never from a pod to itself. */
export function packetsOf(objects: readonly PlainObject[]): Packet[] {
  const pods = podsOf(objects)
  const strangers: PacketEnd[] = [...outside, ...machines].map((ip) => ({ ip }))
  const between = pods.flatMap((from) => pods.filter((to) => to !== from).flatMap((to) => lettersTo(to, from)))
  const around = pods.flatMap((pod) => strangers.flatMap((end) => [...lettersTo(end, pod), ...lettersTo(pod, end)]))
  return [...between, ...around]
}

/** Packets between the pods of a cluster and pods that nobody declared, here and in namespaces nobody declared. */
export function strangePacketsOf(objects: readonly PlainObject[], strangers: readonly PacketEnd[]): Packet[] {
  const pods = podsOf(objects)
  return pods.flatMap((pod) => strangers.flatMap((end) => [...lettersTo(end, pod), ...lettersTo(pod, end)]))
}
