import type { MappingEntry, MappingNode, SequenceNode, YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { SourceFile } from '../source/source-file.ts'
import type { Fix, TextEdit } from './finding.ts'

/** What an edit writes: scalars, lists and mappings, in the style of the place they come to stand in. */
export type Written = string | number | boolean | readonly Written[] | { readonly [key: string]: Written }

/** A fix, where the place in the repository is the very text that was read; rendered manifests have none. */
export function fixIn(resource: Resource, title: string, edits: readonly TextEdit[]): { readonly fix?: Fix } {
  return resource.provenance.precision === 'exact' && edits.length > 0 ? { fix: { title, edits } } : {}
}

/** Puts other text in place of a node or a range. */
export function replaceText(file: SourceFile, range: Range, text: string): TextEdit {
  return { span: { file, start: range.start, end: range.end }, text }
}

const insertText = (file: SourceFile, at: number, text: string): TextEdit =>
  replaceText(file, { start: at, end: at }, text)

/** Whether a collection is written with brackets. */
function isFlow(file: SourceFile, node: YamlNode): boolean {
  const first = file.text[node.start]
  return node.kind !== 'scalar' && (first === '{' || first === '[')
}

/** Adds an entry before or behind another one of a mapping. */
export function insertEntry(
  file: SourceFile,
  mapping: MappingNode,
  anchor: { readonly entry: MappingEntry; readonly side: 'before' | 'after' },
  [key, value]: readonly [string, Written],
): TextEdit {
  const { entry, side } = anchor
  if (isFlow(file, mapping)) {
    const quoted = entry.key.style === 'quoted'
    const text = `${scalar(key, quoted)}: ${flowText(value, quoted)}`
    return side === 'before'
      ? insertText(file, entry.key.start, `${text}, `)
      : insertText(file, entry.value.end, `, ${text}`)
  }
  const indent = columnOf(file, entry.key.start)
  const text = blockEntry(key, value, indent)
  const eol = lineBreak(file)
  return side === 'before'
    ? insertText(file, entry.key.start, withBreaks(`${text}\n${' '.repeat(indent)}`, eol))
    : insertText(file, lineEnd(file, entry.value.end), withBreaks(`\n${' '.repeat(indent)}${text}`, eol))
}

/** Gives an entry another value. */
export function setValue(file: SourceFile, mapping: MappingNode, entry: MappingEntry, value: Written): TextEdit {
  const start = file.text.indexOf(':', entry.key.end) + 1
  const range = { start, end: Math.max(start, entry.value.end) }
  if (isFlow(file, mapping)) return replaceText(file, range, ` ${flowText(value, entry.key.style === 'quoted')}`)
  return replaceText(file, range, withBreaks(blockValue(value, columnOf(file, entry.key.start)), lineBreak(file)))
}

/** Adds an item at the end of a list. */
export function appendItem(file: SourceFile, list: SequenceNode, value: Written): TextEdit {
  const last = list.items.at(-1)
  if (isFlow(file, list)) {
    const quoted =
      file.text[list.start + 1] === '"' || (file.text[list.start + 1] === '{' && file.text[list.start + 2] === '"')
    const text = flowText(value, quoted)
    return last === undefined ? replaceText(file, list, `[${text}]`) : insertText(file, last.end, `, ${text}`)
  }
  const indent = columnOf(file, list.start)
  const text = `\n${' '.repeat(indent)}- ${blockItem(value, indent + 2)}`
  return insertText(file, lineEnd(file, list.end), withBreaks(text, lineBreak(file)))
}

/** Adds an item behind another one, in the style of that one. */
export function insertItem(file: SourceFile, list: SequenceNode, item: YamlNode, value: Written): TextEdit {
  const flow = flowText(value, file.text[item.start + 1] === '"')
  if (isFlow(file, list)) return insertText(file, item.end, `, ${flow}`)
  const indent = columnOf(file, list.start)
  const dash = file.text.slice(file.text.lastIndexOf('-', item.start), item.start)
  const text = isFlow(file, item) ? flow : blockItem(value, indent + dash.length)
  return insertText(file, lineEnd(file, item.end), withBreaks(`\n${' '.repeat(indent)}${dash}${text}`, lineBreak(file)))
}

/** Takes an item out of a list that has others. Undefined where its lines hold something else as well. */
export function removeItem(file: SourceFile, list: SequenceNode, item: YamlNode): TextEdit | undefined {
  return removePart(file, list, list.items, item, /^ *- +$/)
}

/** Takes an entry out of a mapping that has others. Undefined where its lines hold something else as well. */
export function removeEntry(file: SourceFile, mapping: MappingNode, entry: MappingEntry): TextEdit | undefined {
  const parts = mapping.entries.map(({ key, value }) => ({ start: key.start, end: value.end }))
  const part = parts[mapping.entries.indexOf(entry)]
  return part && removePart(file, mapping, parts, part, /^ *$/)
}

interface Range {
  readonly start: number
  readonly end: number
}

/** `lead` is what may stand on a line before a part that begins there. */
function removePart(
  file: SourceFile,
  whole: YamlNode,
  parts: readonly Range[],
  part: Range,
  lead: RegExp,
): TextEdit | undefined {
  const [before, after] = [parts[parts.indexOf(part) - 1], parts[parts.indexOf(part) + 1]]
  if (isFlow(file, whole)) {
    if (after !== undefined) return replaceText(file, { start: part.start, end: after.start }, '')
    return before && replaceText(file, { start: before.end, end: part.end }, '')
  }
  const start = lastBreak(file, part.start) + 1
  if (!lead.test(file.text.slice(start, part.start))) return undefined
  const end = file.text.indexOf('\n', part.end) + 1
  return replaceText(file, { start, end: end === 0 ? file.text.length : end }, '')
}

/** Makes two neighbours of a list one item. Undefined where their styles cannot be joined in place. */
export function joinItems(
  file: SourceFile,
  list: SequenceNode,
  first: MappingNode,
  second: MappingNode,
): TextEdit[] | undefined {
  const end = first.entries.at(-1)?.value.end
  const start = second.entries[0]?.key.start
  if (end === undefined || start === undefined) return undefined
  if (isFlow(file, list)) return [replaceText(file, { start: end, end: start }, ', ')]
  if (isSpread(file, first) || isSpread(file, second)) return undefined
  const dash = file.text.lastIndexOf('-', second.start)
  return [
    ...withoutBraces(file, first),
    replaceText(file, { start: dash, end: dash + 1 }, ' '),
    ...withoutBraces(file, second),
  ]
}

/** A bracketed mapping over several lines: taking its brackets away would leave commas behind. */
const isSpread = (file: SourceFile, node: MappingNode): boolean =>
  isFlow(file, node) && (node.entries.length !== 1 || file.text.slice(node.start, node.end).includes('\n'))

function withoutBraces(file: SourceFile, node: MappingNode): TextEdit[] {
  if (!isFlow(file, node)) return []
  const [only] = node.entries
  if (only === undefined) return []
  return [
    replaceText(file, { start: node.start, end: only.key.start }, ''),
    replaceText(file, { start: only.value.end, end: node.end }, ''),
  ]
}

/** Text of a value under a key that stands in a column (0-based), from behind the colon on. */
function blockValue(value: Written, indent: number): string {
  if (typeof value !== 'object') return ` ${scalar(value, false)}`
  const inner = ' '.repeat(indent + 2)
  if (isList(value)) return value.map((item) => `\n${inner}- ${blockItem(item, indent + 4)}`).join('')
  const entries = Object.entries(value)
  return entries.length === 0
    ? ' {}'
    : entries.map(([key, of]) => `\n${inner}${blockEntry(key, of, indent + 2)}`).join('')
}

const blockEntry = (key: string, value: Written, indent: number): string =>
  `${scalar(key, false)}:${blockValue(value, indent)}`

/** Text of a list item from behind its dash on; `indent` is the column of its keys. */
function blockItem(value: Written, indent: number): string {
  if (typeof value !== 'object' || isList(value)) return flowText(value, false)
  return Object.entries(value)
    .map(([key, of]) => blockEntry(key, of, indent))
    .join(`\n${' '.repeat(indent)}`)
}

function flowText(value: Written, quoted: boolean): string {
  if (typeof value !== 'object') return scalar(value, quoted)
  if (isList(value)) return `[${value.map((item) => flowText(item, quoted)).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, of]) => `${scalar(key, quoted)}: ${flowText(of, quoted)}`)
    .join(', ')}}`
}

const isList = (value: Written): value is readonly Written[] => Array.isArray(value)

/** A whole document in block style, for text to take over by hand. */
export function blockDocument(value: { readonly [key: string]: Written }): string {
  return `${blockItem(value, 0)}\n`
}

/** Words that YAML, or Kubernetes, reads as something other than text. */
const notText = /^(?:y|n|yes|no|on|off|true|false|null|[-+.\d][\da-fox._:+-]*)$/i

/** A scalar as YAML, plain where that is read back as the same text. */
export function scalar(value: string | number | boolean, quoted: boolean): string {
  if (typeof value !== 'string') return `${value}`
  return !quoted && /^[A-Za-z0-9_][\w./-]*$/.test(value) && !notText.test(value) ? value : JSON.stringify(value)
}

function columnOf(file: SourceFile, offset: number): number {
  return offset - (lastBreak(file, offset) + 1)
}

const lastBreak = (file: SourceFile, offset: number): number =>
  offset === 0 ? -1 : file.text.lastIndexOf('\n', offset - 1)

/** Offset behind the last character of a line, comment included. */
function lineEnd(file: SourceFile, offset: number): number {
  const found = file.text.indexOf('\n', offset)
  if (found < 0) return file.text.length
  return file.text[found - 1] === '\r' ? found - 1 : found
}

const lineBreak = ({ text }: SourceFile): string => (text.includes('\r\n') ? '\r\n' : '\n')
const withBreaks = (text: string, eol: string): string => text.replaceAll('\n', eol)
