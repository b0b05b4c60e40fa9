import type { SideView } from '../delta/side-view.ts'
import { nameClass, showWitness } from '../delta/trace-connection.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey, showId } from '../model/cluster.ts'
import { spanAt } from '../model/fields.ts'
import type { Direction, PolicyEntry } from '../policies/entry.ts'
import type { Bound } from '../reach/evaluate.ts'
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
    for (const [one, other] of tiedRules(view.reach.input.entries)) {
      const policies = [one, other].map(({ origin }) => origin.policy).sort(byKey)
      const key = policies.map(idKey).join(' ')
      const clash = seen.has(key) ? undefined : findClash(view, one, other)
      if (clash === undefined) continue
      seen.add(key)
      yield hit(view, policies as [ResourceId, ResourceId], clash)
    }
  },
})

const byKey = (a: ResourceId, b: ResourceId): number => compareText(idKey(a), idKey(b))

/** Pairs of rules of different policies, of one rank, that do not say the same. */
function* tiedRules(entries: readonly PolicyEntry[]): Generator<[PolicyEntry, PolicyEntry]> {
  const ranked = entries.filter(({ order }) => order.length > 0)
  const groups = Map.groupBy(ranked, ({ tier, order, direction }) => [tier, direction, ...order].join(' '))
  for (const group of groups.values()) {
    for (const [index, one] of group.entries()) {
      for (const other of group.slice(index + 1)) {
        if (one.origin.policy !== other.origin.policy && one.verdict !== other.verdict) yield [one, other]
      }
    }
  }
}

interface Clash {
  readonly direction: Direction
  readonly subject: PeerClass
  readonly peer: PeerClass
  readonly connections: ConnectionSet
}

/** A connection for which it matters which of the two rules wins; undefined where it matters for none. */
function findClash({ reach }: SideView, one: PolicyEntry, other: PolicyEntry): Clash | undefined {
  const { matcher, universe } = reach
  const { direction } = one
  const subjects = matcher.select(one.subject).must.intersect(matcher.select(other.subject).must)
  const peers = matcher.peers(one.peers).must.intersect(matcher.peers(other.peers).must)
  const judged = new Set<RowBounds>()
  for (const index of subjects) {
    const subject = universe.classes[index] as PeerClass
    const row = reach.row(subject, direction)
    if (judged.has(row)) continue
    judged.add(row)
    for (const { peers: open, connections } of subtractBlocks(row.may.blocks, row.must.blocks)) {
      const place = open.intersect(peers).first()
      if (place === undefined) continue
      const decides = (bound: Bound): boolean =>
        [...replay(reach.uses(subject, direction), place, bound).decided].some(
          ([{ entry }, decided]) => (entry === one || entry === other) && !decided.intersect(connections).isEmpty,
        )
      if (decides('must') && decides('may'))
        return { direction, subject, peer: universe.classes[place] as PeerClass, connections }
    }
  }
  return undefined
}

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
