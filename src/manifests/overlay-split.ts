import type { FileGroup } from './group-by-directory.ts'
import { identitiesOfBoth } from './manifest-sides.ts'
import { identityOf, resourceIdOf } from './network-relevant.ts'
import type { ResourceId } from './resource.ts'

/** What is said, once, of a tree that had to be cut since objects stand in several folders. */
export interface OverlaySplit {
  /** Clusters the tree was cut into. */
  readonly splitInto: number
  /** Objects that stand in more than one of them. */
  readonly repeatedIdentities: number
  /** The object that stands in most of them, with the first few of its files. */
  readonly example: { readonly id: ResourceId; readonly paths: readonly string[] }
}

/** Undefined when nothing had to be cut. */
export function overlaySplit(groups: readonly FileGroup[]): OverlaySplit | undefined {
  if (groups.length < 2) return undefined
  const counts = new Map<string, number>()
  for (const group of groups) {
    for (const identity of identitiesOfBoth(group)) counts.set(identity, (counts.get(identity) ?? 0) + 1)
  }
  const repeated = [...counts].filter(([, count]) => count > 1)
  const [most] = repeated.sort(([a, countOfA], [b, countOfB]) => countOfB - countOfA || (a < b ? -1 : 1))
  const example = most === undefined ? undefined : exampleOf(groups, most[0])
  return example === undefined ? undefined : { splitInto: groups.length, repeatedIdentities: repeated.length, example }
}

function exampleOf(groups: readonly FileGroup[], identity: string): OverlaySplit['example'] | undefined {
  const resources = groups.flatMap(({ base, head }) =>
    [...base, ...head].flatMap((file) => file.resources.filter((resource) => identityOf(resource) === identity)),
  )
  const [first] = resources
  if (first === undefined) return undefined
  const paths = [...new Set(resources.map((resource) => resource.provenance.file.path))].sort()
  return { id: resourceIdOf(first), paths: paths.slice(0, 3) }
}
