import fc from 'fast-check'
import type { CiliumPacket } from './cilium-packet-evaluator.ts'
import { cidrGroups, ciliumPolicies, services } from './cilium-policies.ts'
import {
  accounts,
  ciliumNamespaces,
  ciliumNumbers,
  ciliumOutside,
  ciliumPortNames,
  names,
  plainLabels,
  podLabels,
} from './cilium-words.ts'
import type { CiliumEnd, CiliumWorld, Reserved } from './naive-cilium-identities.ts'
import { networkPolicySpec } from './network-policies.ts'
import { asLoose, type PlainObject, worldOf } from './plain-objects.ts'
import { machines, protocols } from './shop-words.ts'

const containerPort = fc.record({
  name: fc.constantFrom(...ciliumPortNames),
  containerPort: fc.constantFrom(...ciliumNumbers),
  protocol: fc.constantFrom(undefined, ...protocols),
})

const podParts = fc.record({
  namespace: fc.constantFrom(...ciliumNamespaces),
  labels: podLabels,
  account: fc.constantFrom(undefined, ...accounts),
  ports: fc.uniqueArray(containerPort, { maxLength: 2, selector: ({ name }) => name }),
  /** One pod in six is on the network of a machine. */
  chance: fc.nat({ max: 11 }),
})

type PodParts = typeof podParts extends fc.Arbitrary<infer T> ? T : never

function podAt(index: number, { namespace, labels, account, ports, chance }: PodParts): PlainObject {
  const machine = machines[chance]
  return {
    kind: 'Pod',
    metadata: { name: `pod-${index}`, namespace, labels },
    spec: {
      serviceAccountName: account,
      // Nobody wrote down whether a name of a port is looked up on the network of a machine.
      containers: [{ name: 'main', ports: machine === undefined ? ports : [] }],
      ...(machine === undefined ? {} : { hostNetwork: true, nodeName: `machine-${chance}` }),
    },
    status: { podIP: machine ?? `10.0.1.${16 + index}` },
  }
}

/** A cluster with what its agents are set to. */
export interface CiliumShop {
  readonly objects: readonly PlainObject[]
  readonly settings: Pick<CiliumWorld, 'enforcement' | 'hostFirewall' | 'apiServer'> & { readonly isOld: boolean }
}

const settings = fc.record({
  enforcement: fc.oneof(
    { weight: 8, arbitrary: fc.constant('default' as const) },
    fc.constantFrom('always' as const, 'never' as const),
  ),
  hostFirewall: fc.nat({ max: 3 }).map((chance) => chance === 1),
  apiServer: fc.constantFrom('inside' as const, 'inside' as const, 'outside' as const),
  /** Cilium 1.18 in place of the newest. */
  isOld: fc.nat({ max: 5 }).map((chance) => chance === 1),
})

/** Namespaces, machines, pods and policies of Kubernetes and Cilium, with the groups and Services that these may name. */
export const ciliumShop: fc.Arbitrary<CiliumShop> = fc
  .record({
    namespaceLabels: fc.tuple(plainLabels, plainLabels, plainLabels),
    machineLabels: fc.tuple(plainLabels, plainLabels),
    pods: fc.array(podParts, { minLength: 2, maxLength: 5 }),
    policies: fc.array(fc.record({ namespace: fc.constantFrom(...ciliumNamespaces), spec: networkPolicySpec }), {
      maxLength: 1,
    }),
    cilium: ciliumPolicies,
    groups: cidrGroups,
    services,
    settings,
  })
  .map((parts) => ({
    settings: parts.settings,
    objects: [
      ...ciliumNamespaces.map((name, index) => ({
        kind: 'Namespace',
        metadata: { name, labels: parts.namespaceLabels[index] ?? {} },
      })),
      ...machines.map((address, index) => ({
        kind: 'Node',
        metadata: { name: `machine-${index}`, labels: parts.machineLabels[index] ?? {} },
        status: { addresses: [{ type: 'InternalIP', address }] },
      })),
      ...parts.pods.map((pod, index) => podAt(index, pod)),
      ...parts.policies.map(({ namespace, spec }, index) => ({
        kind: 'NetworkPolicy',
        metadata: { name: `policy-${index}`, namespace },
        spec,
      })),
      ...parts.groups,
      ...parts.services,
      ...parts.cilium,
    ],
  }))

/** What the agents must be set to for the objects to be taken. */
export const worldOfShop = ({ objects, settings: { isOld, ...others } }: CiliumShop): CiliumWorld => {
  const text = JSON.stringify(objects)
  return {
    ...worldOf(objects),
    ...others,
    nodeSelectors: text.includes('Nodes"'),
    minor: isOld && !text.includes('cluster-mesh') ? 18 : 20,
  }
}

const ICMP = [8 * 256, 3 * 256 + 1] as const
const ICMPV6 = [128 * 256, 256] as const

/** Ports of the policies and one that none of them names. */
const portsOf = { TCP: [...ciliumNumbers, 7], UDP: [53, 80, 7], SCTP: [80, 8080] } as const

function lettersTo(to: CiliumEnd, from: CiliumEnd): CiliumPacket[] {
  const plain = protocols.flatMap((protocol) => portsOf[protocol].map((port) => ({ from, to, protocol, port })))
  const named =
    'ip' in to
      ? names.flatMap((name) => [80, 443].map((port) => ({ from, to, protocol: 'TCP' as const, port, name })))
      : []
  return [
    ...plain,
    ...named,
    ...ICMP.map((port) => ({ from, to, protocol: 'ICMP' as const, port })),
    ...ICMPV6.map((port) => ({ from, to, protocol: 'ICMPv6' as const, port })),
  ]
}

const both = (a: CiliumEnd, b: CiliumEnd): CiliumPacket[] => [...lettersTo(a, b), ...lettersTo(b, a)]

const reserved: readonly Reserved[] = ['kube-apiserver', 'ingress', 'health', 'unmanaged']

/** Packets between the pods of a shop and all that is around them; pods on one machine's network do not write to each other or to it. */
export function packetsOfShop({ objects }: CiliumShop): CiliumPacket[] {
  const pods = objects.filter(({ kind }) => kind === 'Pod')
  const end = ({ metadata: { name, namespace = 'default' } }: PlainObject) => ({ namespace, pod: name })
  const isOnMachine = ({ spec }: PlainObject): boolean => asLoose(spec).hostNetwork === true
  const outside: readonly CiliumEnd[] = ciliumOutside.map((ip) => ({ ip }))
  const ends: readonly CiliumEnd[] = reserved.map((name) => ({ reserved: name }))
  const machinesSeen: CiliumEnd[] = objects
    .filter(({ kind }) => kind === 'Node')
    .flatMap(({ metadata: { labels = {} } }) => (['own', 'other'] as const).map((place) => ({ place, labels })))
  const between = pods.flatMap((from) =>
    pods
      .filter((to) => to !== from && !(isOnMachine(from) && isOnMachine(to)))
      .flatMap((to) => lettersTo(end(to), end(from))),
  )
  const around = pods.flatMap((pod) => {
    const strangers = isOnMachine(pod) ? outside : [...outside, ...ends, ...machinesSeen]
    return strangers.flatMap((stranger) => both(end(pod), stranger))
  })
  const proxied = [...outside.slice(0, 2), ...machinesSeen].flatMap((stranger) =>
    both({ reserved: 'ingress' }, stranger),
  )
  return [...between, ...around, ...proxied]
}
