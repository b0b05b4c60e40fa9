import { idKey, type Workload } from '../../src/model/cluster.ts'
import type { Direction, PolicyEntry } from '../../src/policies/entry.ts'
import { partition } from '../../src/reach/partition.ts'
import { classOfWorkload } from '../../src/reach/peers.ts'
import { type Reachability, reach } from '../../src/reach/reachability.ts'
import type { PeerClass, SideInput, Universe } from '../../src/reach/universe.ts'
import { ConnectionSet } from '../../src/sets/connection-set.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import type { CaseInputs, ExpectationOf } from './expectation.ts'
import { ingressAsEgress } from './ingress-as-egress.ts'
import { type LoadedSide, loadSide } from './load-side.ts'
import type { Assumptions } from './profiles.ts'

/** A set of policies over the pods of its own configuration. */
export interface PolicySet {
  readonly side: LoadedSide
  readonly entries: readonly PolicyEntry[]
  /** What Ingresses add where sets are compared; questions about one set leave them out. */
  readonly ingresses: readonly PolicyEntry[]
  /** Policies by their qualified names, with their text: two sets are the very same where these agree. */
  readonly policies: ReadonlyMap<string, string>
}

/** Reads the set that a name stands for: a configuration, or one policy of it as `configuration/namespace/policy`. */
export function policySets(
  { configs }: ExpectationOf<'query'>,
  files: readonly SourceFile[],
  assumptions: Assumptions,
): (name: string) => PolicySet {
  const lists = files.map(asList)
  const loaded = new Map<string, PolicySet>()
  const load = (name: string): PolicySet => {
    const inputs = configs[name]
    if (inputs === undefined) throw new Error(`there is no configuration ${name}`)
    const found = loaded.get(name) ?? wholeSet(inputs, (read) => loadSide(name, lists, assumptions, undefined, read))
    loaded.set(name, found)
    return found
  }
  return (name) => {
    const [config = '', namespace, policy] = name.split('/')
    const set = load(config)
    return policy === undefined ? set : onlyPolicy(set, `${namespace}/${policy}`)
  }
}

