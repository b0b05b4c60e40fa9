import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey, showId, type Workload } from '../model/cluster.ts'
import type { Direction, PolicyEntry } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import { connectionsWith } from '../reach/row.ts'
import type { PeerClass, Side } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { covers, type Span } from '../source/span.ts'
import type { Cause } from './cause.ts'
import { diffResources, type NodeChange } from './node-diff.ts'
import type { SideView } from './side-view.ts'

/** A pair of classes and what one of them can do with the other on one side and not on the other. */
export interface Difference {
  readonly source: PeerClass
  readonly destination: PeerClass
  readonly connections: ConnectionSet
  /** The side that lacks the connections, and the one that has them. */
  readonly without: SideView
  readonly having: SideView
}

/**
 * What in the change makes the difference: in each direction that lacks the connections on one side, the entries that
 * allow them on the other and did not, or the isolation that is gone. Falls back to whatever changed in the policies
 * of the two ends, so that the list is empty only when nothing of theirs changed.
 */
export function findCauses(difference: Difference): Cause[] {
  const { source, destination } = difference
  const found = [
    ...directionCauses(difference, 'egress', source, destination),
    ...directionCauses(difference, 'ingress', destination, source),
  ]
  return distinctCauses(found.length > 0 ? found : fallbackCauses(difference))
}

/** Why a class that is isolated in a direction on base is not in head. */
export function findIsolationCauses(subject: PeerClass, direction: Direction, base: SideView, head: SideView): Cause[] {
  const scene: Scene = {
    source: subject,
    destination: subject,
    connections: ConnectionSet.all,
    without: base,
    having: head,
    subject,
    peer: subject,
  }
  const isolating = base.reach.uses(subject, direction).filter(({ entry }) => entry.isolates)
  return distinctCauses(isolating.flatMap(({ entry }) => isolationCauses(scene, entry)))
}

export function distinctCauses(causes: readonly Cause[]): Cause[] {
  const found = new Map<string, Cause>()
  for (const cause of causes) if (!found.has(causeKey(cause))) found.set(causeKey(cause), cause)
  return [...found.values()].sort((a, b) => (causeKey(a) < causeKey(b) ? -1 : 1))
}

/** One text for each cause: the same place and words are the same cause. */
export function causeKey({ at, text, isolates }: Cause): string {
  return `${at.span.file.path} ${String(at.span.start).padStart(9, '0')} ${at.side} ${text} ${isolates ?? ''}`
}

function directionCauses(difference: Difference, direction: Direction, subject: PeerClass, peer: PeerClass): Cause[] {
  const { without, having, connections } = difference
  if (connections.isSubsetOf(connectionsWith(without.reach.row(subject, direction).must, peer.index))) return []
  const uses = having.reach.uses(subject, direction)
  const isolated = uses.some(({ entry }) => entry.isolates)
  const scene: Scene = { ...difference, subject, peer }
  if (!isolated) {
    const isolating = without.reach.uses(subject, direction).filter(({ entry }) => entry.isolates)
    if (without.side === 'base') return isolating.flatMap(({ entry }) => isolationCauses(scene, entry))
    const telling = isolating.filter((use) => use === widest(isolating, without))
    return telling
      .flatMap(({ entry }) => isolationCauses(scene, entry))
      .map((cause) => ({ ...cause, isolates: direction }))
  }
  return uses.filter((use) => allows(use, peer, connections)).flatMap(({ entry }) => entryCauses(scene, entry))
}

/**
 * Isolation ends when every policy that brought it is gone, so all of them are causes. It begins with any one of them:
 * the one that speaks of the most pods is what a person would name.
 */
function widest(isolating: readonly EntryUse[], { reach }: SideView): EntryUse | undefined {
  const reachOf = ({ entry }: EntryUse): number => reach.matcher.select(entry.subject).may.size
  return isolating.reduce<EntryUse | undefined>(
    (best, use) => (best === undefined || reachOf(use) > reachOf(best) ? use : best),
    undefined,
  )
}

