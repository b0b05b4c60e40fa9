import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { Located } from '../source/span.ts'
import { groupByDirectory } from './group-by-directory.ts'
import { type ManifestFile, type ManifestSides, pathsOfBoth } from './manifest-sides.ts'
import { isNetworkRelevant } from './network-relevant.ts'
import { type OverlaySplit, overlaySplit } from './overlay-split.ts'
import { pathMatcher } from './path-pattern.ts'
import { type MatchedGroup, matchRenamed } from './renamed-groups.ts'
import { type RepeatedObject, repeatDiagnostics, repeatedObjects } from './repeated-objects.ts'

/** A cluster as the repository names it. Patterns with `!` in front take paths away from those beside them. */
export interface ConfiguredCluster {
  readonly name: string
  readonly sources: readonly { readonly manifests: readonly Located<string>[]; readonly namespace: string }[]
}

/** Files that are applied together, matched across sides. */
export interface DiscoveredCluster {
  /** Name in the configuration, else the root; `.` for the whole repository. */
  readonly name: string
  /** Directory or single file, `''` for the whole repository; undefined for a configured cluster. */
  readonly root: string | undefined
  /** Root on base, where head has moved it. */
  readonly renamedFrom: string | undefined
  /** Whether more may be applied than is seen. */
  readonly open: boolean
  /** Sorted paths; none on a side where the cluster does not exist. */
  readonly files: Sides<readonly string[]>
  /** Namespace of manifests that name none, by path; missing where it is `default`. */
  readonly namespaces: ReadonlyMap<string, string>
  readonly repeats: Sides<readonly RepeatedObject[]>
}

interface Sides<T> {
  readonly base: T
  readonly head: T
}

export interface Discovery {
  /** Discovered ones by name, configured ones in the order written. */
  readonly clusters: readonly DiscoveredCluster[]
  /** Undefined when the tree did not have to be cut. */
  readonly overlays: OverlaySplit | undefined
  /** Files with manifests of which none matters to the network; in no discovered cluster. */
  readonly irrelevantFiles: number
  /** Paths of manifests that matter and that no configured cluster takes. */
  readonly unclaimed: readonly string[]
  /** Problems of the configuration's patterns, and of the files of either side. */
  readonly diagnostics: Sides<readonly Diagnostic[]> & { readonly config: readonly Diagnostic[] }
}

/**
 * Which manifests are applied together. Configured clusters take the files their patterns match. Without any, clusters
 * are the maximal directories, over both sides' union, in which no object stands twice on a side; they are open.
 * Reports `config-pattern-unmatched` and `object-repeated`.
 */
export function discoverClusters(sides: ManifestSides, configured: readonly ConfiguredCluster[]): Discovery {
  const relevant = { base: sides.base.filter(isRelevantFile), head: sides.head.filter(isRelevantFile) }
  const irrelevantFiles = pathsOfBoth(sides).length - pathsOfBoth(relevant).length
  if (configured.length > 0) return { ...selectClusters(sides, relevant, configured), irrelevantFiles }
  const groups = matchRenamed(groupByDirectory(relevant))
  const clusters = groups.map(discovered)
  return {
    clusters,
    overlays: overlaySplit(groups),
    irrelevantFiles,
    unclaimed: [],
    diagnostics: diagnose(clusters, []),
  }
}

function isRelevantFile({ resources }: ManifestFile): boolean {
  return resources.some(isNetworkRelevant)
}

function discovered(group: MatchedGroup): DiscoveredCluster {
  const { root, renamedFrom } = group
  return { name: root === '' ? '.' : root, root, renamedFrom, open: true, namespaces: new Map(), ...contentOf(group) }
}

function contentOf(sides: ManifestSides): Pick<DiscoveredCluster, 'files' | 'repeats'> {
  return {
    files: { base: pathsOf(sides.base), head: pathsOf(sides.head) },
    repeats: { base: repeatedObjects(sides.base), head: repeatedObjects(sides.head) },
  }
}

function pathsOf(files: readonly ManifestFile[]): string[] {
  return files.map(({ file }) => file.path).sort()
}

type Selection = Omit<Discovery, 'irrelevantFiles'>

function selectClusters(
  sides: ManifestSides,
  relevant: ManifestSides,
  configured: readonly ConfiguredCluster[],
): Selection {
  const clusters = configured.map((cluster) => select(sides, cluster))
  const claimed = new Set(clusters.flatMap(({ files }) => [...files.base, ...files.head]))
  const paths = pathsOfBoth(sides)
  return {
    clusters,
    overlays: undefined,
    unclaimed: pathsOfBoth(relevant).filter((path) => !claimed.has(path)),
    diagnostics: diagnose(
      clusters,
      configured.flatMap((cluster, index) => unmatched(cluster, clusters[index], paths)),
    ),
  }
}

function select(sides: ManifestSides, { name, sources }: ConfiguredCluster): DiscoveredCluster {
  const matchers = sources.map((source) => ({
    ...source,
    matches: pathMatcher(source.manifests.map(({ value }) => value)),
  }))
  const sourceOf = (path: string): (typeof matchers)[number] | undefined =>
    matchers.find(({ matches }) => matches(path))
  const taken = {
    base: sides.base.filter(({ file }) => sourceOf(file.path) !== undefined),
    head: sides.head.filter(({ file }) => sourceOf(file.path) !== undefined),
  }
  const namespaces = pathsOfBoth(taken)
    .map((path) => [path, sourceOf(path)?.namespace ?? 'default'] as const)
    .filter(([, namespace]) => namespace !== 'default')
  return {
    name,
    root: undefined,
    renamedFrom: undefined,
    open: false,
    namespaces: new Map(namespaces),
    ...contentOf(taken),
  }
}

/** Patterns that match nothing: the answer may be wrong where the whole cluster is empty, else it is only untidy. */
function unmatched(
  { name, sources }: ConfiguredCluster,
  cluster: DiscoveredCluster | undefined,
  paths: readonly string[],
): Diagnostic[] {
  const isEmpty = cluster === undefined || cluster.files.base.length + cluster.files.head.length === 0
  const patterns = sources.flatMap(({ manifests }) => manifests).filter(({ value }) => !value.startsWith('!'))
  return patterns
    .filter(({ value }) => !paths.some(pathMatcher([value])))
    .map(({ value, span }) =>
      diagnostic('config-pattern-unmatched', span, {
        message: `${JSON.stringify(value)} of cluster ${name} matches no manifest on either side`,
        hint: 'Correct the pattern: it is matched against paths from the root of the repository.',
        effect: isEmpty ? 'unknown' : 'none',
      }),
    )
}

function diagnose(clusters: readonly DiscoveredCluster[], config: readonly Diagnostic[]): Discovery['diagnostics'] {
  return {
    config,
    base: distinct(clusters.flatMap(({ repeats }) => repeatDiagnostics(repeats.base))),
    head: distinct(clusters.flatMap(({ repeats }) => repeatDiagnostics(repeats.head))),
  }
}

/** A file that several clusters take is complained about once. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byText = new Map(
    diagnostics.map((each) => [`${each.span.file.path}\n${each.span.start}\n${each.message}`, each]),
  )
  return [...byText.values()]
}
