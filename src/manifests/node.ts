import type { SourceFile } from '../source/source-file.ts'
import type { Span } from '../source/span.ts'

/**
 * One YAML or JSON value with its place. Offsets are those of the file, 0-based and half-open; they include the quotes
 * of a quoted scalar and the brackets of a flow collection. A value that is not written (`key:`) is a null scalar of
 * zero width behind the colon. An alias is the node it names, with the range of the alias.
 */
export type YamlNode = ScalarNode | MappingNode | SequenceNode

interface Ranged {
  readonly start: number
  readonly end: number
}

export interface ScalarNode extends Ranged {
  readonly kind: 'scalar'
  /** Value as Kubernetes reads it (YAML 1.1 booleans, octal integers; dates and `1:30` stay text). */
  readonly value: string | number | boolean | null
  readonly style: 'plain' | 'quoted' | 'block'
}

export interface MappingEntry {
  readonly key: ScalarNode
  /** Key as text: a boolean or number key becomes its text, as sigs.k8s.io/yaml makes it. */
  readonly name: string
  readonly value: YamlNode
}

export interface MappingNode extends Ranged {
  readonly kind: 'mapping'
  /**
   * Every entry as written, duplicates included; in the place of a merge key (`<<`) stand the entries it brings, but
   * for those written further down. The last entry of a name counts, as for kubectl. A merged entry lies where its
   * source is.
   */
  readonly entries: readonly MappingEntry[]
}

export interface SequenceNode extends Ranged {
  readonly kind: 'sequence'
  readonly items: readonly YamlNode[]
}

/** Range of a node, or of an entry from its key to the end of its value. */
export function spanOf(file: SourceFile, ranged: YamlNode | MappingEntry): Span {
  if ('key' in ranged) return { file, start: ranged.key.start, end: Math.max(ranged.key.end, ranged.value.end) }
  return { file, start: ranged.start, end: ranged.end }
}

/** The entry that counts for a name: the last one written, as lenient readers take it. */
export function entryOf(node: YamlNode | undefined, name: string): MappingEntry | undefined {
  if (node?.kind !== 'mapping') return undefined
  const { entries } = node
  for (let place = entries.length - 1; place >= 0; place--) {
    const entry = entries[place] as MappingEntry
    if (entry.name === name) return entry
  }
  return undefined
}

/** Value below a chain of keys; undefined where a key is missing or its holder is no mapping. */
export function valueAt(node: YamlNode | undefined, ...names: readonly string[]): YamlNode | undefined {
  let found = node
  for (const name of names) found = entryOf(found, name)?.value
  return found
}

/** Whether a value is missing or null: the API server reads both as "not set" (lists and pointers alike). */
export function isUnset(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null)
}
