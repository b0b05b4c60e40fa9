import type { Cause } from '../delta/cause.ts'
import { list, namePeers, sayWay } from '../delta/name-peers.ts'
import { diffResources } from '../delta/node-diff.ts'
import { policyCause } from '../delta/policy-cause.ts'
import { entriesOf, type PolicyPair, pairPolicies, saidBy, subjectsOf } from '../delta/policy-pairs.ts'
import type { SideView } from '../delta/side-view.ts'
import { idKey, showId } from '../model/cluster.ts'
import type { Policy } from '../policies/compile-policies.ts'
import type { Direction } from '../policies/entry.ts'
import { replay } from '../reach/replay.ts'
import { type Block, makeRow, subtractBlocks } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import { covers, type Span } from '../source/span.ts'
import { placeOfCause } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { peersKey } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { classesOf } from './selected-workloads.ts'

/** Peers, and policies that allow them all the same, are listed up to this many. */
const LISTED = 3

export default defineRule({
  id: 'tightening-without-effect',
  title: 'A policy allows less than before, and another one still allows it',
  severity: 'note',
  fix: 'none',
  tags: ['correctness'],
  scope: 'delta',
  options: noOptions,
  *check({ base, head }) {
    for (const pair of pairPolicies(base, head).pairs) {
      if (pair.base.resource === pair.head.resource) continue
      for (const direction of ['ingress', 'egress'] as const) yield* hitsOf({ pair, direction, base, head })
    }
  },
})

interface Scene {
  readonly pair: PolicyPair
  readonly direction: Direction
  readonly base: SideView
  readonly head: SideView
}

function* hitsOf(scene: Scene): Generator<RuleHit> {
  const { pair, direction, base, head } = scene
  const before = saidBy(base, pair.base, direction, 'allow')
  const after = saidBy(head, pair.head, direction, 'allow')
  const lost = makeRow(subtractBlocks(before.blocks, after.blocks)).blocks
  if (lost.length === 0) return
  const subjects = subjectsIn(scene)
  if (subjects.length === 0 || subjects.some((found) => isClosed(scene, found, lost))) return
  const keepers = keepersOf(scene, subjects[0] as PeerClass, lost)
  const cause = causeOf(scene, lost)
  if (keepers.length === 0 || cause === undefined) return
  const gained = makeRow(subtractBlocks(after.blocks, before.blocks)).blocks
  yield hit(scene, { lost, gained, keepers, cause })
}

/** Pods that the policy speaks for on both sides. */
function subjectsIn({ pair, base, head }: Scene): PeerClass[] {
  return classesOf(head, subjectsOf(base, pair.base).intersect(subjectsOf(head, pair.head)))
}

/** Whether some of what is lost is certainly or perhaps closed to a pod now. */
function isClosed({ direction, head }: Scene, found: PeerClass, lost: readonly Block[]): boolean {
  return subtractBlocks(lost, head.reach.row(found, direction).must.blocks).length > 0
}

/** Other policies whose entries allow it now. */
function keepersOf({ pair, direction, head }: Scene, subject: PeerClass, lost: readonly Block[]): string[] {
  const uses = head.reach.uses(subject, direction)
  const found = lost.flatMap(({ peers, connections }) => {
    const { decided } = replay(uses, peers.first() ?? -1, 'must', head.reach.spared(subject, direction, 'must'))
    return [...decided]
      .filter(([{ entry }, set]) => entry.verdict === 'allow' && !set.intersect(connections).isEmpty)
      .filter(([{ entry }]) => idKey(entry.origin.policy) !== idKey(pair.head.id))
      .map(([{ entry }]) => showId(entry.origin.policy))
  })
  return [...new Set(found)].sort()
}

/** The edit of the rule that allowed it. */
function causeOf({ pair, direction, base }: Scene, lost: readonly Block[]): Cause | undefined {
  const changes = diffResources(pair.base.resource, pair.head.resource)
  const spans = pair.base.entries
    .filter((entry) => entry.direction === direction && entry.verdict === 'allow' && !entry.isolates)
    .filter((entry) => overlaps(base.reach.matcher.blocks(entry).must, lost))
    .map(({ origin }) => origin.span)
  const touches = (span: Span | undefined): boolean =>
    span !== undefined && spans.some((own) => covers(own, span) || covers(span, own))
  const change = changes.find((found) => touches(found.base)) ?? changes[0]
  return change && policyCause(pair.head.id, change)
}

const overlaps = (a: readonly Block[], b: readonly Block[]): boolean =>
  a.some((x) => b.some((y) => x.peers.overlaps(y.peers) && !x.connections.intersect(y.connections).isEmpty))

interface Told {
  readonly lost: readonly Block[]
  readonly gained: readonly Block[]
  readonly keepers: readonly string[]
  readonly cause: Cause
}

function hit(scene: Scene, { lost, gained, keepers, cause }: Told): RuleHit {
  const { pair, direction, base, head } = scene
  const subjects = namePeers(subjectsOf(head, pair.head), head.reach, entriesOf(head, pair.head))
  const instead = gained.length === 0 ? '' : ` and allows ${say(gained, direction, pair.head, head)} instead`
  return {
    object: pair.head.id,
    discriminator: direction,
    ...placeOfCause(cause, head),
    message: `${showId(pair.head.id)} no longer allows ${subjects} ${direction} ${say(lost, direction, pair.base, base)}${instead}, yet nothing closes: ${list(keepers, LISTED)} still ${keepers.length === 1 ? 'allows' : 'allow'} it.`,
    remedy: 'If it is meant to close, narrow that policy as well; else the rule that went was superfluous.',
    confidence: 'certain',
  }
}

/** `to 10.0.0.0/8 on TCP 443` */
function say(blocks: readonly Block[], direction: Direction, policy: Policy, view: SideView): string {
  const parts = blocks.map(
    ({ peers, connections }) =>
      `${peersKey[direction]} ${sayWay(namePeers(peers, view.reach, entriesOf(view, policy)), connections)}`,
  )
  return list(parts, LISTED)
}
