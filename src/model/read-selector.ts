import { entryOf, isUnset, spanOf, type YamlNode } from '../manifests/node.ts'
import { reportTemplate } from '../manifests/reader.ts'
import type { Resource } from '../manifests/resource.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { isTemplated, itemsAt, textAt } from './fields.ts'
import { everything, type LabelExpression, type LabelRequirement, requirement } from './label-expression.ts'
import { type Reporter, readLabels } from './read-labels.ts'

const operators: ReadonlySet<string> = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist'])
const selectorFields: ReadonlySet<string> = new Set(['matchLabels', 'matchExpressions'])

/**
 * Reads a LabelSelector. `{}` and a selector with empty lists select everything; several conditions must all hold.
 * A condition the API server would refuse is reported and makes the whole selector unreadable: it may match anything.
 * `isKey` tells which keys are valid, for kinds that write them in their own way.
 */
export function readLabelSelector(
  resource: Resource,
  node: YamlNode | undefined,
  report: Reporter,
  isKey = isLabelKey,
): LabelExpression {
  if (isUnset(node) || node === undefined) return everything
  if (isTemplated(resource, node)) {
    noteTemplate(resource, node, report)
    return { kind: 'unreadable' }
  }
  if (node.kind !== 'mapping') {
    refuse(resource, node, 'the selector is not a mapping', report)
    return { kind: 'unreadable' }
  }
  reportUnknownFields(resource, node, report)
  const labels = readLabels(resource, entryOf(node, 'matchLabels')?.value, report)
  const unreadable = !labels.complete || labels.unknownKeys.size > 0
  const pairs = [...labels.values].map(([key, { value }]) => requirement(key, 'In', [value]))
  const invalid = [...labels.values].filter(([key, { value }]) => !isKey(key) || !isLabelValue(value))
  for (const [key, { value, span }] of invalid) refuseAt(span, `${key}: ${value} is no valid label`, report)
  const expressions = itemsAt(node, 'matchExpressions').map((item) => readRequirement(resource, item, report, isKey))
  const readable = expressions.filter((found) => found !== undefined)
  if (unreadable || invalid.length > 0 || readable.length < expressions.length) return { kind: 'unreadable' }
  return { kind: 'all', of: [...pairs, ...readable] }
}

function readRequirement(
  resource: Resource,
  item: YamlNode,
  report: Reporter,
  isKey: typeof isLabelKey,
): LabelRequirement | undefined {
  const key = textAt(item, 'key')
  const operator = textAt(item, 'operator')
  const valueNodes = itemsAt(item, 'values')
  const values = valueNodes.map((node) => textAt(node))
  const problem = requirementProblem(key, operator, values, isKey)
  if ([item, ...fieldsOf(item), ...valueNodes].some((node) => isTemplated(resource, node))) {
    noteTemplate(resource, item, report)
    return undefined
  }
  if (problem === undefined)
    return requirement(key as string, operator as LabelRequirement['operator'], values as string[])
  refuse(resource, item, problem, report)
  return undefined
}

const fieldsOf = (node: YamlNode): YamlNode[] => (node.kind === 'mapping' ? node.entries.map(({ value }) => value) : [])

function noteTemplate(resource: Resource, node: YamlNode, report: Reporter): void {
  reportTemplate({ file: resource.provenance.file, report }, node, 'this selector')
}

function requirementProblem(
  key: string | undefined,
  operator: string | undefined,
  values: readonly (string | undefined)[],
  isKey: typeof isLabelKey,
): string | undefined {
  if (key === undefined || !isKey(key)) return `${key ?? 'a condition without key'} is no valid label key`
  if (operator === undefined || !operators.has(operator)) {
    return `operator ${operator ?? '(none)'} does not exist; it is one of In, NotIn, Exists, DoesNotExist`
  }
  if (values.includes(undefined)) return `a value of ${key} is not text; put it in quotes`
  const needsValues = operator === 'In' || operator === 'NotIn'
  if (needsValues && values.length === 0) return `operator ${operator} needs at least one value`
  if (!needsValues && values.length > 0) return `operator ${operator} takes no values`
  const invalid = values.find((value) => !isLabelValue(value as string))
  return invalid === undefined ? undefined : `${invalid} is no valid label value`
}

function reportUnknownFields(resource: Resource, node: Extract<YamlNode, { kind: 'mapping' }>, report: Reporter): void {
  for (const entry of node.entries) {
    if (selectorFields.has(entry.name)) continue
    report(
      diagnostic('unknown-field', spanOf(resource.provenance.file, entry), {
        message: `a selector has no field ${entry.name}; the API server drops it, so the selector matches more than it says`,
        hint: 'Use matchLabels or matchExpressions.',
        effect: 'wider',
      }),
    )
  }
}

function refuse(resource: Resource, node: YamlNode, problem: string, report: Reporter): void {
  refuseAt(spanOf(resource.provenance.file, node), problem, report)
}

function refuseAt(span: Span, problem: string, report: Reporter): void {
  report(
    diagnostic('selector-invalid', span, {
      message: `this selector is not valid: ${problem}`,
      hint: 'Correct the condition; until then it is treated as matching anything.',
      effect: 'unknown',
    }),
  )
}

const nameForm = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/
const prefixForm = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/** Optional DNS prefix of at most 253 characters and `/`, then a name of 1 to 63 characters. */
export function isLabelKey(key: string): boolean {
  const parts = key.split('/')
  if (parts.length > 2) return false
  const [prefix, name] = parts.length === 2 ? parts : [undefined, parts[0]]
  return nameForm.test(name ?? '') && (prefix === undefined || (prefix.length <= 253 && prefixForm.test(prefix)))
}

export function isLabelValue(value: string): boolean {
  return value === '' || nameForm.test(value)
}
