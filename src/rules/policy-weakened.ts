import type { Cause } from '../delta/cause.ts'
import { addressesAmong, bucketOf, bucketRank, internetSide } from '../delta/egress-reach.ts'
import { causeKey, findIsolationCauses } from '../delta/find-causes.ts'
import { classesOf, type Gain, gainsOf } from '../delta/gains.ts'
import { isLost } from '../delta/lost-isolation.ts'
import { list, namePeers } from '../delta/name-peers.ts'
import { entriesOf, isolatedBy, type PolicyPair, pairPolicies, saidBy, subjectsOf } from '../delta/policy-pairs.ts'
import type { SideView } from '../delta/side-view.ts'
import { showWitness, traceConnection } from '../delta/trace-connection.ts'
import { idKey, showId } from '../model/cluster.ts'
import type { Policy } from '../policies/compile-policies.ts'
import type { Direction } from '../policies/entry.ts'
import { workloadsIn } from '../reach/peers.ts'
import { type Block, connectionsWith, makeRow, type Row, subtractBlocks } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { placeOfCause, relatedCauses } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { peersKey } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'policy-weakened',
  title: 'A policy allows more than before',
  severity: 'warning',
  fix: 'none',
  tags: ['cis-5.3.2', 'mitre-m1030', 'exposure'],
  scope: 'delta',
  options: noOptions,
  *check({ base, head, delta }) {
    const gains = gainsByPolicy(gainsOf(delta, base, head))
    for (const pair of pairPolicies(base, head).pairs) {
      if (pair.base.resource === pair.head.resource) continue
      const own = distinct([...(gains.get(idKey(pair.head.id)) ?? []), ...(gains.get(idKey(pair.base.id)) ?? [])])
      for (const direction of ['ingress', 'egress'] as const) {
        const scene = { pair, direction, base, head }
        const found = own.length === 0 ? undefined : weakening({ ...scene, gains: own })
        if (found !== undefined) yield found
        else yield* isolationDropped(scene)
      }
    }
  },
})

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

function gainsByPolicy(gains: readonly Gain[]): Map<string, Gain[]> {
  const found = new Map<string, Gain[]>()
  for (const gain of gains) {
    for (const key of new Set(gain.causes.map(({ object }) => idKey(object))))
      found.set(key, [...(found.get(key) ?? []), gain])
  }
  return found
}

interface Scene {
  readonly pair: PolicyPair
  readonly direction: Direction
  readonly base: SideView
  readonly head: SideView
}

interface Weakening extends Scene {
  readonly gains: readonly Gain[]
}

function weakening(scene: Weakening): RuleHit | undefined {
  const { direction, head } = scene
  const gains = scene.gains.filter((gain) => opensIn(gain, scene))
  if (gains.length === 0) return undefined
  const rows = rowsOf(scene, 'allow')
  const denials = rowsOf(scene, 'deny')
  const tightens = subtractBlocks(rows.base.blocks, rows.head.blocks).length > 0
  if (tightens || subtractBlocks(denials.head.blocks, denials.base.blocks).length > 0) return undefined
  const wider = makeRow(subtractBlocks(rows.head.blocks, rows.base.blocks)).blocks
  const main = widest(wider, head, rows)
  const severe =
    main !== undefined ? isSevere(main, rows, head) : gains.some((gain) => reachesAll(sideOf(gain, direction), head))
  const told =
    main === undefined ? (tellDenials(scene) ?? tellSubjects(scene, gains, rows.head)) : tell(main, rows, scene)
  return told === undefined ? undefined : hit(scene, gains, told, severe)
}

/** Whether a gain comes from what this policy says in this direction. */
function opensIn({ sources, destinations, gained }: Gain, { pair, direction, base, head }: Weakening): boolean {
  const [subjects, peers] = direction === 'ingress' ? [destinations, sources] : [sources, destinations]
  const selected = subjectsOf(head, pair.head).intersect(subjects)
  const subject = classesOf(head, selected)[0]
  const peer = peers.first()
  if (subject === undefined || peer === undefined) return false
  return !gained.isSubsetOf(connectionsWith(base.reach.row(subject, direction).may, peer))
}

type Rows = Readonly<Record<'base' | 'head', Row>>

