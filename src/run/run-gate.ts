import type { Config } from '../config/config.ts'
import { defaultConfig } from '../config/default-config.ts'
import { loadConfig } from '../config/load-config.ts'
import { type GateResult, type GateSide, gate } from '../gate.ts'
import type { SideLabel } from '../report/report.ts'
import { rules } from '../rules/registry.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import { isManifestPath, type ParseCache, readSide, type Side } from '../trees/read-side.ts'
import type { Tree } from '../trees/tree.ts'
import { readTextFile } from './read-text-file.ts'
import { version } from './version.ts'

/** Where the configuration is looked for unless told otherwise. */
export const configPath = '.github/portcullis.yml'

/** One side to read: its tree, and what to call it. */
export interface SideSource extends SideLabel {
  readonly tree: Tree
}

export interface RunInput {
  readonly base: SideSource
  readonly head: SideSource
  /** A configuration the user trusts (`--config`), or where to look for one: a path in a tree that is on the base side. */
  readonly config:
    | { readonly file: SourceFile }
    | { readonly path: string; readonly tree: Tree; readonly sha: string | undefined }
  /** Turns the settings of the configuration stricter; inputs of a pull request may do no more. */
  readonly tighten: (config: Config) => Config
  /** Files below this folder only; '' for the whole tree. */
  readonly directory: string
  readonly now: Date
  readonly notes: readonly string[]
}

export interface RunResult extends GateResult {
  readonly config: Config
  readonly sides: { readonly base: Side; readonly head: Side }
}

/** Reads both sides and the configuration, and asks the gate. */
export async function runGate(input: RunInput): Promise<RunResult> {
  const cache: ParseCache = new Map()
  const select = within(input.directory)
  const base = await readSide(input.base.tree, select, cache)
  const head = await readSide(input.head.tree, select, cache)
  const chosen = await chooseConfig(input, head)
  const config = input.tighten(chosen.config)
  const result = gate({
    base: gateSide(input.base, base),
    head: gateSide(input.head, head),
    config,
    configuration: chosen.label,
    configDiagnostics: chosen.diagnostics,
    rules,
    version,
    now: input.now,
    notes: [...input.notes, ...chosen.notes],
  })
  return { ...result, config, sides: { base, head } }
}

function within(directory: string): (path: string) => boolean {
  if (directory === '') return isManifestPath
  return (path) => path.startsWith(`${directory}/`) && isManifestPath(path)
}

function gateSide({ label, sha }: SideLabel, { files, diagnostics, skipped }: Side): GateSide {
  return { label, sha, files, diagnostics, skippedLinks: skipped.symlinks + skipped.submodules }
}

interface ChosenConfig {
  readonly config: Config
  readonly label: { readonly path: string | undefined; readonly sha: string | undefined }
  readonly diagnostics: { readonly base: readonly Diagnostic[]; readonly head: readonly Diagnostic[] }
  readonly notes: readonly string[]
}

/**
 * The configuration of the base side gates; that of head only takes effect after the merge, and its problems are
 * reported so that the merge does not bring them in. Without a valid one the preset `recommended` gates.
 */
async function chooseConfig({ config, head }: RunInput, headSide: Side): Promise<ChosenConfig> {
  if ('file' in config) {
    const loaded = loadConfig(config.file, rules)
    const label = { path: config.file.path, sha: undefined }
    return {
      config: loaded.config ?? defaultConfig(),
      label,
      diagnostics: { base: [], head: loaded.diagnostics },
      notes: fallbackNotes(loaded.config, config.file.path),
    }
  }
  const baseFile = await readTextFile(config.tree, config.path)
  const headFile =
    headSide.files.find(({ file }) => file.path === config.path)?.file ?? (await readTextFile(head.tree, config.path))
  const base = baseFile && loadConfig(baseFile, rules)
  const proposed = headFile && loadConfig(headFile, rules)
  const diagnostics = { base: base?.diagnostics ?? [], head: proposed?.diagnostics ?? [] }
  const changed = baseFile?.text !== headFile?.text
  const notes = [
    ...(baseFile === undefined ? [] : fallbackNotes(base?.config, config.path)),
    ...(changed ? [`this change edits ${config.path}; the version of the base branch gates until it is merged`] : []),
  ]
  const inForce = base?.config !== undefined
  return {
    config: base?.config ?? defaultConfig(),
    label: { path: inForce ? config.path : undefined, sha: inForce ? config.sha : undefined },
    diagnostics,
    notes,
  }
}

function fallbackNotes(config: Config | undefined, path: string): string[] {
  return config === undefined ? [`${path} is not valid, so the preset recommended gates`] : []
}
