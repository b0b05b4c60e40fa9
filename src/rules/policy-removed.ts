import type { Cause } from '../delta/cause.ts'
import type { ConnectionChange, Delta } from '../delta/delta.ts'
import { isLost, lostIsolation } from '../delta/lost-isolation.ts'
import { namePeers } from '../delta/name-peers.ts'
import { pairPolicies } from '../delta/policy-pairs.ts'
import type { SideView } from '../delta/side-view.ts'
import { idKey, showId } from '../model/cluster.ts'
import { isEverything } from '../model/label-expression.ts'
import type { Direction } from '../policies/entry.ts'
import type { NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import { both, placeOfCause } from './change-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { subjectClasses } from './subject-classes.ts'

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
      (spec) => !covered.has(idKey(spec.id)) && !wentWithItsPods(spec, base, head),
    )
    const losses = removed.map((spec) => ({ spec, left: leftAlone(spec, base, head) }))
    const isolating = losses.filter(({ left }) => left.length > 0)
    for (const group of Map.groupBy(isolating, ({ spec }) => spec.id.namespace).values())
      yield isolationHit(group, head)
    for (const { spec, left } of losses) if (left.length === 0) yield* changeHits(spec, delta, head)
  },
})

/** A policy that goes with the workloads, or the namespace, it was for. */
function wentWithItsPods(spec: NetworkPolicySpec, base: SideView, head: SideView): boolean {
  const { namespace } = spec.id
  if (base.cluster.namespaces.get(namespace)?.source === 'declared' && !head.cluster.namespaces.has(namespace))
    return true
  const subjects = subjectClasses(base, spec)
  const selected = subjects.flatMap((found) => workloadsIn(base.reach, found))
  return selected.length > 0 && subjects.every((found) => workloadsIn(head.reach, found).length === 0)
}

interface LeftAlone {
  readonly found: PeerClass
  readonly direction: Direction
}

/** Pods not in the tree that it isolated and nothing isolates now. */
function leftAlone(spec: NetworkPolicySpec, base: SideView, head: SideView): LeftAlone[] {
  const directions = (['ingress', 'egress'] as const).filter((direction) => spec.isolates[direction])
  const subjects = subjectClasses(base, spec).filter(({ kind }) => kind === 'cell')
  return directions.flatMap((direction) =>
    subjects
      .filter((found) => isLost(found, direction, base, head) === 'certain')
      .map((found) => ({ found, direction })),
  )
}

interface Loss {
  readonly spec: NetworkPolicySpec
  readonly left: readonly LeftAlone[]
}

/** Policies of one namespace that together isolated its pods: one finding, at the one that speaks for most of them. */
function isolationHit(group: readonly Loss[], head: SideView): RuleHit {
  const sorted = [...group].sort(
    (a, b) =>
      Number(isEverything(b.spec.podSelector)) - Number(isEverything(a.spec.podSelector)) ||
      b.left.length - a.left.length,
  )
  const [first, ...others] = sorted as [Loss, ...Loss[]]
  const left = group.flatMap((loss) => loss.left)
  const pods = namePeers(head.reach.matcher.set(left.map(({ found }) => found.index)), head.reach)
  const directions = (['ingress', 'egress'] as const).filter((direction) =>
    left.some((one) => one.direction === direction),
  )
  const more =
    others.length === 0
      ? 'is gone'
      : `and ${others.length} more ${others.length === 1 ? 'policy' : 'policies'} of its namespace are gone`
  return {
    object: first.spec.id,
    discriminator: 'isolation',
    ...placeOfCause(removalOf(first.spec), head),
    related: others.slice(0, 6).map(({ spec }) => ({
      at: { side: 'base', span: spec.resource.name.span },
      message: `${showId(spec.id)} was removed`,
    })),
    message: `${showId(first.spec.id)} ${more}: nothing isolates ${pods} for ${both(directions)} now.`,
    remedy: 'Keep a policy that selects every pod of the namespace, or say elsewhere who may connect.',
    confidence: 'certain',
  }
}

function removalOf({ id, resource }: NetworkPolicySpec): Cause {
  return {
    kind: 'policy-removed',
    object: id,
    at: { side: 'base', span: resource.name.span },
    near: undefined,
    text: `${showId(id)} was removed`,
  }
}

/** What else it changed: connections that are gone, or open. */
function* changeHits(spec: NetworkPolicySpec, delta: Delta, head: SideView): Generator<RuleHit> {
  const changes = delta.changes.filter(
    ({ certainty, causes }) =>
      certainty === 'certain' &&
      causes.some(({ kind, object }) => kind === 'policy-removed' && idKey(object) === idKey(spec.id)),
  )
  const [first] = changes
  if (first === undefined) return
  yield {
    object: spec.id,
    discriminator: 'removed',
    ...placeOfCause(removalOf(spec), head),
    message: `${showId(spec.id)} is gone: ${say(first)}${changes.length > 1 ? `, and ${changes.length - 1} more` : ''}.`,
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
