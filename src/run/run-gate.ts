import type { Config } from '../config/config.ts'
import { defaultConfig } from '../config/default-config.ts'
import { loadConfig } from '../config/load-config.ts'
import { type GateResult, type GateSide, gate } from '../gate.ts'
import type { SideLabel } from '../report/report.ts'
import { rules } from '../rules/registry.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import { isManifestPath, readSides, type Side } from '../trees/read-side.ts'
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
    | {
        readonly path: string
        readonly tree: Tree
        readonly sha: string | undefined
        /** Whether somebody named the path, so that a missing file is a mistake. */
        readonly required: boolean
      }
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
  const { base, head } = await readSides({ base: input.base.tree, head: input.head.tree }, within(input.directory))
  const chosen = await chooseConfig(input, head)
  const config = input.tighten(chosen.config)
  const headSide = gateSide(input.head, head)
  const ask = (settings: Config): GateResult =>
    gate({
      base: gateSide(input.base, base),
      head: { ...headSide, diagnostics: [...headSide.diagnostics, ...emptyDirectory(input.directory, base, head)] },
      config: settings,
      configuration: chosen.label,
      configDiagnostics: chosen.diagnostics,
      rules,
      version,
      now: input.now,
      notes: [...input.notes, ...chosen.notes],
    })
  const result = ask(config)
  const preview = chosen.proposed === undefined ? [] : [previewNote(ask(input.tighten(chosen.proposed)))]
  const report = { ...result.report, notes: [...result.report.notes, ...preview] }
  return { ...result, report, config, sides: { base, head } }
}

/** A folder without a manifest on either side is most likely misspelt, and must not pass for a clean one. */
function emptyDirectory(directory: string, base: Side, head: Side): Diagnostic[] {
  if (directory === '' || base.entries.length + head.entries.length > 0) return []
  return [
    diagnostic(
      'directory-empty',
      { file: { path: directory, text: '' }, start: 0, end: 0 },
      {
        message: `${directory} holds no file that could be a manifest, on either side`,
        hint: 'Correct the folder; it is counted from the root of the repository.',
        effect: 'unknown',
      },
    ),
  ]
}

/** What the configuration that the change brings along would say, once it is merged. */
function previewNote({ report }: GateResult): string {
  const reasons = report.outcome.reasons.length === 0 ? '' : ` (${report.outcome.reasons.join('; ')})`
  return `with the configuration of this change the outcome would be ${report.outcome.verdict}${reasons}`
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
  /** A valid configuration that the change brings along and that is not in force yet. */
  readonly proposed?: Config | undefined
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
  const missing =
    config.required && baseFile === undefined && headFile === undefined ? [missingConfig(config.path)] : []
  const changed = baseFile?.text !== headFile?.text
  const inForce = base?.config !== undefined
  return {
    config: base?.config ?? defaultConfig(),
    label: { path: inForce ? config.path : undefined, sha: inForce ? config.sha : undefined },
    diagnostics: { base: base?.diagnostics ?? [], head: [...(proposed?.diagnostics ?? []), ...missing] },
    notes: [
      ...(baseFile === undefined ? [] : fallbackNotes(base?.config, config.path)),
      ...(changed ? [`this change edits ${config.path}; the version of the base branch gates until it is merged`] : []),
    ],
    proposed: changed ? proposed?.config : undefined,
  }
}

/** A file that somebody named has to be there: falling back to a preset could loosen the gate unseen. */
function missingConfig(path: string): Diagnostic {
  return diagnostic(
    'config-unreadable',
    { file: { path, text: '' }, start: 0, end: 0 },
    {
      message: `${path} is named as the configuration and is not on the base side`,
      hint: 'Correct the path, or commit the file to the base branch.',
      effect: 'unknown',
    },
  )
}

function fallbackNotes(config: Config | undefined, path: string): string[] {
  return config === undefined ? [`${path} is not valid, so the preset recommended gates`] : []
}