interface Scene extends Difference {
  readonly subject: PeerClass
  readonly peer: PeerClass
}

const allows = ({ entry, may }: EntryUse, peer: PeerClass, connections: ConnectionSet): boolean =>
  entry.verdict === 'allow' &&
  may.some((block) => block.peers.has(peer.index) && !block.connections.intersect(connections).isEmpty)

/** Why an entry that isolates on the side without does not do so on the side that has the connections. */
function isolationCauses(scene: Scene, entry: PolicyEntry): Cause[] {
  const { without, having, subject } = scene
  const policy = entry.origin.policy
  const present = having.policies.manifests.get(idKey(policy))
  const absent = without.policies.manifests.get(idKey(policy)) as Resource
  if (present === undefined) return [wholePolicy(policy, absent, without.side)]
  const changes = changesOf(absent, present, without.side).filter(
    ({ path }) => startsWith(path, ['spec', 'podSelector']) || isTypeChange(path) || path[0] === 'metadata',
  )
  if (changes.length > 0) return changes.map((change) => policyCause(policy, change))
  return factCauses(scene, [subject])
}

const isTypeChange = (path: NodeChange['path']): boolean =>
  startsWith(path, ['spec', 'policyTypes']) ||
  (path.length <= 2 && startsWith(path, ['spec'])) ||
  (path[0] === 'spec' && path[1] === 'egress' && path.length === 2)

/** Why an entry allows on the one side and not on the other. */
function entryCauses(scene: Scene, entry: PolicyEntry): Cause[] {
  const { without, having, subject, peer } = scene
  const policy = entry.origin.policy
  const present = having.policies.manifests.get(idKey(policy)) as Resource
  const absent = without.policies.manifests.get(idKey(policy))
  if (absent === undefined) return [wholePolicy(policy, present, having.side, narrowest(scene, entry))]
  const changes = changesOf(absent, present, without.side).filter(
    ({ path }) => path[0] === 'spec' || path[0] === 'metadata',
  )
  const relevant = relevantChanges(scene, entry, changes)
  if (relevant.length > 0) return relevant.map((change) => policyCause(policy, change))
  const facts = factCauses(scene, [subject, peer])
  return facts.length > 0 ? facts : changes.map((change) => policyCause(policy, change))
}

/** Changes between the two versions, always with base and head in their own places. */
function changesOf(absent: Resource, present: Resource, absentSide: Side): readonly NodeChange[] {
  return absentSide === 'base' ? diffResources(absent, present) : diffResources(present, absent)
}

/**
 * Of the changes of a policy those that let this entry allow: in the item that matched the peer, in the port item that
 * matched, a list or condition that was dropped from the rule, a rule that is new; else what selects the pods.
 */
function relevantChanges(scene: Scene, entry: PolicyEntry, changes: readonly NodeChange[]): readonly NodeChange[] {
  const { having } = scene
  const matched = matchedItems(scene, entry)
  const own = (change: NodeChange): Span | undefined => change[having.side]
  const within = (span: Span, change: NodeChange): boolean => {
    const place = own(change) ?? change.parent[having.side]
    return covers(span, place)
  }
  const inItems = changes.filter((change) => matched.some((span) => within(span, change)))
  const inRule = changes.filter((change) => {
    const place = own(change)
    if (place === undefined) return isSpan(change.parent[having.side], entry.origin.span) || isEmptied(change, entry)
    return covers(place, entry.origin.span) || (covers(entry.origin.span, place) && isWholeList(change))
  })
  const found = [...new Set([...inItems, ...inRule])]
  if (found.length > 0) return found
  return changes.filter(
    ({ path }) => startsWith(path, ['spec', 'podSelector']) || isTypeChange(path) || path[0] === 'metadata',
  )
}

const isSpan = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end && a.file.path === b.file.path

