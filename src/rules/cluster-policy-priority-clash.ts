import type { SideView } from '../delta/side-view.ts'
import { nameClass, showWitness } from '../delta/trace-connection.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey, showId } from '../model/cluster.ts'
import { spanAt } from '../model/fields.ts'
import { compareOrder, type Direction, directions, type PolicyEntry } from '../policies/entry.ts'
import type { Bound, EntryUse } from '../reach/evaluate.ts'
import type { RowBounds } from '../reach/reachability.ts'
import { replay } from '../reach/replay.ts'
import { subtractBlocks } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import { compareText } from '../source/compare-text.ts'
import type { Span } from '../source/span.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cluster-policy-priority-clash',
  title: 'Two cluster policies of one priority contradict each other',
  severity: 'error',
  fix: 'none',
  tags: ['cis-5.3.2', 'correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    const seen = new Set<string>()
    for (const clash of clashes(view)) {
      const policies = clash.rules.map(({ origin }) => origin.policy).sort(byKey)
      const key = policies.map(idKey).join(' ')
      if (!seen.has(key)) yield hit(view, policies as [ResourceId, ResourceId], clash)
      seen.add(key)
    }
  },
})

const byKey = (a: ResourceId, b: ResourceId): number => compareText(idKey(a), idKey(b))
interface Clash {
  readonly rules: readonly [PolicyEntry, PolicyEntry]
  readonly direction: Direction
  readonly subject: PeerClass
  readonly peer: PeerClass
  readonly connections: ConnectionSet
}

/** Peers of one kind of connection that are asked, until one is spoken of for certain. */
const LOOKED_AT = 32

/** One clash for each kind of connection of which it matters who wins; classes with one row are looked at once. */
function* clashes({ reach }: SideView): Generator<Clash> {
  if (!reach.input.entries.some(({ order }) => order.length > 0)) return
  const { classes } = reach.universe
  const judged = new Set<RowBounds>()
  for (const direction of directions) {
    for (const subject of classes) {
      const row = reach.row(subject, direction)
      if (row.must === row.may || judged.has(row)) continue
      judged.add(row)
      for (const { peers, connections } of subtractBlocks(row.may.blocks, row.must.blocks)) {
        const uses = reach.uses(subject, direction)
        for (const place of [...peers].slice(0, LOOKED_AT)) {
          const rules = contradiction(uses, place, connections)
          if (rules === undefined) continue
          yield { rules, direction, subject, peer: classes[place] as PeerClass, connections }
          break
        }
      }
    }
  }
}

/** The rule that decides when the strictest wins and the one that decides when the mildest does, of one rank. */
function contradiction(
  uses: readonly EntryUse[],
  peer: number,
  connections: ConnectionSet,
): Clash['rules'] | undefined {
  const deciding = (bound: Bound): PolicyEntry[] =>
    [...replay(uses, peer, bound).decided]
      .filter(([use, decided]) => isCertain(use, peer) && !decided.intersect(connections).isEmpty)
      .map(([{ entry }]) => entry)
  const mild = deciding('may')
  for (const strict of deciding('must')) {
    const other = mild.find((entry) => isTied(strict, entry))
    if (other !== undefined) return [strict, other]
  }
  return undefined
}

/** Whether the rule speaks for the subject and of the peer whatever is unknown. */
const isCertain = ({ applies, must }: EntryUse, peer: number): boolean =>
  applies === 'yes' && must.some(({ peers }) => peers.has(peer))

const isTied = (a: PolicyEntry, b: PolicyEntry): boolean =>
  a.origin.policy !== b.origin.policy &&
  a.verdict !== b.verdict &&
  a.tier === b.tier &&
  a.order.length > 0 &&
  compareOrder(a.order, b.order) === 0

function hit(view: SideView, [first, second]: readonly [ResourceId, ResourceId], clash: Clash): RuleHit {
  const { direction, subject, peer, connections } = clash
  const ends = direction === 'egress' ? ([subject, peer] as const) : ([peer, subject] as const)
  const at = { side: view.side, span: prioritySpan(view, second) }
  return {
    object: second,
    discriminator: idKey(first),
    at,
    related: [{ at: { side: view.side, span: prioritySpan(view, first) }, message: 'the other of the two' }],
    message: `${showId(first)} and ${showId(second)} have one priority and say different things about ${nameClass(view, ends[0])} to ${nameClass(view, ends[1])}; which of them wins is undefined`,
    remedy: 'Give one of them a priority of its own; the lower number is asked first.',
    confidence: 'certain',
    witness: showWitness(view, ends[0], ends[1], connections),
  }
}

const prioritySpan = ({ policies }: SideView, policy: ResourceId): Span =>
  spanAt(policies.manifests.get(idKey(policy)) as Resource, 'spec', 'priority')
