import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import type { Direction, PolicyEntry } from '../policies/entry.ts'
import { tiers } from '../policies/tiers.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import { replay } from '../reach/replay.ts'
import { connectionsWith } from '../reach/row.ts'
import type { PeerClass, Side } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { covers, type Span } from '../source/span.ts'
import type { Cause } from './cause.ts'
import { factCauses } from './fact-causes.ts'
import { diffResources, type NodeChange } from './node-diff.ts'
import { policyCause, wholePolicy } from './policy-cause.ts'
import { isPeerField, isRankChange, isRuleField, isSubjectChange } from './policy-fields.ts'
import { referenceCauses } from './reference-causes.ts'
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

/**
 * In one direction: the rules that let the connections through on the side that has them, the rules that deny them on
 * the other, and the isolation that keeps them out there; of each what differs between the sides.
 */
function directionCauses(difference: Difference, direction: Direction, subject: PeerClass, peer: PeerClass): Cause[] {
  const { without, having, connections } = difference
  if (connections.isSubsetOf(connectionsWith(without.reach.row(subject, direction).must, peer.index))) return []
  const scene: Scene = { ...difference, subject, peer }
  const letting = deciding(having, direction, scene).filter(({ verdict }) => verdict !== 'deny')
  const denying = deciding(without, direction, scene).filter(({ verdict }) => verdict === 'deny')
  return [
    ...letting.flatMap((entry) => entryCauses(scene, entry)),
    ...denying.flatMap((entry) => entryCauses({ ...scene, without: having, having: without }, entry)),
    ...lostIsolationCauses(scene, direction),
  ]
}

/** Entries that decide about some of the connections, by whatever verdict. */
function deciding({ reach }: SideView, direction: Direction, { subject, peer, connections }: Scene): PolicyEntry[] {
  const { decided } = replay(reach.uses(subject, direction), peer.index, 'may', reach.spared(subject, direction, 'may'))
  return [...decided].filter(([, set]) => !set.intersect(connections).isEmpty).map(([{ entry }]) => entry)
}

/** Why a subject that is default-deny on the side without is not so on the other. */
function lostIsolationCauses(scene: Scene, direction: Direction): Cause[] {
  const { without, having, subject } = scene
  if (having.reach.uses(subject, direction).some(({ entry }) => entry.isolates)) return []
  const isolating = without.reach.uses(subject, direction).filter(({ entry }) => entry.isolates)
  if (without.side === 'base') return isolating.flatMap(({ entry }) => isolationCauses(scene, entry))
  const telling = isolating.filter((use) => use === widest(isolating, without))
  return telling
    .flatMap(({ entry }) => isolationCauses(scene, entry))
    .map((cause) => ({ ...cause, isolates: direction }))
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

/** Why an entry that isolates on the side without does not do so on the side that has the connections. */
function isolationCauses(scene: Scene, entry: PolicyEntry): Cause[] {
  const { without, having, subject } = scene
  const policy = entry.origin.policy
  const present = having.policies.manifests.get(idKey(policy))
  const absent = without.policies.manifests.get(idKey(policy)) as Resource
  if (present === undefined) return [wholePolicy(policy, absent, without.side)]
  const changes = changesOf(absent, present, without.side).filter(({ path }) => isSubjectChange(path))
  if (changes.length > 0) return changes.map((change) => policyCause(policy, change))
  return factsOf(scene, [subject])
}

/** Why an entry decides on the one side, `having`, and not on the other. */
function entryCauses(scene: Scene, entry: PolicyEntry): readonly Cause[] {
  const { without, having, subject, peer } = scene
  const policy = entry.origin.policy
  const present = having.policies.manifests.get(idKey(policy)) as Resource
  const absent = without.policies.manifests.get(idKey(policy))
  if (absent === undefined) return [wholePolicy(policy, present, having.side, narrowest(scene, entry))]
  const changes = changesOf(absent, present, without.side).filter(
    ({ path }) => path[0] === 'spec' || path[0] === 'specs' || path[0] === 'metadata',
  )
  const relevant = relevantChanges(scene, entry, changes)
  if (relevant.length > 0) return relevant.map((change) => policyCause(policy, change))
  const facts = factsOf(scene, [subject, peer])
  if (facts.length > 0) return facts
  const edits = changes.map((change) => policyCause(policy, change))
  return edits.length > 0 ? edits : referencesOf(scene, policy)
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
    const place = own(change)
    return (
      covers(span, place ?? change.parent[having.side]) ||
      (place !== undefined && isPeerField(change) && covers(place, span))
    )
  }
  const edits = changes.filter(({ moved }) => !moved)
  const inItems = edits.filter((change) => matched.some((span) => within(span, change)))
  const inRule = edits.filter((change) => {
    const place = own(change)
    if (place === undefined) return isSpan(change.parent[having.side], entry.origin.span) || isEmptied(change, entry)
    return covers(place, entry.origin.span) || (covers(entry.origin.span, place) && isRuleField(change))
  })
  const found = [...new Set([...inItems, ...inRule])]
  if (found.length > 0) return withoutReplaced(found, having.side)
  const elsewhere = edits.filter(({ path }) => isSubjectChange(path) || isRankChange(path))
  // Rules of NetworkPolicies add up: their order says nothing.
  return elsewhere.length > 0 || entry.tier === tiers.networkPolicy ? elsewhere : changes.filter(({ moved }) => moved)
}

/** Where peers of one kind took the place of others, those that came are the cause, not those that went. */
function withoutReplaced(changes: readonly NodeChange[], side: Side): readonly NodeChange[] {
  const came = changes.some((change) => isPeerField(change) && change[side] !== undefined)
  return came ? changes.filter((change) => !isPeerField(change) || change[side] !== undefined) : changes
}

const isSpan = (a: Span, b: Span): boolean => a.start === b.start && a.end === b.end && a.file.path === b.file.path

/** An item dropped from a list widens only when it was the last one: an empty list stands for everything. */
const isEmptied = (change: NodeChange, entry: PolicyEntry): boolean =>
  typeof change.path.at(-1) === 'number' &&
  covers(entry.origin.span, change.parent.head) &&
  /\[\s*\]$/.test(change.parent.head.file.text.slice(change.parent.head.start, change.parent.head.end))

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

/** Facts about peers that differ between the sides. */
function factsOf({ without, having }: Difference, peers: readonly PeerClass[]): Cause[] {
  return without.side === 'base' ? factCauses(peers, without, having) : factCauses(peers, having, without)
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
    // What holds without any policy has no manifest, and holds on both sides.
    if (present === undefined && absent === undefined) return []
    if (present === undefined || absent === undefined)
      return [wholePolicy(policy, (present ?? absent) as Resource, present === undefined ? without.side : having.side)]
    return changesOf(absent, present, without.side).map((change) => policyCause(policy, change))
  })
  if (found.length > 0) return found
  const facts = factsOf(difference, [source, destination])
  return facts.length > 0 ? facts : [...policies.values()].flatMap((policy) => referencesOf(difference, policy))
}

/** Objects a policy refers to that differ between the sides. */
function referencesOf({ without, having }: Difference, policy: ResourceId): readonly Cause[] {
  return without.side === 'base' ? referenceCauses(policy, without, having) : referenceCauses(policy, having, without)
}
