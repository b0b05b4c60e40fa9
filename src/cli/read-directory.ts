import { resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { defaultConfig } from '../config/default-config.ts'
import { loadConfig } from '../config/load-config.ts'
import type { SideView } from '../delta/side-view.ts'
import { gate } from '../gate.ts'
import { rules } from '../rules/registry.ts'
import { readTextFile } from '../run/read-text-file.ts'
import { configPath } from '../run/run-gate.ts'
import { version } from '../run/version.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import { nearest } from '../source/nearest.ts'
import { directoryTree } from '../trees/directory-tree.ts'
import { readSide } from '../trees/read-side.ts'
import type { Tree } from '../trees/tree.ts'
import { placeOf } from './choose-sides.ts'
import { readConfigFile } from './config-file.ts'
import type { Io } from './io.ts'
import { withProgress } from './progress.ts'
import { UsageError } from './usage-error.ts'

/** One cluster of a directory with everything known about it. */
export interface NamedView {
  readonly name: string
  readonly view: SideView
}

/** A directory as it is, without anything to compare it with. */
export interface ReadDirectory {
  readonly clusters: readonly NamedView[]
  /** What could not be read or understood, in the order of files. */
  readonly problems: readonly Diagnostic[]
  readonly remarks: readonly string[]
}

interface DirectoryRequest {
  readonly cluster: string | undefined
  readonly config: string | undefined
}

/** Reads a directory and works out who can talk to whom in each of its clusters, or in the one that is named. */
export async function readDirectory(directory: string, request: DirectoryRequest, io: Io): Promise<ReadDirectory> {
  const found = await withProgress(io, 'Reading the manifests', () => analyse(directory, request, io))
  if (request.cluster === undefined) return found
  return { ...found, clusters: [clusterNamed(request.cluster, found.clusters)] }
}

async function analyse(directory: string, { config }: DirectoryRequest, io: Io): Promise<ReadDirectory> {
  const { folder } = await placeOf(resolve(io.cwd, directory))
  const tree = directoryTree(folder)
  const chosen = await configOf(tree, config, io)
  const { files, diagnostics, skipped } = await readSide(tree)
  const side = {
    label: directory,
    sha: undefined,
    files,
    diagnostics,
    skippedLinks: skipped.symlinks + skipped.submodules,
  }
  const { report, clusters } = gate({
    base: side,
    head: side,
    config: chosen.config,
    configuration: { path: undefined, sha: undefined },
    configDiagnostics: { base: chosen.problems, head: chosen.problems },
    rules: [],
    version,
    now: io.now,
    notes: [],
  })
  return {
    clusters: clusters.flatMap(({ name, head }) => (head === undefined ? [] : [{ name, view: head }])),
    problems: report.gaps.map(({ diagnostic }) => diagnostic),
    remarks: report.coverage.remarks,
  }
}

interface ChosenConfig {
  readonly config: Config
  readonly problems: readonly Diagnostic[]
}

/** What the configuration says of clusters and surroundings; without a valid one clusters are discovered. */
async function configOf(tree: Tree, path: string | undefined, io: Io): Promise<ChosenConfig> {
  const file = path === undefined ? await readTextFile(tree, configPath) : readConfigFile(io.cwd, path)
  const loaded = file && loadConfig(file, rules)
  return { config: loaded?.config ?? defaultConfig(), problems: loaded?.diagnostics ?? [] }
}

function clusterNamed(name: string, clusters: readonly NamedView[]): NamedView {
  const found = clusters.find((cluster) => cluster.name === name)
  if (found !== undefined) return found
  const names = clusters.map((cluster) => cluster.name)
  const meant = nearest(name, names)
  const known = names.length === 0 ? 'No cluster was found here.' : `There are ${names.join(', ')}.`
  throw new UsageError(
    `there is no cluster ${JSON.stringify(name)}`,
    meant === undefined ? known : `Did you mean ${meant}?`,
  )
}
