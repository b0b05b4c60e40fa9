import { assertNever } from '../source/assert-never.ts'
import { type LabelFact, type Labels, labelFact, not, type Truth } from './labels.ts'

/**
 * A condition over labels, the common form of every kind's selectors. `all` of nothing is everything, `any` of nothing
 * is nothing. `unreadable` is a selector whose text could not be understood: it may match anything.
 */
export type LabelExpression =
  | LabelRequirement
  | { readonly kind: 'all' | 'any'; readonly of: readonly LabelExpression[] }
  | { readonly kind: 'not'; readonly of: LabelExpression }
  | { readonly kind: 'unreadable' }

/** Tests of a part of the value. They hold where any of the values is such a part, their opposites where none is. */
export type SubstringOperator = 'Contains' | 'StartsWith' | 'EndsWith'

/**
 * Positive operators need the key; their opposites, `NotIn` and `DoesNotExist` among them, hold where the key is missing.
 * Values are sorted and distinct.
 */
export interface LabelRequirement {
  readonly kind: 'requirement'
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | SubstringOperator | `Not${SubstringOperator}`
  readonly values: readonly string[]
}

/** The operator that holds exactly where another does not. */
export const oppositeOperator: Readonly<Record<LabelRequirement['operator'], LabelRequirement['operator']>> = {
  In: 'NotIn',
  NotIn: 'In',
  Exists: 'DoesNotExist',
  DoesNotExist: 'Exists',
  Contains: 'NotContains',
  NotContains: 'Contains',
  StartsWith: 'NotStartsWith',
  NotStartsWith: 'StartsWith',
  EndsWith: 'NotEndsWith',
  NotEndsWith: 'EndsWith',
}

/** Whether a text has a part as an operator asks for it. */
export function hasPart(text: string, operator: SubstringOperator, part: string): boolean {
  switch (operator) {
    case 'Contains':
      return text.includes(part)
    case 'StartsWith':
      return text.startsWith(part)
    case 'EndsWith':
      return text.endsWith(part)
    default:
      return assertNever(operator)
  }
}

export const everything: LabelExpression = { kind: 'all', of: [] }
export const nothing: LabelExpression = { kind: 'any', of: [] }

export function requirement(
  key: string,
  operator: LabelRequirement['operator'],
  values: readonly string[] = [],
): LabelRequirement {
  return { kind: 'requirement', key, operator, values: [...new Set(values)].sort() }
}

/** Conjunction of `key = value` pairs: a Service selector, `matchLabels`. */
export function equalityOf(pairs: Iterable<readonly [string, string]>): LabelExpression {
  return { kind: 'all', of: [...pairs].map(([key, value]) => requirement(key, 'In', [value])) }
}

/** Whether the expression matches whatever the labels are. */
export function isEverything(expression: LabelExpression): boolean {
  return expression.kind === 'all' && expression.of.length === 0
}

/** Whether the expression matches nothing, whatever the labels are. */
export function isNothing(expression: LabelExpression): boolean {
  return expression.kind === 'any' && expression.of.length === 0
}

export function matchLabels(expression: LabelExpression, labels: Labels): Truth {
  switch (expression.kind) {
    case 'requirement':
      return matchRequirement(expression, labels)
    case 'all':
      return matchParts(expression.of, labels, 'no')
    case 'any':
      return matchParts(expression.of, labels, 'yes')
    case 'not':
      return not(matchLabels(expression.of, labels))
    case 'unreadable':
      return 'unknown'
    default:
      return assertNever(expression)
  }
}

/** One answer decides the whole; without it and without a doubt the whole is the opposite. */
function matchParts(parts: readonly LabelExpression[], labels: Labels, deciding: 'yes' | 'no'): Truth {
  let found = not(deciding)
  for (const part of parts) {
    const truth = matchLabels(part, labels)
    if (truth === deciding) return truth
    if (truth === 'unknown') found = truth
  }
  return found
}

function matchRequirement({ key, operator, values }: LabelRequirement, labels: Labels): Truth {
  const fact = labelFact(labels, key)
  switch (operator) {
    case 'In':
      return hasValue(fact, values)
    case 'NotIn':
      return not(hasValue(fact, values))
    case 'Contains':
    case 'StartsWith':
    case 'EndsWith':
      return hasPartOf(fact, operator, values)
    case 'NotContains':
    case 'NotStartsWith':
    case 'NotEndsWith':
      return not(hasPartOf(fact, oppositeOperator[operator] as SubstringOperator, values))
    case 'Exists':
      return isPresent(fact, labels, key)
    case 'DoesNotExist':
      return not(isPresent(fact, labels, key))
    default:
      return assertNever(operator)
  }
}

const isPresent = (fact: LabelFact, labels: Labels, key: string): Truth => {
  if (fact === 'absent') return 'no'
  return fact === 'unknown' && !labels.unknownKeys.has(key) ? 'unknown' : 'yes'
}

function hasValue(fact: LabelFact, values: readonly string[]): Truth {
  if (fact === 'absent') return 'no'
  if (fact === 'unknown') return 'unknown'
  return values.includes(fact.value) ? 'yes' : 'no'
}

function hasPartOf(fact: LabelFact, operator: SubstringOperator, parts: readonly string[]): Truth {
  if (fact === 'absent') return 'no'
  if (fact === 'unknown') return 'unknown'
  return parts.some((part) => hasPart(fact.value, operator, part)) ? 'yes' : 'no'
}

const keys = new WeakMap<LabelExpression, string>()

/** Canonical text: expressions with equal keys match the same labels. The order of conditions does not matter. */
export function expressionKey(expression: LabelExpression): string {
  const known = keys.get(expression)
  if (known !== undefined) return known
  const key = makeKey(expression)
  keys.set(expression, key)
  return key
}

function makeKey(expression: LabelExpression): string {
  switch (expression.kind) {
    case 'requirement':
      return `${expression.key} ${expression.operator} [${expression.values.map((value) => JSON.stringify(value)).join(',')}]`
    case 'all':
    case 'any': {
      const parts = [...new Set(expression.of.map(expressionKey))].sort()
      return parts.length === 1 ? (parts[0] as string) : `${expression.kind}(${parts.join('&')})`
    }
    case 'not':
      return `not(${expressionKey(expression.of)})`
    case 'unreadable':
      return 'unreadable'
    default:
      return assertNever(expression)
  }
}

/** `app=web, tier in (back, front), !legacy`; `all` for everything. */
export function showExpression(expression: LabelExpression): string {
  switch (expression.kind) {
    case 'requirement':
      return showRequirement(expression)
    case 'all':
      return expression.of.length === 0 ? 'all' : expression.of.map(showExpression).join(', ')
    case 'any':
      return expression.of.length === 0 ? 'none' : expression.of.map(showExpression).join(' or ')
    case 'not':
      return `not (${showExpression(expression.of)})`
    case 'unreadable':
      return 'an unreadable selector'
    default:
      return assertNever(expression)
  }
}

function showRequirement({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'In':
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(', ')})`
    case 'NotIn':
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(', ')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    default:
      return `${key} ${substringWords[operator]} ${values.join(' or ')}`
  }
}

const substringWords = {
  Contains: 'contains',
  NotContains: 'does not contain',
  StartsWith: 'starts with',
  NotStartsWith: 'does not start with',
  EndsWith: 'ends with',
  NotEndsWith: 'does not end with',
} as const
