import {
  COLLECTION_STYLE,
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml'
import { InternalError } from '../source/assert-never.ts'
import { readPlainScalar, readTaggedScalar, type ScalarValue } from './kubernetes-scalar.ts'
import type { Limits } from './limits.ts'
import { applyMerge } from './merge-keys.ts'
import type { MappingEntry, MappingNode, ScalarNode, SequenceNode, YamlNode } from './node.ts'
import { endOfFlow, placeOfEmptyKey, placeOfEmptyValue, startOfBlockScalar } from './token-places.ts'
import { YamlProblem } from './yaml-problem.ts'

type CollectionEvent = MappingEvent | SequenceEvent

/** A key that stands twice; `merged` when the later one comes from a merge key. */
export interface DuplicateKey {
  readonly entry: MappingEntry
  readonly merged: boolean
}

/** What `buildNode` reads: the events of one document, whose offsets count from `base` in the file. */
export interface EventSource {
  readonly events: readonly Event[]
  readonly text: string
  readonly base: number
  readonly limits: Limits
  /** Filled while reading, up to a hundred. */
  readonly duplicates: DuplicateKey[]
}

/** Node an anchor names, with its size and height; undefined while it is being read. */
interface Anchor {
  readonly node: YamlNode
  readonly size: number
  readonly height: number
}

interface Cursor extends EventSource {
  /** Next event. */
  index: number
  /** End of the last token in the document's text. */
  end: number
  /** Nodes so far, aliases expanded. */
  size: number
  /** Levels below the node read last, aliases expanded. */
  height: number
  depth: number
  aliases: number
  readonly anchors: Map<string, Anchor | undefined>
  /** Entries of mappings, and items of sequences, that are not closed yet, the innermost last. */
  readonly open: { readonly entries: MappingEntry[]; readonly items: YamlNode[] }
}

/** Builds the tree of one document. A stream without content gives a null scalar. Throws `YamlProblem`. */
export function buildNode(source: EventSource): YamlNode {
  const cursor: Cursor = {
    ...source,
    index: 1,
    end: 0,
    size: 0,
    height: 0,
    depth: 0,
    aliases: 0,
    anchors: new Map(),
    open: { entries: [], items: [] },
  }
  if (source.events.length === 0) return emptyScalar(cursor, 0)
  const root = readNode(cursor)
  // The document's own POP is last; anything behind it would be a second document that the splitter missed.
  if (cursor.index + 1 !== source.events.length)
    throw problem(cursor, cursor.end, 'unexpected content behind the document')
  return root
}

function readNode(cursor: Cursor): YamlNode {
  const event = cursor.events[cursor.index++] as Event
  if (++cursor.size > cursor.limits.nodes) throw limit(cursor, 'node-limit', `more than ${cursor.limits.nodes} values`)
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.anchorStart === -1
        ? readScalar(cursor, event)
        : anchored(cursor, event, () => readScalar(cursor, event))
    case EVENT_ID.MAPPING:
      return event.anchorStart === -1
        ? readMapping(cursor, event)
        : anchored(cursor, event, () => readMapping(cursor, event))
    case EVENT_ID.SEQUENCE:
      return event.anchorStart === -1
        ? readSequence(cursor, event)
        : anchored(cursor, event, () => readSequence(cursor, event))
    case EVENT_ID.ALIAS:
      return readAlias(cursor, event.anchorStart, event.anchorEnd)
    default:
      throw new InternalError(`YAML event ${event.type} where a value was expected`)
  }
}

function readScalar(cursor: Cursor, event: ScalarEvent): ScalarNode {
  cursor.height = 0
  const { valueStart, valueEnd, style } = event
  if (valueStart === -1) return readEmptyScalar(cursor, event)
  const text = getScalarValue(cursor.text, event)
  const value = event.tagStart === -1 && style !== SCALAR_STYLE.PLAIN ? text : scalarValue(cursor, event, text)
  switch (style) {
    case SCALAR_STYLE.PLAIN:
      return scalar(cursor, value, 'plain', valueStart, valueEnd)
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return scalar(cursor, value, 'quoted', valueStart - 1, valueEnd + 1)
    default:
      return scalar(cursor, value, 'block', startOfBlockScalar(cursor.text, propertiesEnd(cursor, event)), valueEnd)
  }
}

