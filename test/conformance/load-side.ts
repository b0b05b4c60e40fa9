import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { otherNetworks } from '../../src/delta/other-networks.ts'
import { unsupportedPolicies } from '../../src/delta/unsupported-policies.ts'
import { type ParsedFile, parseManifests } from '../../src/manifests/parse-manifests.ts'
import { repeatDiagnostics, repeatedObjects } from '../../src/manifests/repeated-objects.ts'
import type { Resource } from '../../src/manifests/resource.ts'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { type Cluster, idKey } from '../../src/model/cluster.ts'
import { type EntryPoints, entryPointsOf } from '../../src/model/entry-points.ts'
import { ciliumDefaults, habitsOf } from '../../src/model/network-plugin.ts'
import { defaultProfile, type NetworkProfile } from '../../src/model/network-profile.ts'
import { type CompiledPolicies, compilePolicies } from '../../src/policies/compile-policies.ts'
import type { PeerSelector, PolicyEntry } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { SideInput, Universe } from '../../src/reach/universe.ts'
import type { Diagnostic } from '../../src/source/diagnostic.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import { mention } from '../mention.ts'
import type { CaseInputs, Expectation } from './expectation.ts'
import type { Assumptions } from './profiles.ts'

/** One side of a case, read and compiled. */
export interface LoadedSide {
  readonly cluster: Cluster
  readonly policies: CompiledPolicies
  readonly entryPoints: EntryPoints
  readonly files: readonly SourceFile[]
  readonly resources: readonly Resource[]
  /** Documents that are no Kubernetes objects. */
  readonly others: number
  readonly input: SideInput
  readonly diagnostics: readonly Diagnostic[]
}

/** Manifests of a folder, below it at any depth, in order of their path. */
export function readManifests(folder: string, below = ''): SourceFile[] {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = `${below}${entry.name}`
    if (entry.isDirectory()) return readManifests(join(folder, entry.name), `${path}/`)
    return /\.(ya?ml|json)$/.test(entry.name) ? [{ path, text: readFileSync(join(folder, entry.name), 'utf8') }] : []
  })
}

/** Builds one side out of its files under the assumptions of the group. */
export function loadSide(
  name: string,
  files: readonly SourceFile[],
  assumptions: Assumptions,
  expected?: Expectation,
  inputs: CaseInputs | undefined = expected?.kind === 'connlist' ? expected.inputs : undefined,
): LoadedSide {
  const parsed = files.map((file) => parseManifests(file))
  const resources = parsed.flatMap((file) => {
    const read = readUntil(assumptions, file)
    return inputs === undefined ? read : inRole(file.file, read, inputs)
  })
  const cluster = [hostNetworkAs, backendPortsAs].reduce(
    (built, adapt) => adapt(assumptions, built),
    clusterOf(name, resources, assumptions, expected),
  )
  const policies = compilePolicies(cluster)
  const entryPoints = entryPointsOf(cluster)
  return {
    cluster,
    policies,
    entryPoints,
    files,
    resources,
    others: parsed.flatMap(({ others }) => Object.values(others)).reduce((total, count) => total + count, 0),
    input: { cluster, entries: entriesAs(assumptions, policies) },
    diagnostics: [
      ...parsed.flatMap((file) => file.diagnostics),
      ...repeatDiagnostics(repeatedObjects(parsed.map(({ file, resources }) => ({ file, resources })))),
      ...cluster.diagnostics,
      ...policies.diagnostics,
      ...entryPoints.diagnostics,
      ...unsupportedPolicies(cluster),
      ...otherNetworks(cluster),
    ],
  }
}

function profileOf({ plugin, ipBlockMatchesPods }: Assumptions, found: Expectation | undefined): NetworkProfile {
  const cni = plugin === undefined ? undefined : { name: plugin, version: undefined }
  const { hostFirewall, clusterName } = found?.assume ?? {}
  return {
    ...defaultProfile,
    ...habitsOf(cni),
    cni,
    ipBlockMatchesPods,
    defaultNamespace: found?.defaultNamespace ?? defaultProfile.defaultNamespace,
    cilium: {
      ...ciliumDefaults,
      hostFirewall: hostFirewall ?? ciliumDefaults.hostFirewall,
      clusterName: clusterName ?? ciliumDefaults.clusterName,
    },
  }
}

function clusterOf(
  name: string,
  resources: readonly Resource[],
  assumptions: Assumptions,
  found: Expectation | undefined,
): Cluster {
  const profile = profileOf(assumptions, found)
  const seen = buildCluster({ name, open: false, profile, resources })
  if (assumptions.undeclaredNamespaces === 'unknown') return seen
  const undeclared = [...seen.namespaces.values()].filter(({ source }) => source === 'mentioned')
  if (undeclared.length === 0) return seen
  const externalNamespaces = new Map(undeclared.map((namespace) => [namespace.name, new Map<string, string>()]))
  return buildCluster({ name, open: false, profile: { ...profile, externalNamespaces }, resources })
}