/** An item dropped from a list widens only when it was the last one: an empty list stands for everything. */
const isEmptied = (change: NodeChange, entry: PolicyEntry): boolean =>
  typeof change.path.at(-1) === 'number' &&
  covers(entry.origin.span, change.parent.head) &&
  /\[\s*\]$/.test(change.parent.head.file.text.slice(change.parent.head.start, change.parent.head.end))

const isWholeList = ({ path }: NodeChange): boolean => ['from', 'to', 'ports'].includes(String(path.at(-1)))

/** The peer items and port items of an entry that let these connections through. */
function matchedItems({ having, peer, connections }: Scene, entry: PolicyEntry): Span[] {
  const peers =
    entry.peers === 'any'
      ? []
      : entry.peers.filter((item) => having.reach.matcher.peer(item).may.has(peer.index)).map(({ span }) => span)
  const ports = entry.origin.ports
    .filter((item) => item.connections.hasNames || !item.connections.intersect(connections).isEmpty)
    .map(({ span }) => span)
  return [...peers, ...ports]
}

/** The narrowest place of an entry that speaks of the peer: its item when there is one, else the rule. */
function narrowest(scene: Scene, entry: PolicyEntry): Span {
  return matchedItems(scene, { ...entry, origin: { ...entry.origin, ports: [] } })[0] ?? entry.origin.span
}

function wholePolicy(policy: ResourceId, manifest: Resource, side: Side, at?: Span): Cause {
  const name = showId(policy)
  return {
    kind: side === 'base' ? 'policy-removed' : 'policy-added',
    object: policy,
    at: { side, span: at ?? manifest.name.span },
    near: undefined,
    text: side === 'base' ? `${name} was removed` : `${name} was added`,
  }
}

function policyCause(policy: ResourceId, change: NodeChange): Cause {
  return {
    kind: 'policy-changed',
    object: policy,
    ...placeOf(change),
    text: `${showId(policy)}: ${describe(change)}`,
    ...nearOf(change),
  }
}

/** The head side shows a change best; what was deleted stands on the base side only. */
function placeOf({ base, head }: NodeChange): Pick<Cause, 'at'> {
  return { at: head === undefined ? { side: 'base', span: base as Span } : { side: 'head', span: head } }
}

function nearOf({ head, parent }: NodeChange): Pick<Cause, 'near'> {
  return { near: head === undefined ? { side: 'head', span: parent.head } : undefined }
}

/** `ingress rule 2, to was removed`. */
function describe({ path, base, head }: NodeChange): string {
  const verb = base === undefined ? 'was added' : head === undefined ? 'was removed' : 'changed'
  return `${showFieldPath(path)} ${verb}`
}

/** `spec.ingress[1].from[0].podSelector` as a person says it: `ingress rule 2, from item 1, podSelector`. */
function showFieldPath(path: NodeChange['path']): string {
  const parts: string[] = []
  for (const part of path) {
    if (typeof part === 'number') {
      const list = parts.pop() ?? 'list'
      parts.push(list === 'ingress' || list === 'egress' ? `${list} rule ${part + 1}` : `${list} item ${part + 1}`)
    } else if (part !== 'spec' || path.length === 1) parts.push(part)
  }
  return parts.join(', ')
}

/** Labels, ports and host networking of the pods, and labels of their namespaces, where they differ between the sides. */
function factCauses({ without, having }: Scene, peers: readonly PeerClass[]): Cause[] {
  const [base, head] = without.side === 'base' ? [without, having] : [having, without]
  return peers.flatMap((peer) => [...workloadCauses(peer, head.side), ...namespaceCauses(peer, base, head)])
}

const podFields: ReadonlySet<string> = new Set([
  'hostNetwork',
  'containers',
  'initContainers',
  'namespace',
  'serviceAccountName',
  'template',
  'spec',
  'podIP',
])