function scalarValue(cursor: Cursor, event: ScalarEvent, text: string): ScalarValue {
  if (event.tagStart === -1) return readPlainScalar(text)
  const tag = cursor.text.slice(event.tagStart, event.tagEnd)
  const value = readTaggedScalar(text, tag, event.style === SCALAR_STYLE.PLAIN)
  if (value === undefined) throw problem(cursor, event.tagStart, `the value is no ${tag}`)
  return value
}

function scalar(
  cursor: Cursor,
  value: ScalarValue,
  style: ScalarNode['style'],
  start: number,
  end: number,
): ScalarNode {
  cursor.end = end
  return { kind: 'scalar', start: cursor.base + start, end: cursor.base + end, value, style }
}

function readEmptyScalar(cursor: Cursor, event: ScalarEvent): ScalarNode {
  const written = event.tagStart !== -1 || event.anchorStart !== -1
  const place = written ? propertiesEnd(cursor, event) : placeOfEmptyValue(cursor.text, cursor.end)
  const value = event.tagStart === -1 ? null : scalarValue(cursor, event, '')
  return scalar(cursor, value, 'plain', place, place)
}

function emptyScalar(cursor: Cursor, place: number): ScalarNode {
  return scalar(cursor, null, 'plain', place, place)
}

/** End of the anchor and the tag in front of a value, or of whatever came before where it has neither. */
function propertiesEnd(cursor: Cursor, event: ScalarEvent): number {
  return Math.max(cursor.end, event.anchorEnd, event.tagEnd)
}

function readMapping(cursor: Cursor, event: CollectionEvent): MappingNode {
  const { start } = event
  const { entries: open } = cursor.open
  const first = open.length
  const isPair = isFlowPair(cursor, event)
  let height = 0
  let hasMerge = false
  enter(cursor, start)
  while (cursor.events[cursor.index]?.type !== EVENT_ID.POP) {
    const entry = readEntry(cursor)
    if (cursor.height >= height) height = cursor.height + 1
    if (isMerge(cursor.text, entry.key, cursor.base)) hasMerge = true
    open.push(entry)
  }
  leave(cursor, event, isPair, height)
  const entries = open.splice(first)
  const merged = hasMerge ? applyMerge(entries, (key) => isMerge(cursor.text, key, cursor.base)) : entries
  reportDuplicates(cursor, merged, hasMerge ? new Set(entries) : undefined)
  return { kind: 'mapping', start: cursor.base + start, end: cursor.base + cursor.end, entries: merged }
}

function readEntry(cursor: Cursor): MappingEntry {
  const key = readKey(cursor)
  const height = cursor.height
  const value = readNode(cursor)
  if (height > cursor.height) cursor.height = height
  return { key, name: nameOf(key), value }
}

function nameOf(key: ScalarNode): string {
  return typeof key.value === 'string' ? key.value : String(key.value)
}

/**
 * A key. Kubernetes knows no keys that are null or collections and refuses the document; only `{{ … }}`, which YAML
 * takes for a mapping as the key of a mapping, is kept as its text.
 */
function readKey(cursor: Cursor): ScalarNode {
  const event = cursor.events[cursor.index] as Event
  if (event.type === EVENT_ID.SCALAR && event.valueStart === -1) {
    const place = placeOfEmptyKey(cursor.text, cursor.end)
    throw problem(cursor, place, 'a key is missing in front of the colon')
  }
  const node = readNode(cursor)
  if (node.kind === 'scalar' && node.value !== null) return node
  const start = node.start - cursor.base
  if (!cursor.text.startsWith('{{', start) && !cursor.text.startsWith('{{', start - 1)) {
    throw problem(cursor, start, 'a key must be text, a number or a boolean')
  }
  return {
    kind: 'scalar',
    start: node.start,
    end: node.end,
    value: cursor.text.slice(start, cursor.end),
    style: 'plain',
  }
}

function isMerge(text: string, key: ScalarNode, base: number): boolean {
  return key.value === '<<' && key.style === 'plain' && text.startsWith('<<', key.start - base)
}

/** `[a: b]`, a mapping without braces. A pair whose key is `{…}` begins where its key begins. */
function isFlowPair(cursor: Cursor, event: CollectionEvent): boolean {
  if (event.style !== COLLECTION_STYLE.FLOW) return true
  if (cursor.text.charCodeAt(event.start) !== 123) return true
  const next = cursor.events[cursor.index] as Event
  return next.type === EVENT_ID.MAPPING && next.start === event.start
}

