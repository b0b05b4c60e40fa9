import type { Config } from './config/config.ts'
import { type AnalysedCluster, analyzeCluster, type ClusterPair } from './delta/analyze-cluster.ts'
import { pluginNotes } from './delta/plugin-notes.ts'
import { settlingHints } from './delta/settling-hints.ts'
import { stagedNotes } from './delta/staged-policies.ts'
import { unjudgedNotes } from './delta/unjudged-notes.ts'
import { carryUnreadable } from './manifests/carry-unreadable.ts'
import { type DiscoveredCluster, type Discovery, discoverClusters } from './manifests/discover.ts'
import type { ParsedFile } from './manifests/parse-manifests.ts'
import type { Resource } from './manifests/resource.ts'
import { pluginsOfClusters } from './model/cluster-plugins.ts'
import { profileMaker } from './model/settle-profile.ts'
import type { Side } from './reach/universe.ts'
import { clusterReport } from './report/cluster-report.ts'
import { decide } from './report/decide.ts'
import { findGaps } from './report/find-gaps.ts'
import { measureCoverage } from './report/measure-coverage.ts'
import type { ConfigurationLabel, Report, SideLabel } from './report/report.ts'
import { unrenderedSources } from './report/unrendered-sources.ts'
import { foldFindings } from './rules/fold-findings.ts'
import type { Rule } from './rules/rule.ts'
import { runRules } from './rules/run-rules.ts'
import type { Diagnostic } from './source/diagnostic.ts'

/** One side as read: its files, and what could not be read. Files that both sides share are the same values. */
export interface GateSide extends SideLabel {
  readonly files: readonly ParsedFile[]
  readonly diagnostics: readonly Diagnostic[]
  /** Links that were not followed, for the coverage line. */
  readonly skippedLinks: number
}

export interface GateInput {
  readonly base: GateSide
  readonly head: GateSide
  readonly config: Config
  readonly configuration: Omit<ConfigurationLabel, 'failOn' | 'preset' | 'scope'>
  /** Problems of the configuration file on each side; one that base has already is nobody's new gap. */
  readonly configDiagnostics: Readonly<Record<Side, readonly Diagnostic[]>>
  readonly rules: readonly Rule[]
  readonly version: string
  readonly now: Date
  /** Sentences about the run that the shell knows: how the sides were chosen. */
  readonly notes: readonly string[]
}

/** A report, and what it was made of, for commands that ask further questions. */
export interface GateResult {
  readonly report: Report
  readonly clusters: readonly AnalysedCluster[]
}

/** The whole run, as one pure function: what changes between the sides, what the rules say of it, and the answer. */
export function gate(input: GateInput): GateResult {
  const { base, head, config, now } = input
  const discovery = discoverClusters({ base: base.files, head: head.files }, config.clusters)
  const pairs = clusterPairs(discovery, input)
  const clusters = pairs.map(analyzeCluster)
  const findings = foldFindings(clusters.flatMap((cluster) => runRules(cluster, input.rules, config)))
  const gaps = findGaps(problemsOf(input, 'base', clusters, discovery), [
    ...problemsOf(input, 'head', clusters, discovery),
    ...unrenderedSources(base.files, head.files, config.clusters.length > 0),
  ])
  const report: Report = {
    tool: { name: 'portcullis', version: input.version },
    evaluatedAt: now.toISOString(),
    sides: { base: { label: base.label, sha: base.sha }, head: { label: head.label, sha: head.sha } },
    configuration: {
      ...input.configuration,
      preset: config.presets.join(', '),
      failOn: config.gate.failOn,
      scope: config.gate.scope,
    },
    outcome: decide(findings, gaps, config.gate, now),
    clusters: clusters.filter(hasChanged).map(clusterReport),
    findings,
    gaps,
    coverage: measureCoverage(head.files, head.skippedLinks, clusters, discovery),
    notes: [
      ...input.notes,
      ...pluginNotes(clusters),
      ...settlingHints(clusters),
      ...unjudgedNotes(clusters),
      ...new Set(pairs.flatMap(stagedNotes)),
    ],
  }
  return { report, clusters }
}

/** A cluster whose two sides are the same values has nothing to report but its findings. */
const hasChanged = ({ base, head }: AnalysedCluster): boolean => base !== head

function clusterPairs(discovery: Discovery, { base, head, config }: GateInput): ClusterPair[] {
  const files = { base: byPath(base.files), head: byPath(head.files) }
  const pluginOf = pluginsOfClusters(discovery.clusters, { base: base.files, head: head.files })
  const profileOf = profileMaker()
  return discovery.clusters.map((cluster) => {
    const surroundings = config.clusters.find(({ name }) => name === cluster.name)?.surroundings ?? config.surroundings
    const placed = new Map<Resource, Resource>()
    const parsed = { base: pick(cluster.files.base, files.base), head: pick(cluster.files.head, files.head) }
    const resourcesOf = (found: readonly ParsedFile[]): Resource[] =>
      found.flatMap((file) => file.resources.map((resource) => place(resource, file, cluster, placed)))
    const profile = profileOf(surroundings, pluginOf(cluster))
    const before = [...resourcesOf(parsed.base), ...carryUnreadable(parsed.base, parsed.head)]
    const after =
      isSame(parsed.base, parsed.head) && profile.before === undefined
        ? before
        : [...resourcesOf(parsed.head), ...carryUnreadable(parsed.head, parsed.base)]
    return {
      name: cluster.name,
      open: cluster.open,
      profile,
      base: parsed.base.length === 0 && cluster.root !== undefined ? undefined : before,
      head: parsed.head.length === 0 && cluster.root !== undefined ? undefined : after,
    }
  })
}

const byPath = (files: readonly ParsedFile[]): ReadonlyMap<string, ParsedFile> =>
  new Map(files.map((file) => [file.file.path, file]))

const pick = (paths: readonly string[], files: ReadonlyMap<string, ParsedFile>): ParsedFile[] =>
  paths.flatMap((path) => files.get(path) ?? [])

const isSame = (a: readonly ParsedFile[], b: readonly ParsedFile[]): boolean =>
  a.length === b.length && a.every((file, index) => file === b[index])

/** Gives a resource that names no namespace the one its source lands in; the same resource stays the same value. */
function place(
  resource: Resource,
  { file }: ParsedFile,
  { namespaces }: DiscoveredCluster,
  placed: Map<Resource, Resource>,
): Resource {
  const namespace = namespaces.get(file.path)
  if (namespace === undefined || resource.namespace !== undefined) return resource
  const found = placed.get(resource) ?? { ...resource, namespace: { value: namespace, span: resource.name.span } }
  placed.set(resource, found)
  return found
}

function problemsOf(
  input: GateInput,
  side: Side,
  clusters: readonly AnalysedCluster[],
  discovery: Discovery,
): Diagnostic[] {
  const { files, diagnostics } = input[side]
  return [
    ...diagnostics,
    ...files.flatMap((file) => file.diagnostics),
    ...discovery.diagnostics[side],
    ...clusters.flatMap((cluster) => cluster.diagnostics[side]),
    ...input.configDiagnostics[side],
    ...discovery.diagnostics.config,
  ]
}
