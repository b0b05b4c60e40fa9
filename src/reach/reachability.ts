import { and, type Truth } from '../model/labels.ts'
import { type Direction, directions, type PolicyEntry } from '../policies/entry.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { MemberSet } from '../sets/member-set.ts'
import { addTo } from './add-to.ts'
import { type Bound, type EntryUse, evaluateRow, inOrder, isCertain, type Space } from './evaluate.ts'
import { isLocal } from './is-local.ts'
import { Matcher } from './matcher.ts'
import { connectionsWith, type Row } from './row.ts'
import { type SharedRows, sharedRows } from './shared-rows.ts'
import { isPodClass, type PeerClass, representative, type Side, type SideInput, type Universe } from './universe.ts'

/** Connections under both bounds; `must` is a subset of `may`. */
export interface Bounds {
  readonly must: ConnectionSet
  readonly may: ConnectionSet
}

export interface RowBounds {
  readonly must: Row
  readonly may: Row
}

/** What is worked out for a class in one direction. */
export interface ClassAnswers {
  readonly uses: readonly EntryUse[]
  /** Undefined until it is asked for. */
  row: RowBounds | undefined
}

const noUses: readonly EntryUse[] = []

/**
 * Who can talk to whom on one side. Rows are computed when they are asked for, once, and equal rows are one value, so
 * that `base === head` of their keys tells an unchanged class.
 */
export class Reachability {
  readonly universe: Universe
  readonly side: Side
  readonly input: SideInput
  readonly matcher: Matcher
  readonly #entries: Readonly<Record<Direction, EntryIndex>>
  readonly #answers: Readonly<Record<Direction, (ClassAnswers | undefined)[]>>
  readonly #shared: SharedRows
  readonly #open: RowBounds

