import type { ResourceId } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import { compareOrder, type Direction, directions, type PeerSelector, type PolicyEntry } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import type { Reachability } from '../reach/reachability.ts'
import { type Block, type Row, subtractBlocks } from '../reach/row.ts'
import { selectorKey } from '../reach/selector-scope.ts'
import type { PeerClass } from '../reach/universe.ts'
import { compareSpans } from '../source/span.ts'
import { peerKey } from './policy-pairs.ts'

/** A rule or a whole policy without which everybody reaches whom they reach now. Never empty. */
export interface Redundancy {
  readonly entries: readonly [PolicyEntry, ...PolicyEntry[]]
  /** Entries that remain and say the same: one where one suffices. Empty where there is nothing to say. */
  readonly coveredBy: readonly PolicyEntry[]
}

export interface Redundancies {
  readonly policies: readonly Redundancy[]
  /** Rules of policies that are not redundant as a whole. */
  readonly rules: readonly Redundancy[]
  /** False where looking would take too long: then nothing is said. */
  readonly complete: boolean
}

/** Whose policies are judged; the others stay as they are. */
export type IsAsked = (policy: ResourceId) => boolean

const known = new WeakMap<Reachability, WeakMap<IsAsked, Redundancies>>()
const everyPolicy: IsAsked = () => true

/**
 * What could be deleted, all of it at once, without a difference to anybody: pods that are not in the tree count, and
 * both bounds. Of two that say the same the later one is redundant. What may apply, but not surely, is never judged.
 */
export function findRedundancies(reach: Reachability, isAsked: IsAsked = everyPolicy): Redundancies {
  const byQuestion = known.get(reach) ?? new WeakMap<IsAsked, Redundancies>()
  known.set(reach, byQuestion)
  const found = byQuestion.get(isAsked) ?? new Judge(reach).judge(isAsked)
  byQuestion.set(isAsked, found)
  return found
}

const unfinished = new WeakSet<Reachability>()

/** Whether some question about a side was given up. */
export const isUnfinished = (reach: Reachability): boolean => unfinished.has(reach)

/**
 * Pairs of entries that may meet in all rows worked out again, about two seconds of them; a usual change has a few
 * hundred. Hundreds of rules that speak for every pod and may overrule one another would take hours.
 */
const MOST_MEETINGS = 20_000_000

type Entries = Redundancy['entries']
class Judge {
  readonly #reach: Reachability
  readonly #removed = new Set<PolicyEntry>()
  #meetings = 0

  constructor(reach: Reachability) {
    this.#reach = reach
  }

