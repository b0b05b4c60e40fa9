import { defaultLimits, type Limits } from '../manifests/limits.ts'
import { type Extent, type ParsedFile, parseManifests } from '../manifests/parse-manifests.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import type { Blob, Tree, TreeEntry } from './tree.ts'

/** Files of one side as read. */
export interface Side {
  readonly label: string
  /** Parsed files, sorted by path. */
  readonly files: readonly ParsedFile[]
  /** Every entry that was selected, read or not: what changed is told from these. */
  readonly entries: readonly TreeEntry[]
  /** Files left out, each with its reason; those of their content are in each `ParsedFile`. */
  readonly diagnostics: readonly Diagnostic[]
  readonly skipped: Skipped
}

export interface Skipped {
  readonly symlinks: number
  readonly submodules: number
  readonly tooBig: number
  readonly notText: number
}

type Parsed = ParsedFile | 'not-text'

/** What was read, by entry; entries that both sides have are one value. */
type ParseCache = Map<TreeEntry, Parsed>

const notManifests = new Set(['composer.json', 'package-lock.json', 'package.json', 'pnpm-lock.yaml', 'tsconfig.json'])

/** Whether a path can hold manifests: YAML or JSON by its ending, and not the file of a package manager. */
export function isManifestPath(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return /\.(?:ya?ml|json)$/i.test(name) && !notManifests.has(name)
}

type Select = (path: string) => boolean

/** Reads and parses the selected files of a tree. Symlinks and submodules are counted and never followed. */
export async function readSide(
  tree: Tree,
  select: Select = isManifestPath,
  limits: Limits = defaultLimits,
): Promise<Side> {
  return readEntries(tree, await tree.list(select), limits, new Map(), (blob) => parseBlob(blob, limits, 'whole'))
}

/**
 * Both sides of a change. What they have in common is parsed once, and of it only what matters to the network: a mistake
 * elsewhere in it is none of the change.
 */
export async function readSides(
  { base, head }: { readonly base: Tree; readonly head: Tree },
  select: Select = isManifestPath,
  limits: Limits = defaultLimits,
): Promise<{ readonly base: Side; readonly head: Side }> {
  const [before, listed] = await Promise.all([base.list(select), head.list(select)])
  const after = withKnown(listed, before)
  const kept = new Set(before).intersection(new Set(after))
  const parse = (blob: Blob): Parsed => parseBlob(blob, limits, kept.has(blob.entry) ? 'what-matters' : 'whole')
  const cache: ParseCache = new Map()
  return {
    base: await readEntries(base, before, limits, cache, parse),
    head: await readEntries(head, after, limits, cache, parse),
  }
}

async function readEntries(
  tree: Tree,
  entries: readonly TreeEntry[],
  limits: Limits,
  cache: ParseCache,
  parse: (blob: Blob) => Parsed,
): Promise<Side> {
  const files = entries.filter((entry) => entry.mode === 'file')
  const readable = withinLimits(files, limits)
  const wanted = readable.filter((entry) => !cache.has(entry))
  for await (const blob of tree.read(wanted)) cache.set(blob.entry, parse(blob))
  const results = readable.map((entry) => ({ entry, parsed: cache.get(entry) }))
  const notText = results.filter(({ parsed }) => parsed === 'not-text').map(({ entry }) => entry)
  const within = new Set(readable)
  const tooBig = files.filter((entry) => !within.has(entry))
  return {
    label: tree.label,
    files: results.flatMap(({ parsed }) => (parsed === undefined || parsed === 'not-text' ? [] : [parsed])),
    entries,
    diagnostics: [...tooBig.map((entry) => tooBigDiagnostic(entry, limits)), ...notText.map(notTextDiagnostic)],
    skipped: { ...countLinks(entries), tooBig: tooBig.length, notText: notText.length },
  }
}

/** Entries, each the one of the other side where that has the same file at the same path. */
function withKnown(entries: readonly TreeEntry[], known: readonly TreeEntry[]): readonly TreeEntry[] {
  const byPath = new Map(known.map((entry) => [entry.path, entry]))
  return entries.map((entry) => {
    const other = byPath.get(entry.path)
    return other?.id === entry.id && other.mode === entry.mode && other.size === entry.size ? other : entry
  })
}

function countLinks(entries: readonly TreeEntry[]) {
  const count = (mode: TreeEntry['mode']) => entries.filter((entry) => entry.mode === mode).length
  return { symlinks: count('symlink'), submodules: count('submodule') }
}

/** Files small enough, until the tree as a whole is too large. */
function withinLimits(files: readonly TreeEntry[], limits: Limits): readonly TreeEntry[] {
  let total = 0
  return files.filter(({ size }) => {
    if (size > limits.fileBytes || total + size > limits.treeBytes) return false
    total += size
    return true
  })
}

function parseBlob({ entry, bytes }: Blob, limits: Limits, extent: Extent): Parsed {
  const text = decode(bytes)
  return text === undefined ? 'not-text' : parseManifests({ path: entry.path, text }, limits, extent)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8 text, a byte order mark kept so that offsets stay true; undefined for other bytes. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

function tooBigDiagnostic(entry: TreeEntry, { fileBytes, treeBytes }: Limits): Diagnostic {
  const isFile = entry.size > fileBytes
  return diagnostic('file-limit', wholeOf(entry), {
    message: isFile
      ? `the file has ${entry.size} bytes, more than ${fileBytes}`
      : `the files in front of this one have filled the ${treeBytes} bytes a tree may have`,
    hint: 'Split the file, or leave it out of the sources in the configuration.',
    effect: 'unknown',
  })
}

function notTextDiagnostic(entry: TreeEntry): Diagnostic {
  return diagnostic('file-not-text', wholeOf(entry), {
    message: 'the file is not UTF-8 text',
    hint: 'Save it as UTF-8, or leave it out of the sources in the configuration.',
    effect: 'unknown',
  })
}

function wholeOf({ path }: TreeEntry): { readonly file: SourceFile; readonly start: number; readonly end: number } {
  return { file: { path, text: '' }, start: 0, end: 0 }
}
