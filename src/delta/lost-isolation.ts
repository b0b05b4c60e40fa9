import { qualifiedName, type Workload } from '../model/cluster.ts'
import type { Direction } from '../policies/entry.ts'
import type { PeerClass, WorkloadClass } from '../reach/universe.ts'
import type { Cause } from './cause.ts'
import { causeKey, findIsolationCauses } from './find-causes.ts'
import type { SideView } from './side-view.ts'

/** Workloads of both sides that were default-deny in a direction and are not any more, by what did it. */
export interface LostIsolation {
  readonly cause: Cause
  /** Further edits without which it would not have happened. */
  readonly others: readonly Cause[]
  readonly directions: readonly Direction[]
  readonly classes: readonly WorkloadClass[]
  /** As they are in head, sorted by name. */
  readonly workloads: readonly Workload[]
  /** `possible`: whether a policy still applies is unknown in head. */
  readonly certainty: 'certain' | 'possible'
}

interface Loss {
  readonly found: WorkloadClass
  readonly direction: Direction
  readonly certainty: LostIsolation['certainty']
  readonly causes: readonly Cause[]
}

const known = new WeakMap<SideView, { readonly base: SideView; readonly lost: readonly LostIsolation[] }>()

export function lostIsolation(base: SideView, head: SideView): readonly LostIsolation[] {
  const found = known.get(head)
  if (found?.base === base) return found.lost
  const lost = [...Map.groupBy(losses(base, head), groupKey).values()].flatMap((group) => fold(group, head))
  known.set(head, { base, lost })
  return lost
}

function* losses(base: SideView, head: SideView): Generator<Loss> {
  for (const found of head.reach.universe.classes) {
    if (
      found.kind !== 'workloads' ||
      !found.members.some((member) => member.base !== undefined && member.head !== undefined)
    )
      continue
    for (const direction of ['ingress', 'egress'] as const) {
      const certainty = isLost(found, direction, base, head)
      if (certainty === undefined) continue
      const causes = findIsolationCauses(found, direction, base, head)
      if (causes.length > 0) yield { found, direction, certainty, causes }
    }
  }
}

/** An isolation that let everybody through all the same is no loss. */
export function isLost(
  found: PeerClass,
  direction: Direction,
  base: SideView,
  head: SideView,
): LostIsolation['certainty'] | undefined {
  const before = base.reach.row(found, direction)
  const after = head.reach.row(found, direction)
  if (before.may.key === after.may.key && before.must.key === after.must.key) return undefined
  if (base.reach.isolated(found, direction) !== 'yes') return undefined
  const now = head.reach.isolated(found, direction)
  return now === 'yes' ? undefined : now === 'no' ? 'certain' : 'possible'
}

const groupKey = ({ causes, certainty }: Loss): string => [certainty, ...causes.map(causeKey)].join('\n')

function fold(group: readonly Loss[], head: SideView): LostIsolation[] {
  const [first] = group
  const [cause, ...others] = first?.causes ?? []
  if (first === undefined || cause === undefined) return []
  const classes = [...new Set(group.map(({ found }) => found))]
  const workloads = classes.flatMap(({ members }) =>
    members.flatMap((member) => (member.base === undefined ? [] : (member[head.side] ?? []))),
  )
  return [
    {
      cause,
      others,
      directions: [...new Set(group.map(({ direction }) => direction))],
      classes,
      workloads: workloads.sort((a, b) => (qualifiedName(a.id) < qualifiedName(b.id) ? -1 : 1)),
      certainty: first.certainty,
    },
  ]
}