  judge(isAsked: IsAsked): Redundancies {
    const asked = this.#reach.input.entries.filter(({ origin }) => isAsked(origin.policy))
    const byPolicy = groups(asked, ({ origin }) => idKey(origin.policy))
    const policies = byPolicy.flatMap((entries) => this.#take(entries))
    const left = byPolicy.flat().filter((entry) => !this.#removed.has(entry) && !entry.isolates)
    const rules = groups(left, ({ origin, direction }) => `${idKey(origin.policy)} ${direction} ${origin.index}`)
    const found = { policies, rules: rules.flatMap((entries) => this.#take(entries)), complete: true }
    if (this.#meetings <= MOST_MEETINGS) return found
    unfinished.add(this.#reach)
    return { policies: [], rules: [], complete: false }
  }

  /** Takes entries away for good where that makes no difference. */
  #take(entries: Entries): Redundancy[] {
    if (!entries.every((entry) => this.#isCertain(entry))) return []
    for (const entry of entries) this.#removed.add(entry)
    if (directions.every((direction) => this.#isIdle(entries, direction)))
      return [{ entries, coveredBy: this.#coversOf(entries) }]
    for (const entry of entries) this.#removed.delete(entry)
    return []
  }

  /** Whether it is known that an entry is there, and for whom it speaks. */
  #isCertain(entry: PolicyEntry): boolean {
    const { must, may } = this.#reach.matcher.select(entry.subject)
    return entry.exists === 'yes' && entry.effect === 'exact' && !may.isEmpty && must === may
  }

  #isIdle(entries: Entries, direction: Direction): boolean {
    for (const found of this.#subjects(entries, direction)) {
      this.#meetings += this.#reach.uses(found, direction).length ** 2
      if (this.#meetings > MOST_MEETINGS) return false
      const before = this.#reach.row(found, direction)
      const after = this.#reach.rowWithout(found, direction, this.#removed)
      if (before.must.key !== after.must.key || before.may.key !== after.may.key) return false
      const remaining = this.#remaining(found, direction)
      if (remaining.some(({ entry }) => isApproximate(entry))) return false
      const unsure = this.#reach
        .uses(found, direction)
        .filter((use) => entries.includes(use.entry) && use.must !== use.may)
      if (!unsure.every((use) => this.#isCovered(use, after.must, remaining))) return false
    }
    return true
  }

  /**
   * Equal bounds prove nothing of an entry whose peers are not certain. It adds nothing where all that it may allow is
   * allowed for certain, or by a rule that names the same peers: the two then match the same, whatever that is.
   */
  #isCovered(use: EntryUse, certain: Row, remaining: readonly EntryUse[]): boolean {
    const { peers, verdict } = use.entry
    if (peers === 'any' || verdict !== 'allow' || remaining.some(({ entry }) => entry.verdict !== 'allow')) return false
    const left = subtractBlocks(use.may, certain.blocks)
    return peers.every((peer) => {
      const twins = remaining.filter(
        (other) => isSameTier(use, other) && other.applies === 'yes' && names(other.entry, peer),
      )
      const { may } = this.#reach.matcher.peer(peer)
      const own = left.map((block) => ({ ...block, peers: block.peers.intersect(may) }))
      return isNothing(
        subtractBlocks(
          own,
          twins.flatMap((twin) => twin.may),
        ),
      )
    })
  }

  /** Classes for which some of the entries speak. Pods nobody has declared come first: most differences show there. */
  *#subjects(entries: Entries, direction: Direction): Iterable<PeerClass> {
    const seen = new Set<number>()
    for (const entry of entries) {
      if (entry.direction !== direction) continue
      for (const index of this.#reach.matcher.select(entry.subject).may) {
        const found = this.#reach.universe.classes[index]
        if (found !== undefined && !seen.has(index)) yield found
        seen.add(index)
      }
    }
  }

  #remaining(found: PeerClass, direction: Direction): EntryUse[] {
    return this.#reach.uses(found, direction).filter(({ entry }) => !this.#removed.has(entry))
  }

  #coversOf(entries: Entries): PolicyEntry[] {
    return directions.flatMap((direction) => {
      const [subject] = this.#subjects(entries, direction)
      if (subject === undefined) return []
      const own = entries.filter((entry) => entry.direction === direction)
      const said = own
        .flatMap((entry) => this.#reach.matcher.blocks(entry).may)
        .filter(({ peers, connections }) => !peers.isEmpty && !connections.isEmpty)
      const isolates = own.some((entry) => entry.isolates)
      const uses = this.#remaining(subject, direction)
      const speaking = uses.filter((use) => overlap(use.may, said) && own.some((entry) => canCover(use.entry, entry)))
      const whole = speaking.find((use) => subtractBlocks(said, use.may).length === 0)
      const isolating = isolates ? uses.filter(({ entry }) => entry.isolates).slice(0, 1) : []
      return [...isolating, ...(whole === undefined ? speaking : [whole])].map(({ entry }) => entry)
    })
  }
}

/** Entries by a key, those that stand last in the files first. */
function groups(entries: readonly PolicyEntry[], keyOf: (entry: PolicyEntry) => string): Entries[] {
  const found = [...Map.groupBy(entries, keyOf).values()] as unknown as Entries[]
  return found.sort(([a], [b]) => compareSpans(b.origin.span, a.origin.span))
}

/** What the cluster does may lie on either side of what such an entry says. */
const isApproximate = ({ effect }: PolicyEntry): boolean => effect === 'wider' || effect === 'narrower'

const isSameTier = (a: EntryUse, b: EntryUse): boolean =>
  a.entry.layer === b.entry.layer && a.entry.tier === b.entry.tier

/** Whether an entry lists a peer that matches whenever this one does. */
function names({ peers }: PolicyEntry, peer: PeerSelector): boolean {
  return peers !== 'any' && peers.some((other) => isWithin(peer, other))
}

function isWithin(peer: PeerSelector, other: PeerSelector): boolean {
  if (peer.kind === 'pods') return other.kind === 'pods' && selectorKey(peer) === selectorKey(other)
  if (peer.kind !== 'addresses' || other.kind !== 'addresses') return peerKey(peer) === peerKey(other)
  const meansSame = peer.matchesPods === other.matchesPods && peer.matchesNodes === other.matchesNodes
  return meansSame && peer.addresses.isSubsetOf(other.addresses)
}

const isNothing = (blocks: readonly Block[]): boolean =>
  blocks.every(({ peers, connections }) => peers.isEmpty || connections.isEmpty)

/** One that says the same, or is asked before. */
const canCover = (other: PolicyEntry, entry: PolicyEntry): boolean =>
  other.verdict === entry.verdict ||
  other.tier < entry.tier ||
  (other.tier === entry.tier && compareOrder(other.order, entry.order) < 0)

const overlap = (a: readonly Block[], b: readonly Block[]): boolean =>
  a.some((x) => b.some((y) => x.peers.overlaps(y.peers) && !x.connections.intersect(y.connections).isEmpty))
