import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import type { Entity } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass, Side, SideInput } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import type { ConnectionSet, protocolNumbers } from '../../src/sets/connection-set.ts'
import type { Diagnostic } from '../../src/source/diagnostic.ts'
import { syntheticSpan, textOf } from '../../src/source/span.ts'
import { mention } from '../mention.ts'

/** A store with a web front, a checkout and a ledger; an office that looks in; a lobby where nothing is labelled; one machine. */
const store = `
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Namespace, metadata: {name: store, labels: {team: store, stage: live}}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: office, labels: {team: office}}}
  - {apiVersion: v1, kind: Namespace, metadata: {name: lobby}}
  - apiVersion: v1
    kind: Node
    metadata: {name: shelf, labels: {rack: back-room}}
    status: {addresses: [{type: InternalIP, address: 192.168.40.5}, {type: Hostname, address: shelf}]}
  - apiVersion: v1
    kind: Pod
    metadata: {name: web, namespace: store, labels: {app: web, tier: edge}}
    spec: {containers: [{name: main, image: web, ports: [{name: http, containerPort: 8080}]}]}
    status: {podIP: 10.20.1.1}
  - apiVersion: v1
    kind: Pod
    metadata: {name: checkout, namespace: store, labels: {app: checkout, tier: core}}
    spec:
      containers:
        - name: main
          image: checkout
          ports: [{name: http, containerPort: 8081}, {name: dns, containerPort: 53, protocol: UDP}, {name: stats, containerPort: 9100}]
    status: {podIP: 10.20.1.2}
  - apiVersion: v1
    kind: Pod
    metadata: {name: ledger, namespace: store, labels: {app: ledger, tier: core}}
    spec: {containers: [{name: main, image: ledger, ports: [{name: http, containerPort: 8082}]}]}
    status: {podIP: 10.20.1.3}
  - apiVersion: v1
    kind: Pod
    metadata: {name: auditor, namespace: office, labels: {app: auditor}}
    spec: {containers: [{name: main, image: auditor, ports: [{name: http, containerPort: 9000}]}]}
    status: {podIP: 10.20.2.1}
  - apiVersion: v1
    kind: Pod
    metadata: {name: visitor, namespace: lobby}
    spec: {containers: [{name: main, image: visitor}]}
    status: {podIP: 10.20.3.1}
  - apiVersion: v1
    kind: Pod
    metadata: {name: agent, namespace: office, labels: {app: agent}}
    spec: {hostNetwork: true, nodeName: shelf, containers: [{name: main, image: agent}]}
    status: {podIP: 192.168.40.5}
`

/** An address on the internet that nothing else names. */
const world = '192.0.2.44'

export interface BuiltSide {
  readonly input: SideInput
  readonly diagnostics: readonly Diagnostic[]
}

const exactBlocks: NetworkProfile = { ...defaultProfile, ipBlockMatchesPods: 'yes' }

/** The store with further manifests. A text without `kind` is the spec of a policy, whose kind its fields tell. */
export function storeWith(manifests: readonly string[], profile: NetworkProfile = exactBlocks): BuiltSide {
  const documents = manifests.map((text, index) => (/^kind:/m.test(text) ? text : policyOf(text, `policy-${index}`)))
  const parsed = [store, ...documents].map((text, index) => parseManifests({ path: `file-${index}.yaml`, text }))
  const cluster = buildCluster({
    name: 'store',
    open: false,
    profile,
    resources: parsed.flatMap(({ resources }) => resources),
  })
  const { entries, diagnostics } = compilePolicies(cluster)
  return {
    input: { cluster, entries },
    diagnostics: [...parsed.flatMap((file) => file.diagnostics), ...cluster.diagnostics, ...diagnostics],
  }
}

/**
 * `endpointSelector` makes a CiliumNetworkPolicy in namespace store, `tier` makes a ClusterNetworkPolicy, `priority` an AdminNetworkPolicy, `subject` the BaselineAdminNetworkPolicy, and
 * none of them a NetworkPolicy in namespace store.
 */
