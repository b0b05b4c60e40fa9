import type { SideView } from '../delta/side-view.ts'
import { nameClass, showWitness } from '../delta/trace-connection.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { idKey, showId } from '../model/cluster.ts'
import { spanAt } from '../model/fields.ts'
import type { PolicyEntry } from '../policies/entry.ts'
import type { EntryUse } from '../reach/evaluate.ts'
import { replay } from '../reach/replay.ts'
import { intersectBlocks } from '../reach/row.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { Span } from '../source/span.ts'
import { distinctRows } from './distinct-rows.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'calico-order-tie',
  title: 'The names of two Calico policies decide which of them is asked first',
  severity: 'warning',
  fix: 'none',
  tags: ['correctness'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const tie of ties(view)) yield hit(view, tie)
  },
})

interface Tie {
  /** The entry that is asked first, by its name. */
  readonly first: PolicyEntry
  readonly second: PolicyEntry
  readonly subject: PeerClass
  readonly peer: PeerClass
  readonly connections: ConnectionSet
}

/** Peers that are asked whether the first entry decides anything about them, until one says yes. */
const LOOKED_AT = 32

/** One for each two policies that have any. */
function* ties({ reach }: SideView): Generator<Tie> {
  if (!reach.input.entries.some(isNamed)) return
  const told = new Map<ResourceId, Set<ResourceId>>()
  for (const { subject, direction } of distinctRows(reach)) {
    const uses = reach.uses(subject, direction)
    for (const [first, second] of tiedPairs(uses.filter(({ applies }) => applies === 'yes'))) {
      const [one, other] = [first.entry.origin.policy, second.entry.origin.policy]
      const found = told.get(one)?.has(other) ? undefined : contested(uses, first, second)
      if (found === undefined) continue
      told.set(one, (told.get(one) ?? new Set()).add(other))
      const peer = reach.universe.classes[found.peer] as PeerClass
      yield { first: first.entry, second: second.entry, subject, peer, connections: found.connections }
    }
  }
}

/** Whether an entry has a place by order and name, as policies have under Calico. */
const isNamed = ({ order }: PolicyEntry): boolean => order.length === 2 && typeof order[1] === 'string'

/** Entries of two policies with one order that say different things. */
function* tiedPairs(uses: readonly EntryUse[]): Generator<readonly [EntryUse, EntryUse]> {
  const named = uses.filter(({ entry }) => isNamed(entry) && entry.origin.index >= 0)
  const groups = Map.groupBy(named, ({ entry }) => `${entry.tier} ${entry.order[0]}`)
  for (const group of groups.values())
    for (const [index, first] of group.entries())
      for (const second of group.slice(index + 1)) if (isContradiction(first.entry, second.entry)) yield [first, second]
}

const isContradiction = (a: PolicyEntry, b: PolicyEntry): boolean =>
  a.verdict !== b.verdict && a.origin.policy !== b.origin.policy

/** A connection that both speak of for certain and the first decides. */
function contested(
  uses: readonly EntryUse[],
  first: EntryUse,
  second: EntryUse,
): { readonly peer: number; readonly connections: ConnectionSet } | undefined {
  for (const { peers, connections } of intersectBlocks(first.must, second.must)) {
    for (const peer of [...peers].slice(0, LOOKED_AT)) {
      const decided = replay(uses, peer, 'must').decided.get(first)?.intersect(connections)
      if (decided !== undefined && !decided.isEmpty) return { peer, connections: decided }
    }
  }
  return undefined
}

function hit(view: SideView, { first, second, subject, peer, connections }: Tie): RuleHit {
  const ends = first.direction === 'egress' ? ([subject, peer] as const) : ([peer, subject] as const)
  const [one, other] = [first.origin.policy, second.origin.policy]
  const written = isOfKubernetes(other) && !isOfKubernetes(one) ? one : other
  const span = orderSpan(view, written)
  return {
    object: written,
    discriminator: idKey(written === other ? one : other),
    at: { side: view.side, span },
    related: [
      {
        at: { side: view.side, span: orderSpan(view, written === other ? one : other) },
        message: 'the other of the two',
      },
    ],
    message: `${showId(one)} and ${showId(other)} ${sayOrder(first)} and say different things about ${nameClass(view, ends[0])} to ${nameClass(view, ends[1])}: ${one.name} is asked first because of its name alone, and decides.`,
    remedy: 'Give each an order of its own; the lower number is asked first.',
    confidence: 'certain',
    witness: showWitness(view, ends[0], ends[1], connections),
  }
}

const isOfKubernetes = ({ group }: ResourceId): boolean => group === 'networking.k8s.io'

function sayOrder({ order: [order] }: PolicyEntry): string {
  if (order === Number.POSITIVE_INFINITY) return 'have no order, which is the last place for both,'
  return order === 1000 ? 'stand at order 1000, where those of Kubernetes are,' : `have the order ${order}`
}

const orderSpan = ({ policies }: SideView, policy: ResourceId): Span => {
  const resource = policies.manifests.get(idKey(policy)) as Resource
  return isOfKubernetes(policy) ? resource.name.span : spanAt(resource, 'spec', 'order')
}
