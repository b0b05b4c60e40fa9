/** How much of a file is read before it counts as an attack or an accident. */
export interface Limits {
  /** Bytes of one file as stored. */
  readonly fileBytes: number
  /** Bytes of all files of one side that are read. */
  readonly treeBytes: number
  /** Documents of one file. */
  readonly documents: number
  /** Nesting of one document, aliases expanded. */
  readonly depth: number
  /** Aliases in one document. */
  readonly aliases: number
  /** Nodes of one document, aliases and merge keys expanded: what a walk over it would meet. */
  readonly nodes: number
}

export const defaultLimits: Limits = {
  fileBytes: 10 * 1024 * 1024,
  treeBytes: 1024 * 1024 * 1024,
  documents: 10_000,
  depth: 100,
  aliases: 1000,
  nodes: 1_000_000,
}
