import { entryOf, type MappingEntry, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { itemsAt, textAt } from '../model/fields.ts'
import { nearest } from '../source/nearest.ts'
import type { Span } from '../source/span.ts'
import { replaceText, scalar } from './edit.ts'
import type { TextEdit } from './finding.ts'

/** One `key: value` of `matchLabels`, or an `In` expression with one value, with the nodes that say so. */
export interface WrittenLabel {
  readonly key: string
  readonly value: string
  readonly keyNode: YamlNode
  readonly valueNode: YamlNode
  readonly span: Span
}

/** Conditions of a selector that ask for one value of one key, in the order written. */
export function writtenLabels(resource: Resource, selector: YamlNode | undefined): WrittenLabel[] {
  const { file } = resource.provenance
  const labels = valueAt(selector, 'matchLabels')
  const pairs = labels?.kind === 'mapping' ? labels.entries : []
  const expressions = itemsAt(selector, 'matchExpressions')
  return [
    ...pairs.flatMap((entry) => writtenPair(entry, spanOf(file, entry))),
    ...expressions.flatMap((item) => writtenExpression(item, spanOf(file, item))),
  ]
}

function writtenPair({ key, name, value }: MappingEntry, span: Span): WrittenLabel[] {
  const text = textAt(value)
  return text === undefined ? [] : [{ key: name, value: text, keyNode: key, valueNode: value, span }]
}

function writtenExpression(item: YamlNode, span: Span): WrittenLabel[] {
  const keyNode = entryOf(item, 'key')?.value
  const [valueNode, ...others] = itemsAt(item, 'values')
  const key = textAt(keyNode)
  const value = textAt(valueNode)
  if (textAt(item, 'operator') !== 'In' || others.length > 0 || keyNode === undefined || valueNode === undefined)
    return []
  return key === undefined || value === undefined ? [] : [{ key, value, keyNode, valueNode, span }]
}

/** Another label to ask for: what somebody who wrote this one most likely meant. */
export interface LabelRepair {
  readonly written: WrittenLabel
  readonly key: string
  readonly value: string
}

/**
 * The label of a candidate that is nearest: the same key with a like value, else the same value under another key.
 * Undefined where nothing is near or two keys are as good.
 */
export function nearestLabel(
  written: WrittenLabel,
  candidates: readonly ReadonlyMap<string, string>[],
): LabelRepair | undefined {
  const values = new Set(candidates.flatMap((labels) => labels.get(written.key) ?? []))
  const value = nearest(written.value, values)
  if (value !== undefined && value !== written.value) return { written, key: written.key, value }
  const keys = new Set(
    candidates.flatMap((labels) => [...labels].filter(([, other]) => other === written.value).map(([key]) => key)),
  )
  const [key, ...others] = keys
  return key === undefined || others.length > 0 || key === written.key
    ? undefined
    : { written, key, value: written.value }
}

/** Edits that make the selector ask for the other label. */
export function repairEdits({ written, key, value }: LabelRepair): TextEdit[] {
  const { file } = written.span
  const put = (node: YamlNode, text: string): TextEdit =>
    replaceText(file, node, scalar(text, file.text[node.start] === '"'))
  return [
    ...(key === written.key ? [] : [put(written.keyNode, key)]),
    ...(value === written.value ? [] : [put(written.valueNode, value)]),
  ]
}