function workloadCauses(peer: PeerClass, headSide: Side): Cause[] {
  if (peer.kind !== 'workloads') return []
  return peer.members.flatMap(({ base: before, head: after }) => {
    if (before === undefined || after === undefined) return after === undefined ? [] : [newWorkload(after, headSide)]
    const changes = diffResources(before.resource, after.resource).filter(({ path }) => isPodField(path))
    return changes.map((change) => ({
      kind: isLabelChange(change) ? ('labels' as const) : ('workload' as const),
      object: after.id,
      ...placeOf(change),
      ...nearOf(change),
      text: `${showId(after.id)}: ${describeFact(change)}`,
    }))
  })
}

function newWorkload(workload: Workload, side: Side): Cause {
  return {
    kind: 'workload',
    object: workload.id,
    at: { side, span: workload.resource.name.span },
    near: undefined,
    text: `${showId(workload.id)} was added`,
  }
}

/** Fields of a pod that policies can see: its labels, its ports, its network. Images, replicas and the like are not. */
function isPodField(path: NodeChange['path']): boolean {
  if (path[0] === 'metadata' && path[1] === 'labels') return path.length <= 3
  if (path.includes('image') || path.includes('env') || path.includes('resources') || path.includes('selector'))
    return false
  const last = path.findLast((part) => typeof part === 'string')
  return path.includes('labels') || path.includes('ports') || (last !== undefined && podFields.has(String(last)))
}

const isLabelChange = ({ path }: NodeChange): boolean => path.includes('labels')

function describeFact(change: NodeChange): string {
  const last = change.path.at(-1)
  const verb = change.base === undefined ? 'was added' : change.head === undefined ? 'was removed' : 'changed'
  return isLabelChange(change) && change.path.at(-2) === 'labels'
    ? `label ${last} ${verb}`
    : `${change.path
        .filter((part) => typeof part === 'string')
        .slice(-2)
        .join('.')} ${verb}`
}

function namespaceCauses(peer: PeerClass, base: SideView, head: SideView): Cause[] {
  if (peer.kind === 'addresses' || typeof peer.namespace !== 'string') return []
  const before = base.cluster.namespaces.get(peer.namespace)?.resource
  const after = head.cluster.namespaces.get(peer.namespace)?.resource
  const object = { group: '', kind: 'Namespace', namespace: '', name: peer.namespace }
  if (before === undefined || after === undefined) {
    const only = after ?? before
    if (only === undefined) return []
    const side: Side = after === undefined ? 'base' : 'head'
    return [
      {
        kind: 'namespace',
        object,
        at: { side, span: only.name.span },
        near: undefined,
        text: `Namespace ${peer.namespace} was ${after === undefined ? 'removed' : 'declared'}`,
      },
    ]
  }
  return diffResources(before, after)
    .filter(isLabelChange)
    .map((change) => ({
      kind: 'namespace' as const,
      object,
      ...placeOf(change),
      ...nearOf(change),
      text: `Namespace ${peer.namespace}: ${describeFact(change)}`,
    }))
}

/** Whatever changed in the policies that apply to either end. */
function fallbackCauses(difference: Difference): Cause[] {
  const { source, destination, without, having } = difference
  const ends: readonly (readonly [PeerClass, Direction])[] = [
    [source, 'egress'],
    [destination, 'ingress'],
  ]
  const policies = new Map<string, ResourceId>()
  for (const view of [without, having]) {
    for (const [peer, direction] of ends) {
      for (const { entry } of view.reach.uses(peer, direction))
        policies.set(idKey(entry.origin.policy), entry.origin.policy)
    }
  }
  const found = [...policies.values()].flatMap((policy) => {
    const present = having.policies.manifests.get(idKey(policy))
    const absent = without.policies.manifests.get(idKey(policy))
    if (present === undefined || absent === undefined)
      return [wholePolicy(policy, (present ?? absent) as Resource, present === undefined ? without.side : having.side)]
    return changesOf(absent, present, without.side).map((change) => policyCause(policy, change))
  })
  return found.length > 0
    ? found
    : factCauses({ ...difference, subject: source, peer: destination }, [source, destination])
}

function startsWith(path: NodeChange['path'], prefix: readonly string[]): boolean {
  return prefix.every((part, index) => path[index] === part)
}
