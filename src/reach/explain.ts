import type { Truth } from '../model/labels.ts'
import type { Direction } from '../policies/entry.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import { type Doubt, doubtsOf } from './doubts.ts'
import type { EntryUse } from './evaluate.ts'
import { isLocal } from './is-local.ts'
import { type Bounds, possible, type Reachability } from './reachability.ts'
import { type Replay, replay } from './replay.ts'
import { connectionsWith, makeRow } from './row.ts'
import type { PeerClass } from './universe.ts'

/** What one entry does for one pair of peers. */
export interface ExplainedEntry {
  readonly use: EntryUse
  /** What it says of the other end, whatever the entries before it have decided. */
  readonly says: Bounds
  /** What it decided by its verdict, out of what no entry before it had decided. */
  readonly decided: Bounds
  /** Why it is unknown what it says; empty when it is known. */
  readonly doubts: readonly Doubt[]
}

/** One half of the answer: what the policies of one end say about the other end. */
export interface ExplainedDirection {
  readonly direction: Direction
  /** The end that the policies apply to. */
  readonly subject: PeerClass
  /** False for addresses and pods on the host network: no policy applies to them. */
  readonly policed: boolean
  /** Whether the two ends are one pod, or a pod and its own machine: policies have no say and none is listed. */
  readonly local: boolean
  readonly isolated: Truth
  /** In the order in which they are asked. */
  readonly entries: readonly ExplainedEntry[]
  /** What passes because no entry decides it: the default of the system. */
  readonly byDefault: Bounds
  /** What passes this end. */
  readonly passes: Bounds
}

/** Why one peer can or cannot reach another. */
export interface Explanation {
  readonly source: PeerClass
  readonly destination: PeerClass
  /** What was asked for; everything unless the question named something. */
  readonly asked: ConnectionSet
  readonly egress: ExplainedDirection
  readonly ingress: ExplainedDirection
  /** What of it gets through both ends. */
  readonly allowed: Bounds
  /** `partly`: some of what was asked for passes and the rest is denied. `unknown`: some of it may or may not pass. */
  readonly verdict: 'allowed' | 'denied' | 'partly' | 'unknown'
}

/** Walks the entries of both ends once more for one pair, recording what each of them decides. */
export function explain(
  reach: Reachability,
  source: PeerClass,
  destination: PeerClass,
  asked: ConnectionSet = ConnectionSet.all,
): Explanation {
  const egress = explainDirection(reach, 'egress', source, destination)
  const ingress = explainDirection(reach, 'ingress', destination, source)
  const allowed = {
    must: egress.passes.must.intersect(ingress.passes.must).intersect(asked),
    may: possiblyAsked(possible(egress.passes.may, ingress.passes.may), asked),
  }
  return { source, destination, asked, egress, ingress, allowed, verdict: verdictOf(allowed, asked) }
}

function explainDirection(
  reach: Reachability,
  direction: Direction,
  subject: PeerClass,
  peer: PeerClass,
): ExplainedDirection {
  const local = direction === 'egress' ? isLocal(reach, subject, peer) : isLocal(reach, peer, subject)
  const uses = local ? [] : reach.uses(subject, direction)
  const must = replay(uses, peer.index, 'must', reach.spared(subject, direction, 'must'))
  const may = replay(uses, peer.index, 'may', reach.spared(subject, direction, 'may'))
  const decidedBy = (use: EntryUse): Bounds => ({
    must: must.decided.get(use) ?? ConnectionSet.none,
    may: may.decided.get(use) ?? ConnectionSet.none,
  })
  return {
    direction,
    subject,
    policed: reach.isPoliced(subject),
    local,
    isolated: reach.isolated(subject, direction),
    entries: uses.map((use) => ({
      use,
      says: saidOf(use, peer),
      decided: decidedBy(use),
      doubts: doubtsOf(reach, use, subject, peer),
    })),
    byDefault: { must: undecided(must), may: undecided(may) },
    passes: { must: must.allowed, may: may.allowed },
  }
}

/** What passes without an entry that allows it. */
function undecided({ allowed, decided }: Replay): ConnectionSet {
  const byEntries = [...decided]
    .filter(([{ entry }]) => entry.verdict === 'allow')
    .map(([, connections]) => connections)
  return allowed.subtract(ConnectionSet.union(byEntries))
}

const saidOf = ({ must, may }: EntryUse, { index }: PeerClass): Bounds => ({
  must: connectionsWith(makeRow(must), index),
  may: connectionsWith(makeRow(may), index),
})

/** A port known by name alone may be any of the numbers that were asked for. */
function possiblyAsked(may: ConnectionSet, asked: ConnectionSet): ConnectionSet {
  const named = may.names().map(({ protocol }) => ConnectionSet.of(protocol).intersect(asked))
  return ConnectionSet.union([may.intersect(asked), ...named])
}

function verdictOf({ must, may }: Bounds, asked: ConnectionSet): Explanation['verdict'] {
  if (asked.isSubsetOf(must)) return 'allowed'
  if (may.isEmpty) return 'denied'
  return must.equals(may) ? 'partly' : 'unknown'
}