  constructor(universe: Universe, side: Side, input: SideInput) {
    this.universe = universe
    this.side = side
    this.input = input
    this.matcher = new Matcher(universe, side, input.cluster)
    this.#shared = sharedRows(universe)
    this.#entries = {
      ingress: new EntryIndex(input.entries, 'ingress', this.matcher),
      egress: new EntryIndex(input.entries, 'egress', this.matcher),
    }
    this.#answers = { ingress: universe.classes.map(() => undefined), egress: universe.classes.map(() => undefined) }
    this.#open = this.#shared.rows.get('') ?? openRow(this.matcher)
    this.#shared.rows.set('', this.#open)
    this.#shared.meet(this)
  }

  /** Whether policies of pods apply to a class: not to pods on the host network. */
  isPolicedPod(found: PeerClass): boolean {
    return isPodClass(found) && representative(found, this.side)?.hostNetwork !== true
  }

  /** Whether policies apply to the peers of a class: to pods, to host endpoints, and to whatever else one selects. */
  isPoliced(found: PeerClass): boolean {
    if (this.isPolicedPod(found) || (found.kind === 'workloads' && found.isHost)) return true
    return directions.some((direction) => this.#entries[direction].candidates(found).length > 0)
  }

  /**
   * Peers that policies of a class do not keep out: the machine its pods run on, whichever that is. Where it is only spared
   * isolation a policy may still deny it.
   */
  spared(found: PeerClass, direction: Direction, bound: Bound): Pick<Space, 'exempt' | 'free'> {
    const { ownMachine, cilium } = this.input.cluster.profile
    if (ownMachine === 'policed' || direction === 'egress' || !runsOnMachine(found)) return noneSpared
    if (cilium.enforcement === 'always' && this.#entries.ingress.candidates(found).length <= 1) return noneSpared
    const machine = this.matcher.entities(['host'])[bound]
    if (ownMachine === 'allowed-unless-denied') return { exempt: machine, free: MemberSet.none }
    return { exempt: MemberSet.none, free: this.#onMachine(machine, found) }
  }

  /** The same, whether a policy may deny it or not. */
  ownMachine(found: PeerClass, direction: Direction, bound: Bound): MemberSet {
    const { exempt, free } = this.spared(found, direction, bound)
    return exempt.union(free)
  }

  /** Which of the peers that may be the machine of a class are it, as far as manifests say where its pods run. */
  #onMachine(machine: MemberSet, found: PeerClass): MemberSet {
    const own = machineOf(found, this.side)
    if (own === undefined || machine.isEmpty) return machine
    const others = this.matcher.machines().filter(({ name }) => name !== undefined && name !== own)
    return machine.subtract(this.matcher.set(others.map(({ index }) => index)))
  }

  /** Entries that apply, or may apply, to a class, in the order in which they are asked. */
  uses(found: PeerClass, direction: Direction): readonly EntryUse[] {
    return this.#answersOf(found, direction).uses
  }

  /** Of a class of which both sides say the same they share the answers, worked out by whichever side is asked first. */
  #answersOf(found: PeerClass, direction: Direction): ClassAnswers {
    const known = this.#answers[direction][found.index]
    if (known !== undefined) return known
    const shared = this.#shared.isUnchanged(this, found, direction) ? this.#shared.answers[direction] : undefined
    const answers = shared?.get(found.index) ?? { uses: this.#findUses(found, direction), row: undefined }
    shared?.set(found.index, answers)
    this.#answers[direction][found.index] = answers
    return answers
  }

  #findUses(found: PeerClass, direction: Direction): readonly EntryUse[] {
    const candidates = this.#entries[direction].candidates(found)
    if (candidates.length === 0) return noUses
    const uses: EntryUse[] = []
    for (const entry of candidates) {
      const blocks = this.matcher.blocks(entry)
      uses.push({ entry, applies: this.#applies(entry, found), ...this.#resolved(entry, blocks, found) })
    }
    return inOrder(uses)
  }

  /** Whether a candidate is there and its subject is the class, for certain. */
  #applies({ subject, exists }: PolicyEntry, { index }: PeerClass): Truth {
    const { must, may } = this.matcher.select(subject)
    return and(must === may || must.has(index) ? 'yes' : 'unknown', exists)
  }

  /** In ingress the subject is the destination: its own pods resolve the names. */
  #resolved(
    entry: PolicyEntry,
    blocks: { must: EntryUse['must']; may: EntryUse['may'] },
    subject: PeerClass,
  ): Pick<EntryUse, 'must' | 'may'> {
    if (entry.direction === 'egress' || !entry.connections.hasNames) return blocks
    const connections = this.matcher.resolveOn(entry.connections, subject)
    const resolve = (list: EntryUse['must']): EntryUse['must'] => list.map(({ peers }) => ({ peers, connections }))
    const must = resolve(blocks.must)
    return { must, may: blocks.may === blocks.must ? must : resolve(blocks.may) }
  }

  row(found: PeerClass, direction: Direction): RowBounds {
    const answers = this.#answersOf(found, direction)
    answers.row ??= this.#evaluate(answers.uses, found, direction)
    return answers.row
  }

  /** The row of a class as it would be without some entries. */
  rowWithout(found: PeerClass, direction: Direction, removed: ReadonlySet<PolicyEntry>): RowBounds {
    const left = this.uses(found, direction).filter(({ entry }) => !removed.has(entry))
    return this.#evaluate(left, found, direction)
  }

  #evaluate(uses: readonly EntryUse[], found: PeerClass, direction: Direction): RowBounds {
    if (uses.length === 0) return this.#open
    const spared = { must: this.spared(found, direction, 'must'), may: this.spared(found, direction, 'may') }
    const key = `${direction} ${runsOnMachine(found)} ${uses.map((use) => this.#useKey(use)).join(' ')}${sparedKey(spared.may)}`
    const known = this.#shared.rows.get(key)
    if (known !== undefined) return known
    const evaluate = (bound: Bound): Row => {
      const space: Space = { everyone: this.matcher.everyone, ...spared[bound] }
      return this.#shared.withSharedPeers(evaluateRow(uses, space, bound))
    }
    const must = evaluate('must')
    const may = isCertain(uses) && isSame(spared.must, spared.may) ? must : evaluate('may')
    const bounds: RowBounds = { must, may }
    this.#shared.rows.set(key, bounds)
    return bounds
  }

  /** In ingress the names of ports are resolved on the class, so that one entry may say several things. */
  #useKey({ entry, applies, may }: EntryUse): string {
    const named = entry.direction === 'ingress' && entry.connections.hasNames
    return `${this.#shared.number(this.matcher.blocks(entry))}${applies[0]}${named ? (may[0]?.connections.key ?? '') : ''}`
  }

  /** Whether a class is default-deny in a direction. */
  isolated(found: PeerClass, direction: Direction): Truth {
    let isolated: Truth = 'no'
    for (const { entry, applies } of this.uses(found, direction)) {
      if (!entry.isolates) continue
      if (applies === 'yes') return 'yes'
      isolated = 'unknown'
    }
    return isolated
  }

  /** Connections from one class to another: what the source may send and the destination accepts. */
  connections(source: PeerClass, destination: PeerClass): Bounds {
    if (isLocal(this, source, destination)) return everything
    const out = this.row(source, 'egress')
    const into = this.row(destination, 'ingress')
    return {
      must: connectionsWith(out.must, destination.index).intersect(connectionsWith(into.must, source.index)),
      may: possible(connectionsWith(out.may, destination.index), connectionsWith(into.may, source.index)),
    }
  }
}

