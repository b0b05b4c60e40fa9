import type { AnalysedCluster } from '../delta/analyze-cluster.ts'
import type { Discovery } from '../manifests/discover.ts'
import { isNetworkRelevant } from '../manifests/network-relevant.ts'
import { otherKinds } from '../manifests/other-document.ts'
import type { ParsedFile } from '../manifests/parse-manifests.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Coverage } from './report.ts'
import { counted } from './wording.ts'

/** Counts what was read of head, and says what was not. */
export function measureCoverage(
  files: readonly ParsedFile[],
  skippedLinks: number,
  clusters: readonly AnalysedCluster[],
  discovery: Discovery,
): Coverage {
  const heads = clusters.flatMap(({ head }) => head ?? [])
  const resources = files.flatMap((file) => file.resources)
  return {
    files: files.filter((file) => file.resources.length > 0).length,
    resources: resources.length,
    workloads: sum(heads.map(({ cluster }) => cluster.workloads.length)),
    policies: sum(heads.map(({ policies }) => [...policies.manifests.values()].filter(isPolicy).length)),
    namespaces: new Set(heads.flatMap(({ cluster }) => [...cluster.namespaces.keys()])).size,
    clusters: clusters.length,
    others: otherKinds
      .map((kind) => ({ kind, count: sum(files.map(({ others }) => others[kind])) }))
      .filter(({ count }) => count > 0),
    unknownKinds: unknownKinds(resources),
    remarks: remarks(discovery, skippedLinks, clusters),
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** What policies refer to, sets and tiers, is compiled with them and is none. */
const isPolicy = ({ kind }: Resource): boolean => kind.endsWith('Policy')

/** Custom kinds that nobody here reads: an operator may make pods or policies of them. */
function unknownKinds(resources: readonly Resource[]): Coverage['unknownKinds'] {
  const custom = resources.filter((found) => isCustomGroup(found.group) && !isNetworkRelevant(found))
  const counts = [...Map.groupBy(custom, ({ group, kind }) => `${group}/${kind}`)].map(([kind, found]) => ({
    kind,
    count: found.length,
  }))
  return counts.sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1))
}

const builtIn: ReadonlySet<string> = new Set(['', 'apps', 'batch', 'autoscaling', 'policy', 'extensions'])

const isCustomGroup = (group: string): boolean => !builtIn.has(group) && !group.endsWith('.k8s.io')

function remarks(
  { overlays, unclaimed }: Discovery,
  skippedLinks: number,
  clusters: readonly AnalysedCluster[],
): string[] {
  const coarse = sum(clusters.map(({ head, base }) => (head ?? base)?.reach.universe.coarse ?? 0))
  return [
    ...(overlays === undefined
      ? []
      : [
          `${overlays.repeatedIdentities} objects stand in more than one folder, so the tree was read as ${overlays.splitInto} clusters; name the real ones under clusters in the configuration`,
        ]),
    ...(unclaimed.length === 0
      ? []
      : [`${unclaimed.length} files with manifests belong to no configured cluster, ${unclaimed[0]} among them`]),
    ...(skippedLinks === 0 ? [] : [`${skippedLinks} symbolic links and submodules were not followed`]),
    ...(coarse === 0
      ? []
      : [
          `${counted(coarse, 'selector was', 'selectors were')} too many to be told apart on pods outside the tree; answers about such pods are unknown there`,
        ]),
  ]
}
