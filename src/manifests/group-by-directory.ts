import { identitiesOf, type ManifestFile, type ManifestSides, pathsOfBoth } from './manifest-sides.ts'

/** Files of a directory and what is below it, of a directory alone, or a single file. */
export interface FileGroup extends ManifestSides {
  /** Path of the directory or file; `''` is the root of the repository. */
  readonly root: string
}

/**
 * Cuts the tree into maximal directories in which no object stands twice on one side: what is on both sides is no
 * repeat. The files that lie right in a directory which has to be cut stay together, unless they are variants of one
 * another; then each is a group. Sorted by root. The time is nearly linear, since of two sets of identities the smaller
 * goes into the larger.
 */
export function groupByDirectory(sides: ManifestSides): FileGroup[] {
  const directories = directoriesOf(sides)
  for (const directory of deepestFirst(directories.values())) settle(directory)
  const top = directories.get('')
  const groups = top === undefined ? [] : cut(top)
  return groups.sort((a, b) => (a.root < b.root ? -1 : a.root > b.root ? 1 : 0))
}

type Side = 'base' | 'head'

interface Directory {
  readonly path: string
  readonly depth: number
  readonly children: Directory[]
  readonly files: Record<Side, ManifestFile[]>
  /** Identities of all files below, until the parent takes them. */
  readonly identities: Record<Side, Set<string>>
  /** Whether the files right in it are variants of one another. */
  variants: boolean
  /** Whether an object stands twice below it. */
  repeats: boolean
}

function directoriesOf(sides: ManifestSides): Map<string, Directory> {
  const directories = new Map<string, Directory>()
  for (const side of ['base', 'head'] as const) {
    for (const file of sides[side]) directoryAt(directories, parentOf(file.file.path)).files[side].push(file)
  }
  return directories
}

function directoryAt(directories: Map<string, Directory>, path: string): Directory {
  const known = directories.get(path)
  if (known !== undefined) return known
  const parent = path === '' ? undefined : directoryAt(directories, parentOf(path))
  const made: Directory = {
    path,
    depth: (parent?.depth ?? -1) + 1,
    children: [],
    files: { base: [], head: [] },
    identities: { base: new Set(), head: new Set() },
    variants: false,
    repeats: false,
  }
  directories.set(path, made)
  parent?.children.push(made)
  return made
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

function deepestFirst(directories: Iterable<Directory>): Directory[] {
  return [...directories].sort((a, b) => b.depth - a.depth)
}

/** Decides whether a directory repeats an object; its children are settled. */
function settle(directory: Directory): void {
  directory.variants = areVariants(directory.files.base) || areVariants(directory.files.head)
  directory.repeats = directory.variants || directory.children.some((child) => child.repeats)
  for (const side of ['base', 'head'] as const) {
    directory.identities[side] = identitiesOf(directory.files[side])
    for (const child of directory.children) {
      if (!directory.repeats) directory.repeats = !absorb(directory, child, side)
      child.identities[side] = new Set()
    }
  }
}

/** Takes over a child's identities; false when one of them is there already. */
function absorb(directory: Directory, child: Directory, side: Side): boolean {
  const own = directory.identities[side]
  const other = child.identities[side]
  const [small, large] = own.size < other.size ? [own, other] : [other, own]
  for (const identity of small) {
    if (large.has(identity)) return false
    large.add(identity)
  }
  directory.identities[side] = large
  return true
}

/**
 * Whether files that lie side by side are alternatives (`prod.yaml`, `staging.yaml`): most objects stand in several of
 * them. A few that do are a mistake, which is reported, and the files still belong together.
 */
function areVariants(files: readonly ManifestFile[]): boolean {
  const once = new Set<string>()
  const repeated = new Set<string>()
  for (const file of files) {
    for (const identity of identitiesOf([file])) (once.has(identity) ? repeated : once).add(identity)
  }
  return repeated.size * 2 > once.size
}

function cut(top: Directory): FileGroup[] {
  const groups: FileGroup[] = []
  const waiting = [top]
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    if (!directory.repeats) {
      groups.push({ root: directory.path, base: below(directory, 'base'), head: below(directory, 'head') })
      continue
    }
    waiting.push(...directory.children)
    if (directory.variants) groups.push(...fileByFile(directory))
    else if (hasFiles(directory)) groups.push({ root: directory.path, ...directory.files })
  }
  return groups
}

function hasFiles({ files }: Directory): boolean {
  return files.base.length + files.head.length > 0
}

function below(top: Directory, side: Side): ManifestFile[] {
  const found: ManifestFile[] = []
  const waiting = [top]
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const file of directory.files[side]) found.push(file)
    for (const child of directory.children) waiting.push(child)
  }
  return found
}

function fileByFile({ files }: Directory): FileGroup[] {
  const base = new Map(files.base.map((file) => [file.file.path, file]))
  const head = new Map(files.head.map((file) => [file.file.path, file]))
  const one = (file: ManifestFile | undefined): ManifestFile[] => (file === undefined ? [] : [file])
  return pathsOfBoth(files).map((path) => ({ root: path, base: one(base.get(path)), head: one(head.get(path)) }))
}
