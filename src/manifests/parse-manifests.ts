import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import type { Located } from '../source/span.ts'
import type { DuplicateKey } from './build-node.ts'
import { headRange } from './head-range.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { isUnset, type MappingNode, type SequenceNode, spanOf, valueAt, type YamlNode } from './node.ts'
import { type OtherKind, otherKindOf, otherKindOfObject, otherKindOfPath, otherKinds } from './other-document.ts'
import { duplicateDiagnostic, type ParsedDocument, parseDocument } from './parse-yaml.ts'
import { reportTemplate } from './reader.ts'
import type { Resource } from './resource.ts'
import { type DocumentRange, splitDocuments } from './split-documents.ts'
import { isTemplated } from './template-text.ts'
import { withoutUnread } from './without-unread.ts'
import type { YamlProblem } from './yaml-problem.ts'

/** What one file holds. */
export interface ParsedFile {
  readonly file: SourceFile
  readonly resources: readonly Resource[]
  readonly diagnostics: readonly Diagnostic[]
  /** Those of the diagnostics that stand for something left out: a document, the rest of a file. */
  readonly gaps: readonly Diagnostic[]
  /** Documents with content, readable or not. */
  readonly documents: number
  /** Documents that are no manifests, by what they are. A file that cannot hold a manifest counts as one. */
  readonly others: Readonly<Record<OtherKind, number>>
}

interface Collected {
  readonly file: SourceFile
  readonly resources: Resource[]
  readonly diagnostics: Diagnostic[]
  readonly gaps: Diagnostic[]
  readonly others: Record<OtherKind, number>
  documents: number
}