function policyOf(spec: string, name: string): string {
  const admin = 'policy.networking.k8s.io'
  const place = `{name: ${name}, namespace: store}`
  if (/^endpointSelector:/m.test(spec)) return manifest('cilium.io/v2', 'CiliumNetworkPolicy', place, spec)
  if (/^tier:/m.test(spec)) return manifest(`${admin}/v1alpha2`, 'ClusterNetworkPolicy', `{name: ${name}}`, spec)
  if (/^priority:/m.test(spec)) return manifest(`${admin}/v1alpha1`, 'AdminNetworkPolicy', `{name: ${name}}`, spec)
  if (/^subject:/m.test(spec))
    return manifest(`${admin}/v1alpha1`, 'BaselineAdminNetworkPolicy', '{name: default}', spec)
  return manifest('networking.k8s.io/v1', 'NetworkPolicy', place, spec)
}

/** An object of the given kind; the metadata are in flow style. */
export function manifest(apiVersion: string, kind: string, metadata: string, spec: string): string {
  const lines = spec.trim().split('\n')
  const body = spec.trim() === '{}' ? 'spec: {}' : ['spec:', ...lines.map((line) => `  ${line}`)].join('\n')
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\n${body}\n`
}

/** What was found wrong, as `code at text`, the text being what the place covers. */
export function showProblems({ diagnostics }: BuiltSide): readonly string[] {
  return diagnostics.map(({ code, span }) => `${code} at ${textOf(span)}`)
}

/** `told` are endpoints to be told apart although no policy names them. */
export function reachOf({ input }: BuiltSide, told: readonly Entity[] = []): Reachability {
  const entities = { kind: 'entities', entities: told, span: syntheticSpan } as const
  const asked = told.length === 0 ? input : { ...input, entries: [...input.entries, mention(entities)] }
  return reach(partition(asked, asked), 'head', input)
}

export function reachOfBoth(base: BuiltSide, head: BuiltSide): Readonly<Record<Side, Reachability>> {
  const universe = partition(base.input, head.input)
  return { base: reach(universe, 'base', base.input), head: reach(universe, 'head', head.input) }
}

/**
 * `allow`, `deny` or `unknown` for `web → checkout TCP 8081`; `world` and addresses are outside the cluster, `host` and
 * the like are endpoints that policies name. ICMP has a
 * type in place of the port.
 */
export function verdict(reachability: Reachability, probe: string): 'allow' | 'deny' | 'unknown' {
  const [from, , to, protocol, port] = probe.split(' ')
  const { must, may } = reachability.connections(peer(reachability, from), peer(reachability, to))
  const name = protocol as keyof typeof protocolNumbers
  if (must.has(name, Number(port))) return 'allow'
  return may.has(name, Number(port)) ? 'unknown' : 'deny'
}

/** What passes between two peers for certain, qualifiers and all. */
export function certainConnections(reachability: Reachability, from: string, to: string): ConnectionSet {
  return reachability.connections(peer(reachability, from), peer(reachability, to)).must
}

function peer({ universe, side, input }: Reachability, name = ''): PeerClass {
  const workload = input.cluster.workloads.find(({ id }) => id.name === name)
  if (workload !== undefined) {
    const { group, kind, namespace } = workload.id
    return universe.classOf.get(`${side} ${group}/${kind}/${namespace}/${name}`) as PeerClass
  }
  const entity = universe.entities.find((found) => found.entity === name)
  if (entity !== undefined) return entity
  const place = name === 'host' ? 'own' : name === 'remote-node' ? 'other' : undefined
  const machine = universe.nodes.find((found) => found.place === place)
  if (machine !== undefined) return machine
  const text = name === 'world' ? world : name
  const address = AddressSet.of(text.includes(':') ? `${text}/128` : `${text}/32`)
  const found = universe.addresses.find(({ addresses }) => address.isSubsetOf(addresses))
  if (found === undefined) throw new Error(`nobody is called ${name}`)
  return found
}