const rowsOf = ({ pair, direction, base, head }: Scene, verdict: 'allow' | 'deny'): Rows => ({
  base: saidBy(base, pair.base, direction, verdict),
  head: saidBy(head, pair.head, direction, verdict),
})

/** What the policy denied and no longer denies. */
function tellDenials(scene: Scene): string | undefined {
  const { pair, direction, base } = scene
  const rows = rowsOf(scene, 'deny')
  const [dropped] = makeRow(subtractBlocks(rows.base.blocks, rows.head.blocks)).blocks
  if (dropped === undefined) return undefined
  const whom = nameByItems(dropped.peers, pair.base, base, direction)
  return `${direction} ${peersKey[direction]} ${everybody(whom, direction)} on ${dropped.connections.show()} is no longer denied`
}

/** The part to tell of: a severe one first, then the one for most peers. */
function widest(wider: readonly Block[], head: SideView, rows: Rows): Block | undefined {
  const rank = (block: Block): number => (isSevere(block, rows, head) ? 1_000_000 : 0) + block.peers.size
  return [...wider].sort((a, b) => rank(b) - rank(a))[0]
}

/** Every port of a protocol that had not been open, any namespace, or much of the internet. */
function isSevere({ peers, connections }: Block, rows: Rows, head: SideView): boolean {
  if (reachesAll(peers, head)) return true
  const first = peers.first() ?? -1
  const before = fullProtocols(connectionsWith(rows.base, first))
  return [...fullProtocols(connectionsWith(rows.head, first).union(connections))].some(
    (protocol) => !before.has(protocol),
  )
}

function fullProtocols(connections: ConnectionSet): Set<string> {
  const { listed, others } = connections.protocols()
  return new Set([...listed.filter(({ all }) => all).map(({ protocol }) => protocol), ...(others ? ['others'] : [])])
}

function reachesAll(peers: MemberSet, { reach }: SideView): boolean {
  if (peers.has(reach.universe.anyPod.index)) return true
  return bucketRank[bucketOf(addressesAmong(reach, peers), internetSide(reach).addresses)] >= bucketRank.broad
}

const sideOf = ({ sources, destinations }: Gain, direction: Direction): MemberSet =>
  direction === 'ingress' ? sources : destinations

/** What grew, in the words of the policy: ports for the same peers, peers for the same ports, or both. */
function tell({ peers, connections }: Block, { base, head }: Rows, scene: Scene): string {
  const { pair, direction, base: baseView, head: headView } = scene
  const withAll = (row: Row): MemberSet =>
    row.blocks
      .filter((block) => connections.isSubsetOf(block.connections))
      .map((block) => block.peers)
      .reduce((all, set) => all.union(set), headView.reach.matcher.set([]))
  const before = withAll(base)
  const after = everybody(nameByItems(withAll(head), pair.head, headView, direction), direction)
  if (!before.isEmpty) {
    const was = nameByItems(before, pair.base, baseView, direction)
    return `${direction} on ${connections.show()} widened from ${was} to ${after}`
  }
  const whom = `${direction} ${peersKey[direction]} ${everybody(nameByItems(peers, pair.head, headView, direction), direction)}`
  const had = ConnectionSet.union(
    base.blocks.filter((block) => block.peers.overlaps(peers)).map((block) => block.connections),
  )
  const now = connectionsWith(head, peers.first() ?? -1)
  return had.isEmpty ? `${whom} on ${now.show()} is new` : `${whom} widened from ${had.show()} to ${now.show()}`
}

/** Peers in the words of the policy: its items where some of them are exactly these peers, else as anybody would. */
function nameByItems(members: MemberSet, policy: Policy, view: SideView, direction: Direction): string {
  const entries = entriesOf(view, policy)
  const items = entries.flatMap((entry) => (entry.direction === direction && entry.peers !== 'any' ? entry.peers : []))
  const sets = items
    .map((item) => view.reach.matcher.peer(item).must)
    .filter((set) => !set.isEmpty && set.isSubsetOf(members))
  const chosen: MemberSet[] = []
  let left = members
  for (const set of sets.sort((a, b) => b.size - a.size)) {
    if (!set.overlaps(left)) continue
    chosen.push(set)
    left = left.subtract(set)
  }
  const parts = left.isEmpty && chosen.length > 0 ? chosen : [members]
  return list(distinct(parts.map((set) => namePeers(set, view.reach, entries))), 4)
}

