import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import { type Located, textOf } from '../source/span.ts'
import { isAmbiguousPlain } from './kubernetes-scalar.ts'
import { entryOf, isUnset, type MappingEntry, type MappingNode, spanOf, type YamlNode } from './node.ts'
import { hasTemplate, isTemplated } from './template-text.ts'

/** Where fields are read from, and where problems go. */
export interface ReadContext {
  readonly file: SourceFile
  readonly report: (problem: Diagnostic) => void
}

/** A field that is set: its value, or that it cannot be known (a template, a wrong type; reported). */
export type Read<T> =
  | { readonly known: true; readonly value: T; readonly node: YamlNode }
  | { readonly known: false; readonly node: YamlNode }

/** A string map, the shape of labels in the model. */
export interface LabelMap {
  readonly values: ReadonlyMap<string, Located<string>>
  /** Keys that are there with a value that is a template or no string. */
  readonly unknownKeys: ReadonlySet<string>
  /** False where a template may add keys. */
  readonly complete: boolean
}

type Path = readonly string[]

export function stringAt(context: ReadContext, node: YamlNode | undefined, ...path: Path): Read<string> | undefined {
  return scalarAt(context, node, path, isString, 'a string')
}

export function booleanAt(context: ReadContext, node: YamlNode | undefined, ...path: Path): Read<boolean> | undefined {
  return scalarAt(context, node, path, isBoolean, 'true or false')
}

/** Reports `ambiguous-scalar` for a number such as `0777`. */
export function integerAt(context: ReadContext, node: YamlNode | undefined, ...path: Path): Read<number> | undefined {
  return noteAmbiguous(context, scalarAt(context, node, path, isInteger, 'a whole number'))
}

function mappingAt(context: ReadContext, node: YamlNode | undefined, ...path: Path): Read<MappingNode> | undefined {
  const found = lookUp(context, node, path)
  if (found === undefined || !found.known) return found
  if (found.value.kind === 'mapping') return { known: true, value: found.value, node: found.node }
  return wrongType(context, found.node, path, 'an object')
}

/**
 * A map of strings: labels, matchLabels, annotations. A null value is the empty string; another value that is no
 * string makes the API server refuse the object: it is reported with effect `unknown`, and so is its key.
 */
export function labelsAt(context: ReadContext, node: YamlNode | undefined, ...path: Path): LabelMap {
  const found = mappingAt(context, node, ...path)
  if (found === undefined) return { values: new Map(), unknownKeys: new Set(), complete: true }
  if (!found.known) return { values: new Map(), unknownKeys: new Set(), complete: false }
  const values = new Map<string, Located<string>>()
  const unknownKeys = new Set<string>()
  let complete = true
  for (const [name, entry] of lastEntries(found.value)) {
    const value = labelValue(context, entry)
    if (hasTemplate(name)) complete = false
    else if (value === undefined) unknownKeys.add(name)
    else values.set(name, { value, span: spanOf(context.file, entry) })
  }
  return { values, unknownKeys, complete }
}

/** Entries that count, by name, in the order of their first writing. */
function lastEntries(node: MappingNode): ReadonlyMap<string, MappingEntry> {
  return new Map(node.entries.map((entry) => [entry.name, entry]))
}

/** Reports a plain scalar that YAML 1.2 readers take for something else: `y` as a key, `0777` as a port. */
export function reportAmbiguous(context: ReadContext, node: YamlNode): void {
  if (node.kind !== 'scalar' || node.style !== 'plain') return
  const span = spanOf(context.file, node)
  const text = textOf(span)
  if (!isAmbiguousPlain(text)) return
  context.report(
    diagnostic('ambiguous-scalar', span, {
      message: `${text} without quotes is ${String(node.value)} to Kubernetes and something else to YAML 1.2`,
      hint: typeof node.value === 'number' ? `Write ${node.value}.` : `Write "${text}" or ${String(node.value)}.`,
      effect: 'none',
    }),
  )
}

/** Reports a value that a template writes; `what` names the field. */
export function reportTemplate(context: ReadContext, node: YamlNode, what: string): void {
  context.report(
    diagnostic('template-value', spanOf(context.file, node), {
      message: `${what} is written by a template and unknown until it is rendered`,
      hint: 'Check the rendered manifests, or write the value out.',
      effect: 'unknown',
    }),
  )
}

function labelValue(context: ReadContext, { key, name, value }: MappingEntry): string | undefined {
  reportAmbiguous(context, key)
  if (isTemplated(context.file, value)) {
    reportTemplate(context, value, `label ${name}`)
    return undefined
  }
  if (value.kind === 'scalar' && typeof value.value === 'string') return value.value
  const isNull = isUnset(value)
  context.report(
    diagnostic('label-not-string', spanOf(context.file, value), {
      message: isNull ? `label ${name} has no value` : `the value of label ${name} is ${typeName(value)}, not a string`,
      hint: isNull ? 'Write "" for an empty value.' : 'Put the value in quotes.',
      effect: 'unknown',
    }),
  )
  return isNull ? '' : undefined
}

function scalarAt<T>(
  context: ReadContext,
  node: YamlNode | undefined,
  path: Path,
  accepts: (value: unknown) => value is T,
  expected: string,
): Read<T> | undefined {
  const found = lookUp(context, node, path)
  if (found === undefined || !found.known) return found
  const { value } = found
  if (value.kind === 'scalar' && accepts(value.value)) return { known: true, value: value.value, node: value }
  return wrongType(context, value, path, expected)
}

/** Walks a path. Not set: a key on the way is missing or null. Unknown: a value on the way is a template or no object. */
function lookUp(context: ReadContext, node: YamlNode | undefined, path: Path): Read<YamlNode> | undefined {
  let found = node
  for (let step = 0; step <= path.length; step++) {
    if (found === undefined || isUnset(found)) return undefined
    if (isTemplated(context.file, found)) {
      reportTemplate(context, found, path.slice(0, step).join('.') || 'this value')
      return { known: false, node: found }
    }
    if (step === path.length) return { known: true, value: found, node: found }
    if (found.kind !== 'mapping') return wrongType(context, found, path.slice(0, step), 'an object')
    found = entryOf(found, path[step] as string)?.value
  }
  return undefined
}

function wrongType(
  context: ReadContext,
  node: YamlNode,
  path: Path,
  expected: string,
): { known: false; node: YamlNode } {
  context.report(
    diagnostic('field-type', spanOf(context.file, node), {
      message: `${path.join('.') || 'this value'} is ${typeName(node)}, not ${expected}`,
      hint: `Write ${expected} here; the API server refuses anything else.`,
      effect: 'unknown',
    }),
  )
  return { known: false, node }
}

function noteAmbiguous<T>(context: ReadContext, found: Read<T> | undefined): Read<T> | undefined {
  if (found?.known === true) reportAmbiguous(context, found.node)
  return found
}

function typeName(node: YamlNode): string {
  if (node.kind === 'mapping') return 'an object'
  if (node.kind === 'sequence') return 'a list'
  if (node.value === null) return 'null'
  return typeof node.value === 'string' ? 'a string' : `the ${typeof node.value} ${String(node.value)}`
}

function isString(value: unknown): value is string {
  return typeof value === 'string'
}

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}