function readSequence(cursor: Cursor, event: CollectionEvent): SequenceNode {
  const { start } = event
  const { items: open } = cursor.open
  const first = open.length
  let height = 0
  enter(cursor, start)
  while (cursor.events[cursor.index]?.type !== EVENT_ID.POP) {
    open.push(readNode(cursor))
    if (cursor.height >= height) height = cursor.height + 1
  }
  leave(cursor, event, event.style !== COLLECTION_STYLE.FLOW, height)
  return { kind: 'sequence', start: cursor.base + start, end: cursor.base + cursor.end, items: open.splice(first) }
}

function enter(cursor: Cursor, start: number): void {
  cursor.end = cursor.text.charCodeAt(start) === 123 || cursor.text.charCodeAt(start) === 91 ? start + 1 : start
  cursor.depth++
}

/** Steps over the POP of a collection and finds its end: its last child's, or behind the closing bracket. */
function leave(cursor: Cursor, event: CollectionEvent, isOpen: boolean, height: number): void {
  cursor.index++
  cursor.depth--
  cursor.height = height
  if (!isOpen) cursor.end = endOfFlow(cursor.text, cursor.end, event.type === EVENT_ID.MAPPING ? 125 : 93)
}

function anchored(
  cursor: Cursor,
  event: { readonly anchorStart: number; readonly anchorEnd: number },
  read: () => YamlNode,
): YamlNode {
  const name = cursor.text.slice(event.anchorStart, event.anchorEnd)
  const before = cursor.size
  cursor.anchors.set(name, undefined)
  const node = read()
  cursor.anchors.set(name, { node, size: cursor.size - before + 1, height: cursor.height })
  return node
}

function readAlias(cursor: Cursor, start: number, end: number): YamlNode {
  const name = cursor.text.slice(start, end)
  const anchor = cursor.anchors.get(name)
  if (anchor === undefined) throw problem(cursor, start - 1, `alias *${name} names no anchor that stands before it`)
  if (++cursor.aliases > cursor.limits.aliases) {
    throw limit(cursor, 'alias-limit', `more than ${cursor.limits.aliases} aliases`)
  }
  cursor.size += anchor.size - 1
  cursor.height = anchor.height
  cursor.end = end
  if (cursor.size > cursor.limits.nodes) throw limit(cursor, 'node-limit', `more than ${cursor.limits.nodes} values`)
  if (cursor.depth + anchor.height >= cursor.limits.depth) {
    throw limit(cursor, 'depth-limit', `nested deeper than ${cursor.limits.depth} levels`)
  }
  return { ...anchor.node, start: cursor.base + start - 1, end: cursor.base + end }
}

const FEW = 12
const MOST_REPORTED = 100

/** `written` are the entries without those a merge key brought; undefined where the mapping has no merge key. */
function reportDuplicates(
  cursor: Cursor,
  entries: readonly MappingEntry[],
  written: ReadonlySet<MappingEntry> | undefined,
) {
  if (entries.length < 2 || (entries.length <= FEW && !hasDuplicate(entries))) return
  const seen = new Set<string>()
  for (const entry of entries) {
    if (seen.has(entry.name) && cursor.duplicates.length < MOST_REPORTED) {
      cursor.duplicates.push({ entry, merged: written !== undefined && !written.has(entry) })
    }
    seen.add(entry.name)
  }
}

/** For the common small mapping, where comparing is cheaper than a set. */
function hasDuplicate(entries: readonly MappingEntry[]): boolean {
  for (let later = 1; later < entries.length; later++) {
    const { name } = entries[later] as MappingEntry
    for (let earlier = 0; earlier < later; earlier++) if ((entries[earlier] as MappingEntry).name === name) return true
  }
  return false
}

function problem(cursor: Cursor, offset: number, message: string): YamlProblem {
  return new YamlProblem('document-unparsable', cursor.base + offset, message)
}

function limit(cursor: Cursor, code: 'alias-limit' | 'depth-limit' | 'node-limit', message: string): YamlProblem {
  return new YamlProblem(code, cursor.base + cursor.end, message)
}
