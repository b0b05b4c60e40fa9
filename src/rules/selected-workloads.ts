import type { SideView } from '../delta/side-view.ts'
import type { Workload } from '../model/cluster.ts'
import { expressionKey, type LabelExpression, matchLabels } from '../model/label-expression.ts'
import type { PodSelector, PolicyEntry } from '../policies/entry.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { MemberSet } from '../sets/member-set.ts'
import type { EnforcedRule } from './enforced-rules.ts'

/** Workloads that match for certain, and those that may; the second holds the first. */
export interface SelectedWorkloads {
  readonly certain: readonly Workload[]
  readonly possible: readonly Workload[]
}

/** Workloads of this side that a selector of some policy matches; pods on the host network never match. */
export function selectedBy(view: SideView, selector: PodSelector): SelectedWorkloads {
  const { must, may } = view.reach.matcher.select(selector)
  const certain = workloadsOf(view, must)
  return { certain, possible: must === may ? certain : workloadsOf(view, may) }
}

/** Classes of a set. */
export function classesOf(view: SideView, members: MemberSet): PeerClass[] {
  const { classes } = view.reach.universe
  return [...members].flatMap((index) => classes[index] ?? [])
}

const workloadsOf = (view: SideView, members: MemberSet): Workload[] =>
  classesOf(view, members).flatMap((found) => workloadsIn(view.reach, found))

const destinations = new WeakMap<SideView, Map<PolicyEntry, SelectedWorkloads>>()

/** Workloads on the receiving end of a rule: its own pods for ingress, its peers for egress. */
export function destinationsOf(view: SideView, enforced: EnforcedRule): SelectedWorkloads {
  const byEntry = destinations.get(view) ?? new Map<PolicyEntry, SelectedWorkloads>()
  destinations.set(view, byEntry)
  const found = byEntry.get(enforced.entry) ?? findDestinations(view, enforced)
  byEntry.set(enforced.entry, found)
  return found
}

function findDestinations(view: SideView, { rule, entry }: EnforcedRule): SelectedWorkloads {
  if (rule.direction === 'ingress') return selectedBy(view, entry.subject)
  if (entry.peers === 'any') return { certain: view.cluster.workloads, possible: view.cluster.workloads }
  const found = entry.peers.flatMap((peer) => (peer.kind === 'pods' ? [selectedBy(view, peer)] : []))
  return {
    certain: distinct(found.flatMap(({ certain }) => certain)),
    possible: distinct(found.flatMap(({ possible }) => possible)),
  }
}

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

const matches = new WeakMap<SideView, Map<string, readonly Workload[]>>()

/** Workloads of every namespace whose pods have matching labels, those on the host network included. */
export function labelledAlike(view: SideView, labels: LabelExpression): readonly Workload[] {
  const byKey = matches.get(view) ?? new Map<string, readonly Workload[]>()
  matches.set(view, byKey)
  const key = expressionKey(labels)
  const found =
    byKey.get(key) ?? candidates(view, labels).filter((workload) => matchLabels(labels, workload.labels) === 'yes')
  byKey.set(key, found)
  return found
}

const byLabel = new WeakMap<SideView, ReadonlyMap<string, readonly Workload[]>>()

/** Workloads that wear the first label a selector asks for; all of them where it asks for none by value. */
function candidates(view: SideView, labels: LabelExpression): readonly Workload[] {
  const parts = labels.kind === 'all' ? labels.of : [labels]
  const asked = parts.flatMap((part) =>
    part.kind === 'requirement' && part.operator === 'In' && part.values.length === 1 ? [part] : [],
  )[0]
  if (asked === undefined) return view.cluster.workloads
  const index = byLabel.get(view) ?? labelIndex(view.cluster.workloads)
  byLabel.set(view, index)
  return index.get(`${asked.key}=${asked.values[0]}`) ?? []
}

function labelIndex(workloads: readonly Workload[]): ReadonlyMap<string, readonly Workload[]> {
  const index = new Map<string, Workload[]>()
  for (const workload of workloads) {
    for (const [key, { value }] of workload.labels.values) {
      const label = `${key}=${value}`
      const list = index.get(label)
      if (list === undefined) index.set(label, [workload])
      else list.push(workload)
    }
  }
  return index
}

const homes = new WeakMap<SideView, ReadonlyMap<string, readonly Workload[]>>()

/** Workloads of one namespace, those on the host network included. */
export function workloadsOfNamespace(view: SideView, namespace: string): readonly Workload[] {
  const byNamespace = homes.get(view) ?? Map.groupBy(view.cluster.workloads, ({ id }) => id.namespace)
  homes.set(view, byNamespace)
  return byNamespace.get(namespace) ?? []
}