/** The source takes a list of objects for the objects. */
function asList(file: SourceFile): SourceFile {
  const documents = file.text.split(/^---.*\n/m)
  const wrapped = documents.map((text) =>
    /^(#.*\n|\s)*- /.test(text) ? `apiVersion: v1\nkind: List\nitems:\n${text}` : text,
  )
  return { ...file, text: wrapped.join('---\n') }
}

/** An Ingress is read where policies are. */
function wholeSet(inputs: CaseInputs, load: (inputs: CaseInputs) => LoadedSide): PolicySet {
  const { pods = [], policies = [], resources = [] } = inputs
  const side = load(inputs)
  const withIngresses = load({ ...inputs, pods: [...pods, ...policies] })
  const texts = [...side.policies.manifests.values()].map(({ node, provenance, name, namespace }) => [
    `${namespace?.value ?? side.cluster.profile.defaultNamespace}/${name.value}`,
    provenance.file.text.slice(node.start, node.end),
  ])
  return {
    side,
    entries: side.input.entries,
    ingresses: ingressAsEgress(withIngresses, (path) => [...policies, ...resources].includes(`manifests/${path}`)),
    policies: new Map(texts as [string, string][]),
  }
}

export const policyOf = ({ origin }: PolicyEntry): string => `${origin.policy.namespace}/${origin.policy.name}`

export function onlyPolicy(set: PolicySet, name: string): PolicySet {
  const text = set.policies.get(name)
  if (text === undefined) throw new Error(`there is no policy ${name}`)
  return {
    ...set,
    entries: set.entries.filter((entry) => policyOf(entry) === name),
    ingresses: [],
    policies: new Map([[name, text]]),
  }
}

export const withoutIngresses = (set: PolicySet): PolicySet => ({ ...set, ingresses: [] })

export const withoutEntries = (set: PolicySet, removed: (entry: PolicyEntry) => boolean): PolicySet => ({
  ...set,
  entries: set.entries.filter((entry) => !removed(entry)),
})

/** A pod of either set, or addresses outside the cluster. */
export interface ConcretePeer {
  readonly found: PeerClass
  readonly exists: readonly [first: boolean, second: boolean]
  /** Whether there are several such pods, so that they can talk to each other. */
  readonly several: boolean
}

/** Two sets over one universe. */
export interface SetPair {
  readonly first: Reachability
  readonly second: Reachability
  readonly peers: readonly ConcretePeer[]
}

export function pairSets(first: PolicySet, second: PolicySet): SetPair {
  const [base, head] = [inputOf(first), inputOf(second)]
  const universe = partition(base, head)
  return {
    first: reach(universe, 'base', base),
    second: reach(universe, 'head', head),
    peers: concretePeers(universe),
  }
}

const inputOf = ({ side, entries, ingresses }: PolicySet): SideInput => ({
  cluster: side.cluster,
  entries: [...entries, ...ingresses],
})

function concretePeers({ classes }: Universe): ConcretePeer[] {
  return classes.flatMap((found): ConcretePeer[] => {
    if (found.kind === 'cell' || found.kind === 'nodes' || found.kind === 'entity' || found.kind === 'remote') return []
    if (found.kind === 'addresses') return [{ found, exists: [true, true], several: false }]
    const exists = [found.members.some(({ base }) => base), found.members.some(({ head }) => head)] as const
    const pods = found.members.reduce((count, { base, head }) => count + podsOf((base ?? head) as Workload), 0)
    return [{ found, exists, several: pods > 1 }]
  })
}

const podsOf = ({ pods }: Workload): number => Math.max(pods.length, 1)

/** What a set says of one ordered pair of peers. */
export interface PairAnswer {
  readonly connections: ConnectionSet
  /** Whether a policy selects one of the ends for this direction: only then is what is allowed said explicitly. */
  readonly captured: boolean
}

/** Every ordered pair of different pods, and of pods and addresses; a peer that a set lacks has no connections there. */
export function* comparedPairs({ first, second, peers }: SetPair): Generator<readonly [PairAnswer, PairAnswer]> {
  for (const source of peers) {
    for (const destination of peers) {
      if (source.found.kind === 'addresses' && destination.found.kind === 'addresses') continue
      if (source === destination && !source.several) continue
      yield [answer(first, 0, source, destination), answer(second, 1, source, destination)]
    }
  }
}

function answer(side: Reachability, index: 0 | 1, source: ConcretePeer, destination: ConcretePeer): PairAnswer {
  if (!source.exists[index] || !destination.exists[index]) return { connections: ConnectionSet.none, captured: false }
  const connections = side.connections(source.found, destination.found).must
  return {
    connections,
    captured: isCaptured(side, source.found, 'egress') || isCaptured(side, destination.found, 'ingress'),
  }
}

const isCaptured = (side: Reachability, found: PeerClass, direction: Direction): boolean =>
  side.uses(found, direction).length > 0

/** Pods that a policy of the set selects, by the name of the policy. */
export function selectedPods(set: PolicySet): Map<string, ReadonlySet<PeerClass>> {
  const { first } = pairSets(set, set)
  return new Map(
    [...set.policies.keys()].map((name) => {
      const entries = set.entries.filter((entry) => policyOf(entry) === name)
      const selected = set.side.cluster.workloads
        .map((workload) => classOfWorkload(first, workload))
        .filter(({ index }) => entries.some(({ subject }) => first.matcher.select(subject).must.has(index)))
      return [name, new Set(selected)]
    }),
  )
}

export const hasSamePods = (a: PolicySet, b: PolicySet): boolean => podNames(a) === podNames(b)
export const hasPodsWithin = (a: PolicySet, b: PolicySet): boolean => {
  const known = new Set(b.side.cluster.workloads.map(({ id }) => idKey(id)))
  return a.side.cluster.workloads.every(({ id }) => known.has(idKey(id)))
}

const podNames = ({ side }: PolicySet): string =>
  side.cluster.workloads
    .map(({ id }) => idKey(id))
    .sort()
    .join('\n')
