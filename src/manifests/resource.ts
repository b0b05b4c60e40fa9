import type { SourceFile } from '../source/source-file.ts'
import type { Located, Span } from '../source/span.ts'
import type { MappingNode } from './node.ts'

/**
 * How well a place in a report matches the place in the repository: `exact` the very node, `template` the line of the
 * template that produced it, `document` the right document, `file` no more than the file.
 */
export type Precision = 'exact' | 'template' | 'document' | 'file'

/** Where a resource comes from. Spans of its nodes are in `file`; for raw manifests this is the file itself. */
export interface Provenance {
  readonly file: SourceFile
  readonly precision: Precision
  /** Range of the whole document, or of the list item. */
  readonly document: Span
}

/** Identity of a resource: API group without version, kind, namespace ('' for cluster-scoped), name. */
export interface ResourceId {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** One Kubernetes object as written, lists unwrapped. The same value serves both sides where the blob is the same. */
export interface Resource {
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  readonly kind: string
  /** `metadata.name`, else `metadata.generateName` with `*` behind it; '' when neither is written (reported). */
  readonly name: Located<string>
  /** `metadata.namespace` as written; undefined when missing or empty: the model gives the default. */
  readonly namespace: Located<string> | undefined
  readonly node: MappingNode
  readonly provenance: Provenance
}
