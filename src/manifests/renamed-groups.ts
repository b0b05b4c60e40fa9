import type { FileGroup } from './group-by-directory.ts'
import { identitiesOf } from './manifest-sides.ts'

/** A group of files, and the root it has on base where head moved it. */
export interface MatchedGroup extends FileGroup {
  readonly renamedFrom: string | undefined
}

/** Groups that hold an identity and are looked at one by one; among more, only those with the same last folder name. */
const crowd = 100

/**
 * Joins groups that exist on one side only where they are the same cluster under another root: they share more than
 * half of their objects. Of several the one that shares most wins, then the one whose path ends most alike.
 */
export function matchRenamed(groups: readonly FileGroup[]): MatchedGroup[] {
  const gone = groups.filter(({ head }) => head.length === 0).map((group) => withIdentities(group, 'base'))
  const come = groups.filter(({ base }) => base.length === 0).map((group) => withIdentities(group, 'head'))
  const sourceOf = pair(gone, come)
  const taken = new Set(sourceOf.values())
  return groups
    .filter((group) => !taken.has(group))
    .map((group) => {
      const source = sourceOf.get(group)
      return source === undefined
        ? { ...group, renamedFrom: undefined }
        : { ...group, base: source.base, renamedFrom: source.root }
    })
}

interface OneSided {
  readonly group: FileGroup
  readonly identities: ReadonlySet<string>
}

function withIdentities(group: FileGroup, side: 'base' | 'head'): OneSided {
  return { group, identities: identitiesOf(group[side]) }
}

interface Candidate {
  readonly from: FileGroup
  readonly to: FileGroup
  readonly shared: number
  readonly alike: number
}

function pair(gone: readonly OneSided[], come: readonly OneSided[]): Map<FileGroup, FileGroup> {
  const byIdentity = indexOf(gone)
  const candidates = come.flatMap((to) => candidatesFor(to, byIdentity)).sort(bestFirst)
  const found = new Map<FileGroup, FileGroup>()
  const taken = new Set<FileGroup>()
  for (const { from, to } of candidates) {
    if (taken.has(from) || found.has(to)) continue
    taken.add(from)
    found.set(to, from)
  }
  return found
}

function bestFirst(a: Candidate, b: Candidate): number {
  return (
    b.shared - a.shared ||
    b.alike - a.alike ||
    (`${a.from.root}\n${a.to.root}` < `${b.from.root}\n${b.to.root}` ? -1 : 1)
  )
}

/** Groups by identity, and by last folder name and identity. */
function indexOf(groups: readonly OneSided[]): ReadonlyMap<string, readonly OneSided[]> {
  const index = new Map<string, OneSided[]>()
  const add = (key: string, group: OneSided): void => {
    const known = index.get(key)
    if (known === undefined) index.set(key, [group])
    else known.push(group)
  }
  for (const each of groups) {
    for (const identity of each.identities) {
      add(identity, each)
      add(`${lastName(each.group.root)}\n${identity}`, each)
    }
  }
  return index
}

function candidatesFor(to: OneSided, index: ReadonlyMap<string, readonly OneSided[]>): Candidate[] {
  const shared = new Map<OneSided, number>()
  for (const identity of to.identities) {
    const all = index.get(identity) ?? []
    const near =
      all.length <= crowd ? all : (index.get(`${lastName(to.group.root)}\n${identity}`) ?? []).slice(0, crowd)
    for (const from of near) shared.set(from, (shared.get(from) ?? 0) + 1)
  }
  return [...shared]
    .filter(([from, count]) => count * 2 > Math.max(from.identities.size, to.identities.size))
    .map(([from, count]) => ({
      from: from.group,
      to: to.group,
      shared: count,
      alike: commonEnd(from.group.root, to.group.root),
    }))
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Number of path segments two paths have in common at their end. */
function commonEnd(a: string, b: string): number {
  const left = a.split('/').reverse()
  const right = b.split('/').reverse()
  const differs = left.findIndex((segment, index) => segment !== right[index])
  return differs < 0 ? left.length : differs
}