/** Type of an object, as written or as its list gives it. */
interface TypeMeta {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** All of a document, or no more than its head where its kind has no say about the network. */
export type Extent = 'whole' | 'what-matters'

/** Reads the Kubernetes objects of a YAML or JSON file. Never throws for what the file holds. */
export function parseManifests(file: SourceFile, limits: Limits = defaultLimits, extent: Extent = 'whole'): ParsedFile {
  const found = collectorFor(file)
  if (!mayHoldManifest(file.text)) {
    found.others[otherKindOfPath(file.path)]++
    found.documents = 1
    return found
  }
  const ranges = splitDocuments(file.text)
  const parse = extent === 'whole' ? parseDocument : parseWhatMatters
  for (const range of ranges.slice(0, limits.documents)) addDocument(found, parse(file, range, limits))
  const rest = ranges[limits.documents]
  if (rest !== undefined) addTooMany(found, rest.start, ranges.length, limits.documents)
  return found
}

/** Reads a document, or its head where that is all that matters and can be read by itself. */
function parseWhatMatters(file: SourceFile, range: DocumentRange, limits: Limits): ParsedDocument {
  const part = headRange(file.text, range)
  const head = part && parseDocument(file, part, limits)
  return head?.root === undefined ? parseDocument(file, range, limits) : head
}

function collectorFor(file: SourceFile): Collected {
  const others = Object.fromEntries(otherKinds.map((kind) => [kind, 0])) as Record<OtherKind, number>
  return { file, resources: [], diagnostics: [], gaps: [], others, documents: 0 }
}

/** Whether parsing can bring anything: a key `apiVersion` or `kind` is written, or could be behind an escape. */
function mayHoldManifest(text: string): boolean {
  return text.includes('apiVersion') || text.includes('kind') || text.includes('\\')
}

function addTooMany(found: Collected, start: number, count: number, limit: number): void {
  addGap(
    found,
    diagnostic(
      'document-limit',
      { file: found.file, start, end: found.file.text.length },
      {
        message: `${count} documents in one file; only the first ${limit} are read`,
        hint: 'Split the file.',
        effect: 'unknown',
      },
    ),
  )
}

function addGap(found: Collected, problem: Diagnostic): void {
  found.diagnostics.push(problem)
  found.gaps.push(problem)
}

function addDocument(found: Collected, document: ParsedDocument): void {
  if (document.root === undefined) addUnreadable(found, document.range, document.problem)
  else if (!isUnset(document.root)) addReadable(found, document.root, document.duplicates)
}

function addReadable(found: Collected, root: YamlNode, duplicates: readonly DuplicateKey[]): void {
  found.documents++
  const before = found.resources.length
  addRoot(found, root)
  if (found.resources.length === before) return
  for (const duplicate of duplicates) found.diagnostics.push(duplicateDiagnostic(found.file, duplicate))
}

/** A document that is no YAML. One that names no apiVersion is some other tool's, and its own affair. */
function addUnreadable(found: Collected, range: ParsedDocument['range'], problem: YamlProblem): void {
  found.documents++
  const text = found.file.text.slice(range.start, range.end)
  if (!text.includes('apiVersion') && !/\\[xuU]/.test(text)) {
    found.others[otherKindOfPath(found.file.path)]++
    return
  }
  const isTemplate = problem.code === 'document-unparsable' && text.includes('{{')
  const end = Math.min(problem.offset + 1, found.file.text.length)
  addGap(
    found,
    diagnostic(
      isTemplate ? 'template-unparsable' : problem.code,
      { file: found.file, start: Math.min(problem.offset, end), end },
      {
        message: `this document cannot be read: ${problem.message}`,
        hint: hintFor(problem, isTemplate),
        effect: 'unknown',
      },
    ),
  )
}

function hintFor(problem: YamlProblem, isTemplate: boolean): string {
  if (isTemplate) return 'Have the rendered manifests checked instead of the template.'
  return problem.code === 'document-unparsable'
    ? 'Correct the syntax; the rest of the file is read.'
    : 'Make the document smaller.'
}

function addRoot(found: Collected, root: YamlNode): void {
  if (root.kind === 'sequence' && addBareList(found, root)) return
  const type = root.kind === 'mapping' ? typeOf(root) : undefined
  const other = otherKindOf(found.file.path, root)
  if (root.kind === 'mapping' && type !== undefined) addObject(found, root, type)
  else if (other !== undefined) found.others[other]++
  else addKindMissing(found, root, 'the document')
}

/** A list of objects that is no object itself; false when none of its items is a manifest. */
function addBareList(found: Collected, root: SequenceNode): boolean {
  const objects = root.items.flatMap((node) => {
    const type = node.kind === 'mapping' ? typeOf(node) : undefined
    return node.kind === 'mapping' && type !== undefined ? [{ node, type }] : []
  })
  if (objects.length === 0) return false
  const calicoOnly = objects.every(({ type }) => type.group === 'projectcalico.org')
  found.diagnostics.push(
    diagnostic('bare-list', firstLine(found.file, root.items[0] as YamlNode), {
      message: 'this document is a list of objects, which kubectl refuses: none of them would exist',
      hint: 'Put the objects under items of an object of kind List (apiVersion v1), or into documents of their own.',
      effect: calicoOnly ? 'none' : 'unknown',
    }),
  )
  for (const { node, type } of objects) addObject(found, node, type)
  return true
}

function addObject(found: Collected, node: MappingNode, type: TypeMeta): void {
  const other = otherKindOfObject(type.group, type.kind, node)
  if (other !== undefined) {
    found.others[other]++
    return
  }
  const items = valueAt(node, 'items')
  if (items?.kind === 'sequence') for (const item of items.items) addItem(found, item, type)
  else found.resources.push(resourceOf(found, node, type))
}

/** An item that names neither apiVersion nor kind takes them from its list: `NetworkPolicyList` holds NetworkPolicies. */
function addItem(found: Collected, item: YamlNode, list: TypeMeta): void {
  const type = item.kind === 'mapping' ? (typeOf(item) ?? inherited(item, list)) : undefined
  if (item.kind === 'mapping' && type !== undefined) addObject(found, item, type)
  else addKindMissing(found, item, 'the list item')
}

function inherited(item: MappingNode, list: TypeMeta): TypeMeta | undefined {
  if (!isUnset(valueAt(item, 'apiVersion')) || !isUnset(valueAt(item, 'kind'))) return undefined
  const kind = list.kind.replace(/List$/, '')
  return kind === '' || kind === list.kind ? undefined : { ...list, kind }
}

function addKindMissing(found: Collected, node: YamlNode, what: string): void {
  const known = node.kind === 'mapping'
  addGap(
    found,
    diagnostic('kind-missing', firstLine(found.file, node), {
      message: known ? `${what} lacks an apiVersion or a kind` : `${what} is no object`,
      hint: 'Write both apiVersion and kind, or take it out.',
      effect: 'unknown',
    }),
  )
}

/** The first entry of a mapping stands for it where the whole would mark too much. */
function firstLine(file: SourceFile, node: YamlNode) {
  const first = node.kind === 'mapping' ? node.entries[0] : undefined
  return spanOf(file, first?.key ?? node)
}

/** Type of a mapping with a written apiVersion and kind; undefined when one is missing or no text. */
function typeOf(node: MappingNode): TypeMeta | undefined {
  const apiVersion = textAt(node, 'apiVersion')
  const kind = textAt(node, 'kind')
  if (apiVersion === undefined || kind === undefined) return undefined
  return typeNamed(apiVersion, kind)
}

const types = new Map<string, Map<string, TypeMeta>>()

/** One value for each type: a repository has few of them, and they are looked up by their texts all the time. */
function typeNamed(apiVersion: string, kind: string): TypeMeta {
  const byKind = types.get(apiVersion) ?? new Map<string, TypeMeta>()
  types.set(apiVersion, byKind)
  const found = byKind.get(kind) ?? makeType(apiVersion, kind)
  byKind.set(kind, found)
  return found
}

function makeType(apiVersion: string, kind: string): TypeMeta {
  const slash = apiVersion.indexOf('/')
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind }
}

