/** A file, symlink or submodule of a tree. */
export interface TreeEntry {
  /** Path from the root of the tree with `/` separators. */
  readonly path: string
  /** Git's id of the content: equal ids are equal bytes, in a revision and in a directory alike. */
  readonly id: string
  /** Bytes; 0 for what is no file. */
  readonly size: number
  readonly mode: 'file' | 'symlink' | 'submodule'
}

export interface Blob {
  readonly entry: TreeEntry
  readonly bytes: Uint8Array
}

/** One side as stored: a revision of a repository or a directory. Symlinks are listed and never followed. */
export interface Tree {
  /** For messages: the revision or the directory. */
  readonly label: string
  /** Entries whose path is selected, sorted by path. */
  list(select: (path: string) => boolean): Promise<readonly TreeEntry[]>
  /** Contents of files of this tree, in the order asked for. */
  read(entries: readonly TreeEntry[]): AsyncIterable<Blob>
}

/** Order of paths by code unit, the same on every machine. */
export function comparePaths(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}
