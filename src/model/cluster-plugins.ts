import type { DiscoveredCluster } from '../manifests/discover.ts'
import type { ParsedFile } from '../manifests/parse-manifests.ts'
import { type DiscoveredPlugin, discoverPlugin, findSightings } from './discover-plugin.ts'
import type { Sighting } from './sighting.ts'

interface Sides<T> {
  readonly base: T
  readonly head: T
}

/** A cluster as far as it matters where its files are. */
type Place = Pick<DiscoveredCluster, 'root' | 'renamedFrom' | 'files'>

/** The plugin of a cluster, and what base alone shows. */
export interface ClusterPlugin {
  readonly now: DiscoveredPlugin
  readonly before: DiscoveredPlugin
}

/**
 * The plugin that the tree shows for each cluster. Both sides share one: what head shows counts, and base where head shows
 * nothing. What installs a plugin counts before policies of its kind, and a cluster's own files before those that belong
 * to no cluster, such as a folder for the infrastructure.
 */
export function pluginsOfClusters<T extends Place>(
  clusters: readonly T[],
  files: Sides<readonly ParsedFile[]>,
): (cluster: T) => ClusterPlugin {
  const seen = { base: findSightings(files.base), head: findSightings(files.head) }
  const shared = pick(seen, ({ at }, side) => !clusters.some((cluster) => holds(cluster, at.file.path, side)))
  return (cluster) => {
    const own = pick(seen, ({ at }, side) => holds(cluster, at.file.path, side))
    const ranked = [onlyInstalled(own), onlyInstalled(shared), own, shared]
    return {
      now: discoverPlugin(firstOf(ranked.flatMap(({ base, head }) => [head, base]))),
      before: discoverPlugin(firstOf(ranked.map(({ base }) => base))),
    }
  }
}

const firstOf = (lists: readonly (readonly Sighting[])[]): readonly Sighting[] =>
  lists.find((sightings) => sightings.length > 0) ?? []

type Seen = Sides<readonly Sighting[]>

const pick = ({ base, head }: Seen, isPicked: (sighting: Sighting, side: 'base' | 'head') => boolean): Seen => ({
  base: base.filter((sighting) => isPicked(sighting, 'base')),
  head: head.filter((sighting) => isPicked(sighting, 'head')),
})

/** Sightings of a side that has more than policies to show; none of the others. */
const onlyInstalled = ({ base, head }: Seen): Seen => ({
  base: base.some(isInstalled) ? base : [],
  head: head.some(isInstalled) ? head : [],
})

const isInstalled = ({ strength }: Sighting): boolean => strength !== 'policy'

/** Whether a file is of a cluster: below its root, where one was found, else among the files its patterns take. */
function holds({ root, renamedFrom, files }: Place, path: string, side: 'base' | 'head'): boolean {
  if (root === undefined) return files[side].includes(path)
  const folder = side === 'base' ? (renamedFrom ?? root) : root
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}
