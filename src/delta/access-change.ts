import type { Resource } from '../manifests/resource.ts'
import { idKey } from '../model/cluster.ts'
import type { PolicyEntry } from '../policies/entry.ts'
import { isPodClass, type PeerClass } from '../reach/universe.ts'
import { ConnectionSet } from '../sets/connection-set.ts'
import type { Delta } from './delta.ts'
import { entryBackends } from './entry-reach.ts'
import { diffResources } from './node-diff.ts'
import { meaningOfEntry } from './policy-pairs.ts'
import type { SideView } from './side-view.ts'

/**
 * A change of access as a whole. `same`: whoever could reach somebody still can, and nobody else; `narrower`: head lies
 * within base, and is less; `other`: something is newly allowed, or may be.
 */
export type AccessChange = 'same' | 'narrower' | 'other'

/** Judged under both bounds, ways in from outside included. Where the change touches what is uncertain: `other`. */
export function accessChange(base: SideView, head: SideView, delta: Delta): AccessChange {
  if (delta.changes.some(({ gained }) => !gained.isEmpty) || opensWay(base, head)) return 'other'
  if (opensUnknown(base, head) || bringsPeers(base, head, delta)) return 'other'
  return delta.changes.some(({ lost }) => !lost.isEmpty) || opensWay(head, base) ? 'narrower' : 'same'
}

/** Newcomers are compared with what base would have let them do, but that they are there is new. */
function bringsPeers(base: SideView, head: SideView, { addedWorkloads }: Delta): boolean {
  return (
    addedWorkloads.length > 0 || [...head.cluster.namespaces.keys()].some((name) => !base.cluster.namespaces.has(name))
  )
}

/** Whether some policy differs between the sides, be it in words only. */
export function policiesDiffer(base: SideView, head: SideView): boolean {
  const [before, after] = [base.policies.manifests, head.policies.manifests]
  return before.size !== after.size || [...after].some(([key, resource]) => !isSameText(before.get(key), resource))
}

/** Whether a way in leads somewhere on the second side, or may, where none of its kind did on the first. */
function opensWay(first: SideView, second: SideView): boolean {
  const known = waysIn(first)
  return [...waysIn(second)].some(([key, { must, may }]) => {
    const before = known.get(key)
    return before === undefined ? !may.isEmpty : !must.isSubsetOf(before.must) || !may.isSubsetOf(before.may)
  })
}

interface Way {
  readonly must: ConnectionSet
  readonly may: ConnectionSet
}

const noWay: Way = { must: ConnectionSet.none, may: ConnectionSet.none }

/** What leads to each workload from outside, by how it is reached and by whom. */
function waysIn(view: SideView): Map<string, Way> {
  const found = new Map<string, Way>()
  for (const entry of view.entryPoints) {
    for (const { workload, must, may } of entryBackends(view, entry)) {
      const key = [entry.kind, entry.scope, entry.sources?.key, entry.detail, idKey(workload.id)].join('\n')
      const known = found.get(key) ?? noWay
      found.set(key, { must: known.must.union(must), may: known.may.union(may) })
    }
  }
  return found
}

/** Equal bounds prove nothing where the change itself is about something that is only possible. */
function opensUnknown(base: SideView, head: SideView): boolean {
  return (
    missingFrom(base, head).some((entry) => isUncertain(entry, head) && opens(entry)) ||
    missingFrom(head, base).some((entry) => isUncertain(entry, base) && closes(entry)) ||
    [base, head].some((view) => uncertainClasses(view).some((found) => isTouched(found, base, head)))
  )
}

const opens = ({ verdict, isolates }: PolicyEntry): boolean => verdict === 'pass' || (verdict === 'allow' && !isolates)
const closes = ({ verdict, isolates }: PolicyEntry): boolean => verdict !== 'allow' || isolates

/** Entries of the second side that say what none of the first does. */
function missingFrom(first: SideView, second: SideView): PolicyEntry[] {
  const known = new Set(first.policies.entries)
  const fresh = second.policies.entries.filter((entry) => !known.has(entry))
  if (fresh.length === 0) return []
  const meanings = new Set(first.policies.entries.map(meaningOfEntry))
  return fresh.filter((entry) => !meanings.has(meaningOfEntry(entry)))
}

function isUncertain(entry: PolicyEntry, { reach }: SideView): boolean {
  const subjects = reach.matcher.select(entry.subject)
  const blocks = reach.matcher.blocks(entry)
  return (
    entry.exists !== 'yes' || entry.effect !== 'exact' || subjects.must !== subjects.may || blocks.must !== blocks.may
  )
}

/** Classes of which it is unknown whether some selector matches them. */
function uncertainClasses({ reach, policies }: SideView): PeerClass[] {
  const selectors = policies.entries.flatMap(({ subject, peers }) => [
    subject,
    ...(peers === 'any' ? [] : peers.filter((peer) => peer.kind === 'pods')),
  ])
  const matches = new Set(selectors.map((selector) => reach.matcher.select(selector)))
  const open = [...matches].filter(({ must, may }) => must !== may)
  const uncertain = open.reduce((all, { must, may }) => all.union(may.subtract(must)), reach.matcher.set([]))
  return [...uncertain].flatMap((index) => reach.universe.classes[index] ?? [])
}

/** Whether the change edits a workload of a class, or its namespace: what is unknown of them may have changed. */
function isTouched(found: PeerClass, base: SideView, head: SideView): boolean {
  if (!isPodClass(found) || typeof found.namespace !== 'string') return false
  const [before, after] = [base, head].map(({ cluster }) => cluster.namespaces.get(found.namespace as string)?.resource)
  if (!isSameText(before, after)) return true
  return (
    found.kind === 'workloads' && found.members.some((pair) => !isSameText(pair.base?.resource, pair.head?.resource))
  )
}

function isSameText(base: Resource | undefined, head: Resource | undefined): boolean {
  if (base === undefined || head === undefined) return base === head
  return diffResources(base, head).length === 0
}
