import type { Cause } from '../delta/cause.ts'
import type { ConnectionChange, Delta } from '../delta/delta.ts'
import { isLost, lostIsolation } from '../delta/lost-isolation.ts'
import { namePeers } from '../delta/name-peers.ts'
import { isolatedBy, pairPolicies, subjectsOf } from '../delta/policy-pairs.ts'
import type { SideView } from '../delta/side-view.ts'
import { idKey, showId } from '../model/cluster.ts'
import type { Policy } from '../policies/compile-policies.ts'
import type { Direction } from '../policies/entry.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { both, placeOfCause } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { presentFirst } from './subject-classes.ts'

export default defineRule({
  id: 'policy-removed',
  title: 'A policy is gone, and who can talk to whom differs without it',
  severity: 'warning',
  fix: 'none',
  tags: ['cis-5.3.2', 'exposure'],
  scope: 'delta',
  options: noOptions,
  *check({ base, head, delta }) {
    const covered = new Set(
      lostIsolation(base, head)
        .flatMap(({ cause, others }) => [cause, ...others])
        .map(({ object }) => idKey(object)),
    )
    const removed = pairPolicies(base, head).removed.filter(
      (policy) => !covered.has(idKey(policy.id)) && !wentWithItsPods(policy, base, head),
    )
    const losses = removed.map((policy) => ({ policy, left: leftAlone(policy, base, head) }))
    const isolating = losses.filter(({ left }) => left.length > 0)
    for (const group of Map.groupBy(isolating, ({ policy }) => policy.id.namespace).values())
      yield isolationHit(group, base, head)
    for (const { policy, left } of losses) if (left.length === 0) yield* changeHits(policy, delta, head)
  },
})

/** A policy that goes with the workloads, or the namespace, it was for. */
function wentWithItsPods(policy: Policy, base: SideView, head: SideView): boolean {
  const { namespace } = policy.id
  if (base.cluster.namespaces.get(namespace)?.source === 'declared' && !head.cluster.namespaces.has(namespace))
    return true
  const subjects = presentFirst(base, subjectsOf(base, policy))
  const selected = subjects.flatMap((found) => workloadsIn(base.reach, found))
  return selected.length > 0 && subjects.every((found) => workloadsIn(head.reach, found).length === 0)
}

interface LeftAlone {
  readonly found: PeerClass
  readonly direction: Direction
}

/** Pods not in the tree that it isolated and nothing isolates now. */
function leftAlone(policy: Policy, base: SideView, head: SideView): LeftAlone[] {
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    presentFirst(base, isolatedBy(base, policy, direction))
      .filter((found) => found.kind === 'cell' && isLost(found, direction, base, head) === 'certain')
      .map((found) => ({ found, direction })),
  )
}

interface Loss {
  readonly policy: Policy
  readonly left: readonly LeftAlone[]
}

/** Policies of one namespace that together isolated its pods: one finding, at the one that speaks for most of them. */
function isolationHit(group: readonly Loss[], base: SideView, head: SideView): RuleHit {
  const breadth = ({ policy }: Loss): number => subjectsOf(base, policy).size
  const sorted = [...group].sort((a, b) => breadth(b) - breadth(a) || b.left.length - a.left.length)
  const [first, ...others] = sorted as [Loss, ...Loss[]]
  const left = group.flatMap((loss) => loss.left)
  const pods = namePeers(head.reach.matcher.set(left.map(({ found }) => found.index)), head.reach)
  const directions = (['ingress', 'egress'] as const).filter((direction) =>
    left.some((one) => one.direction === direction),
  )
  const more =
    others.length === 0
      ? 'is gone'
      : `and ${others.length} more ${others.length === 1 ? 'policy' : 'policies'} of ${first.policy.id.namespace === '' ? 'the cluster' : 'its namespace'} are gone`
  return {
    object: first.policy.id,
    discriminator: 'isolation',
    ...placeOfCause(removalOf(first.policy), head),
    related: others.slice(0, 6).map(({ policy }) => ({
      at: { side: 'base', span: policy.resource.name.span },
      message: `${showId(policy.id)} was removed`,
    })),
    message: `${showId(first.policy.id)} ${more}: nothing isolates ${pods} for ${both(directions)} now.`,
    remedy: 'Keep a policy that selects every pod of the namespace, or say elsewhere who may connect.',
    confidence: 'certain',
  }
}

function removalOf({ id, resource }: Policy): Cause {
  return {
    kind: 'policy-removed',
    object: id,
    at: { side: 'base', span: resource.name.span },
    near: undefined,
    text: `${showId(id)} was removed`,
  }
}

/** What else it changed: connections that are gone, or open. */
function* changeHits(policy: Policy, delta: Delta, head: SideView): Generator<RuleHit> {
  const changes = delta.changes.filter(
    ({ certainty, causes }) =>
      certainty === 'certain' &&
      causes.some(({ kind, object }) => kind === 'policy-removed' && idKey(object) === idKey(policy.id)),
  )
  const [first] = changes
  if (first === undefined) return
  yield {
    object: policy.id,
    discriminator: 'removed',
    ...placeOfCause(removalOf(policy), head),
    message: `${showId(policy.id)} is gone: ${say(first)}${changes.length > 1 ? `, and ${changes.length - 1} more` : ''}.`,
    remedy: first.gained.isEmpty
      ? 'If these connections are needed, allow them in another policy first.'
      : 'Keep the policy, or say elsewhere who may connect.',
    confidence: 'certain',
  }
}

function say({ sources, destinations, gained, lost }: ConnectionChange): string {
  if (!gained.isEmpty) return `${sources.name} can now reach ${destinations.name} on ${gained.show()}`
  return `${sources.name} can no longer reach ${destinations.name} on ${lost.show()}`
}