/** Pods and the plugin's own endpoints; the API server is a process of its machine. */
const runsOnMachine = (found: PeerClass): boolean =>
  isPodClass(found) || (found.kind === 'entity' && found.entity !== 'kube-apiserver')
const noneSpared = { exempt: MemberSet.none, free: MemberSet.none }
const sparedKey = ({ free }: Pick<Space, 'free'>): string => (free.isEmpty ? '' : ` free ${free.key}`)
const isSame = (a: Pick<Space, 'exempt' | 'free'>, b: Pick<Space, 'exempt' | 'free'>): boolean =>
  a.exempt === b.exempt && a.free.equals(b.free)

/** The machine that all pods of a class are bound to. */
function machineOf(found: PeerClass, side: Side): string | undefined {
  if (found.kind !== 'workloads') return undefined
  const names = new Set(found.members.map((member) => member[side]?.nodeName))
  return names.size === 1 ? [...names][0] : undefined
}

const everything: Bounds = { must: ConnectionSet.all, may: ConnectionSet.all }

/** The row of a class that no entry speaks of. */
function openRow({ everyone }: Matcher): RowBounds {
  const row = evaluateRow([], { everyone, ...noneSpared }, 'must')
  return { must: row, may: row }
}

/** A name on one side may be any number that the other side lists, so under `may` the name is kept. */
export function possible(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  const both = a.intersect(b)
  if (!a.hasNames && !b.hasNames) return both
  const keep = (own: ConnectionSet, other: ConnectionSet): ConnectionSet[] =>
    own
      .names()
      .flatMap(({ protocol, name }) =>
        other.portsOf(protocol).numbers.length === 0
          ? []
          : [ConnectionSet.of(protocol, { numbers: [], names: [name], everyName: false })],
      )
  return ConnectionSet.union([both, ...keep(a, b), ...keep(b, a)])
}

/** Entries that select more classes than this are asked for every class; the others are looked up. */
const BROAD = 256

/** Entries of one direction by the classes that their subjects may select, as places in the order of compilation. */
class EntryIndex {
  readonly #entries: readonly PolicyEntry[]
  readonly #matcher: Matcher
  #places: Places | undefined

  constructor(entries: readonly PolicyEntry[], direction: Direction, matcher: Matcher) {
    this.#entries = entries.filter((entry) => entry.direction === direction)
    this.#matcher = matcher
  }

  /** Entries whose subject may select a class. */
  candidates({ index }: PeerClass): PolicyEntry[] {
    this.#places ??= this.#build()
    const narrow = this.#places.narrow.get(index) ?? []
    const broad = this.#places.broad.filter((place) => this.#subjects(place).has(index))
    const places = broad.length === 0 ? narrow : [...narrow, ...broad].sort((a, b) => a - b)
    return places.map((place) => this.#entries[place] as PolicyEntry)
  }

  #subjects(place: number): MemberSet {
    return this.#matcher.select((this.#entries[place] as PolicyEntry).subject).may
  }

  #build(): Places {
    const broad: number[] = []
    const narrow = new Map<number, number[]>()
    for (const place of this.#entries.keys()) {
      const subjects = this.#subjects(place)
      if (subjects.size > BROAD) broad.push(place)
      else for (const index of subjects) addTo(narrow, index, place)
    }
    return { broad, narrow }
  }
}

interface Places {
  readonly broad: readonly number[]
  readonly narrow: ReadonlyMap<number, readonly number[]>
}

export function reach(universe: Universe, side: Side, input: SideInput): Reachability {
  return new Reachability(universe, side, input)
}