const everybody = (name: string, direction: Direction): string => {
  if (name !== 'anybody') return name
  return direction === 'egress' ? 'every destination' : 'anybody, inside the cluster and outside'
}

/** The rules stayed and the policy speaks for more pods. */
function tellSubjects({ pair, direction, base, head }: Scene, gains: readonly Gain[], row: Row): string | undefined {
  const more = subjectsOf(head, pair.head).subtract(subjectsOf(base, pair.base))
  const opened = gains
    .map((gain) => (direction === 'ingress' ? gain.destinations : gain.sources))
    .reduce((all, set) => all.union(set))
  const fresh = more.intersect(opened)
  if (fresh.isEmpty || row.blocks.length === 0) return undefined
  const peers = row.blocks.map((block) => block.peers).reduce((all, set) => all.union(set))
  return `its ${direction} rules now speak for ${namePeers(fresh, head.reach, entriesOf(head, pair.head))} as well, and open them ${peersKey[direction]} ${namePeers(peers, head.reach, entriesOf(head, pair.head))}`
}

function hit(
  { pair, direction, head }: Scene,
  gains: readonly Gain[],
  told: string,
  severe: boolean,
): RuleHit | undefined {
  const keys = new Set([idKey(pair.head.id), idKey(pair.base.id)])
  const sorted = [...gains].sort((a, b) => sideOf(b, direction).size - sideOf(a, direction).size)
  const causes = distinctBy(sorted.flatMap((gain) => gain.causes.filter(({ object }) => keys.has(idKey(object)))))
  const [cause] = causes
  const [gain] = sorted
  if (cause === undefined || gain === undefined) return undefined
  const [source, destination] = proof(gain, head)
  return {
    object: pair.head.id,
    discriminator: direction,
    ...placeOfCause(cause, head),
    related: relatedCauses(causes),
    message: `${showId(pair.head.id)} is weaker than before: ${told}.`,
    remedy: 'If this is not meant, take the edit back; else name the peers and ports that are needed and no more.',
    confidence: 'certain',
    ...(severe ? { severity: 'error' as const } : {}),
    witness: showWitness(head, source, destination, gain.gained),
    trace: traceConnection(head, source, destination, gain.gained),
  }
}

function distinctBy(causes: readonly Cause[]): Cause[] {
  return [...new Map(causes.map((cause) => [causeKey(cause), cause])).values()]
}

/** Workloads where there are any; anybody where anybody gained. */
function proof({ sources, destinations }: Gain, head: SideView): [PeerClass, PeerClass] {
  const { anyPod } = head.reach.universe
  const pick = (members: MemberSet): PeerClass => {
    if (members.has(anyPod.index)) return anyPod
    const internet = internetSide(head.reach).members
    const classes = classesOf(head, members.overlaps(internet) ? members.intersect(internet) : members)
    return classes.find((found) => workloadsIn(head.reach, found).length > 0) ?? (classes[0] as PeerClass)
  }
  return [pick(sources), pick(destinations)]
}

/** Pods not in the tree that a policy isolated and leaves alone now; of workloads `isolation-lost` tells. */
function* isolationDropped({ pair, direction, base, head }: Scene): Generator<RuleHit> {
  const kept = isolatedBy(head, pair.head, direction)
  const dropped = classesOf(head, isolatedBy(base, pair.base, direction).subtract(kept)).filter(
    (found) => isLost(found, direction, base, head) === 'certain',
  )
  const [first] = dropped
  if (first === undefined || dropped.some(({ kind }) => kind === 'workloads')) return
  const causes = findIsolationCauses(first, direction, base, head)
  const [cause] = causes
  if (cause === undefined) return
  const pods = namePeers(
    head.reach.matcher.set(dropped.map(({ index }) => index)),
    head.reach,
    entriesOf(base, pair.base),
  )
  yield {
    object: pair.head.id,
    discriminator: `isolation ${direction}`,
    ...placeOfCause(cause, head),
    related: relatedCauses(causes),
    message: `${showId(pair.head.id)} is weaker than before: it no longer isolates ${pods} for ${direction}, and no other policy does.`,
    remedy: 'Keep these pods in the policy, or give them one of their own.',
    confidence: 'certain',
    severity: 'error',
  }
}
