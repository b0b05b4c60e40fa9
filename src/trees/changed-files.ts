import { comparePaths, type TreeEntry } from './tree.ts'

/** A path whose content differs between the sides; undefined where a side does not have it. */
export interface ChangedFile {
  readonly path: string
  readonly base: TreeEntry | undefined
  readonly head: TreeEntry | undefined
}

/** Paths that differ, sorted. A file that became a link of the same content has changed. */
export function changedFiles(base: readonly TreeEntry[], head: readonly TreeEntry[]): readonly ChangedFile[] {
  const before = new Map(base.map((entry) => [entry.path, entry]))
  const after = new Map(head.map((entry) => [entry.path, entry]))
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((path) => ({ path, base: before.get(path), head: after.get(path) }))
    .filter((file) => file.base?.id !== file.head?.id || file.base?.mode !== file.head?.mode)
    .sort(comparePaths)
}