/** Sources that do not validate take every policy as it is written; to some, addresses never speak of pods. */
function entriesAs(assumptions: Assumptions, policies: CompiledPolicies): PolicyEntry[] {
  const { refused, ipBlockMatchesPods, failsafePorts } = assumptions
  const entries = policies.entries
    .filter(({ origin }) => failsafePorts === 'open' || !origin.rule.startsWith('ports that stay open'))
    .filter(({ subject }) => ipBlockMatchesPods === 'yes' || subject.addresses === undefined)
  return entries.map((entry) => ({
    ...entry,
    order: orderAs(assumptions, entry, policies),
    peers: entry.peers === 'any' || ipBlockMatchesPods === 'yes' ? entry.peers : entry.peers.map(onAddressesOnly),
    exists: refused === 'as-written' ? 'yes' : entry.exists,
  }))
}

function onAddressesOnly(peer: PeerSelector): PeerSelector {
  if (peer.kind === 'addresses') return { ...peer, matchesPods: 'no', matchesNodes: 'no' }
  return 'of' in peer ? { ...peer, of: peer.of.map(onAddressesOnly) } : peer
}

/** Sources that keep policies of one order as they are listed do not look at names. */
function orderAs({ equalOrders }: Assumptions, { order, origin }: PolicyEntry, { manifests }: CompiledPolicies) {
  if (equalOrders === 'by-name' || order.length !== 2) return order
  const { file, document } = (manifests.get(idKey(origin.policy)) as Resource).provenance
  return [order[0] as number, `${file.path} ${String(document.start).padStart(9, '0')}`]
}

/** Sources that know no host network police such pods as any other, and their addresses say nothing. */
function hostNetworkAs({ hostNetwork }: Assumptions, cluster: Cluster): Cluster {
  if (hostNetwork === 'outside') return cluster
  return {
    ...cluster,
    workloads: cluster.workloads.map((workload) => ({ ...workload, hostNetwork: false, addresses: undefined })),
  }
}

/** Sources that look for a backend's port among the numbers on the pods as well see it under both numbers. */
function backendPortsAs({ backendPort }: Assumptions, cluster: Cluster): Cluster {
  if (backendPort === 'service') return cluster
  const services = cluster.services.map((service) => {
    const numbers = new Set(service.ports.map(({ port }) => port))
    const targets = service.ports.flatMap((item) =>
      typeof item.target === 'number' && !numbers.has(item.target) ? [{ ...item, port: item.target }] : [],
    )
    return { ...service, ports: [...service.ports, ...targets] }
  })
  return { ...cluster, services }
}

/** Objects of one file that the source gets to see. */
function readUntil({ syntaxError }: Assumptions, { resources, gaps }: ParsedFile): readonly Resource[] {
  const end =
    syntaxError === 'ends-the-file' ? gaps.find(({ code }) => code.endsWith('unparsable'))?.span.start : undefined
  return end === undefined ? resources : resources.filter(({ node }) => node.start < end)
}

/** Some sources read each file for one purpose only. */
function inRole(file: SourceFile, resources: readonly Resource[], inputs: CaseInputs): Resource[] {
  const read = (list: readonly string[] | undefined): boolean => (list ?? []).includes(`manifests/${file.path}`)
  return resources.filter(({ group, kind }) => {
    if (read(inputs.resources)) return true
    if (kind === 'Namespace' && group === '') return read(inputs.namespaces)
    if (group.endsWith('projectcalico.org') && !kind.endsWith('Policy'))
      return read(inputs.policies) || read(inputs.pods)
    return isPolicy(group, kind) ? read(inputs.policies) : read(inputs.pods)
  })
}

const isPolicy = (group: string, kind: string): boolean => kind.endsWith('Policy') || group.endsWith('istio.io')

export interface Evaluated {
  readonly universe: Universe
  readonly reach: Reachability
  readonly side: LoadedSide
}

/** `told` are peers that have to be told apart although no policy asks for them. */
export function evaluate(side: LoadedSide, told: readonly PeerSelector[] = []): Evaluated {
  const input: SideInput = { ...side.input, entries: [...side.input.entries, mention(...told)] }
  const universe = partition(input, input)
  return { universe, reach: reach(universe, 'head', side.input), side }
}

export interface EvaluatedPair {
  readonly base: Evaluated
  readonly head: Evaluated
}

export function evaluatePair(base: LoadedSide, head: LoadedSide): EvaluatedPair {
  const universe = partition(base.input, head.input)
  return {
    base: { universe, reach: reach(universe, 'base', base.input), side: base },
    head: { universe, reach: reach(universe, 'head', head.input), side: head },
  }
}