function textAt(node: MappingNode, name: string): string | undefined {
  const value = valueAt(node, name)
  return value?.kind === 'scalar' && typeof value.value === 'string' && value.value !== '' ? value.value : undefined
}

function resourceOf(found: Collected, node: MappingNode, type: TypeMeta): Resource {
  const { file } = found
  const name = nameOf(found, node, type)
  const namespace = identityText(found, valueAt(node, 'metadata', 'namespace'), 'metadata.namespace')
  const provenance = { file, precision: 'exact', document: spanOf(file, node) } as const
  return { ...type, name, namespace, node: withoutUnread(node, type, file), provenance }
}

/** Groups whose objects decide who reaches whom; elsewhere a missing name cannot change the answer. */
const networkGroup =
  /^(?:|apps|batch|extensions|discovery\.k8s\.io|(?:.*\.)?networking\.(?:x-)?k8s\.io|policy\.networking\.k8s\.io|cilium\.io|(?:crd\.)?projectcalico\.org|(?:networking|security)\.istio\.io|route\.openshift\.io|serving\.knative\.dev)$/

function nameOf(found: Collected, node: MappingNode, { group, kind }: TypeMeta): Located<string> {
  const name = identityText(found, valueAt(node, 'metadata', 'name'), 'metadata.name')
  if (name !== undefined) return name
  const prefix = identityText(found, valueAt(node, 'metadata', 'generateName'), 'metadata.generateName')
  if (prefix !== undefined) return { value: `${prefix.value}*`, span: prefix.span }
  const span = firstLine(found.file, node)
  found.diagnostics.push(
    diagnostic('name-missing', span, {
      message: `this ${kind} has no name`,
      hint: 'Write metadata.name.',
      effect: networkGroup.test(group) ? 'unknown' : 'none',
    }),
  )
  return { value: '', span }
}

/** Text of a name. A template is reported and kept as it is written, and so is what Kubernetes refuses: a number, a bare `y`. */
function identityText(found: Collected, node: YamlNode | undefined, field: string): Located<string> | undefined {
  if (node === undefined || isUnset(node)) return undefined
  const { file } = found
  const span = spanOf(file, node)
  if (isTemplated(file, node)) {
    reportTemplate({ file, report: (problem) => found.diagnostics.push(problem) }, node, field)
    return { value: file.text.slice(span.start, span.end), span }
  }
  if (node.kind !== 'scalar') return undefined
  if (typeof node.value === 'string') return node.value === '' ? undefined : { value: node.value, span }
  addNameNoText(found, node, field)
  return { value: file.text.slice(span.start, span.end), span }
}

function addNameNoText(found: Collected, node: YamlNode, field: string): void {
  found.diagnostics.push(
    diagnostic('field-type', spanOf(found.file, node), {
      message: `${field} is not a string`,
      hint: 'Put the name in quotes.',
      effect: 'unknown',
    }),
  )
}
