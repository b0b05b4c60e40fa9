import { SERVICE_ACCOUNT } from '../model/identity-labels.ts'
import {
  expressionKey,
  hasPart,
  type LabelExpression,
  type LabelRequirement,
  oppositeOperator,
  type SubstringOperator,
} from '../model/label-expression.ts'
import { assertNever } from '../source/assert-never.ts'
import { type PartTest, someValueHas } from './value-automaton.ts'

/**
 * What a key may hold: these values and no others, or every value but these that passes the tests of its parts; and
 * whether the key may be missing.
 */
interface KeyDomain {
  readonly kind: 'only' | 'all-but'
  readonly values: ReadonlySet<string>
  /** Empty for `only`: values that fail a test are not listed. */
  readonly tests: readonly PartTest[]
  readonly absent: boolean
}

/** Conditions that all hold; keys without an entry are free. Never contradictory: an unsatisfiable one is dropped. */
export type LabelConjunction = ReadonlyMap<string, KeyDomain>

/**
 * Objects that nobody has declared and that no selector can tell apart: the label sets for which each selector has one
 * answer. The conjunctions are disjoint and at least one of them can be satisfied.
 */
export interface LabelCell {
  readonly conjunctions: readonly LabelConjunction[]
  /** Answer per selector, by `expressionKey`. A selector without an entry was not refined: its answer is unknown. */
  readonly truths: ReadonlyMap<string, boolean>
}

const free: KeyDomain = { kind: 'all-but', values: new Set(), tests: [], absent: true }

function domainOf({ operator, values }: LabelRequirement): KeyDomain {
  switch (operator) {
    case 'In':
      return { ...free, kind: 'only', values: new Set(values), absent: false }
    case 'NotIn':
      return { ...free, values: new Set(values) }
    case 'Exists':
      return { ...free, absent: false }
    case 'DoesNotExist':
      return { ...free, kind: 'only' }
    case 'Contains':
    case 'StartsWith':
    case 'EndsWith':
      return { ...free, tests: [{ operator, parts: values, holds: true }], absent: false }
    case 'NotContains':
    case 'NotStartsWith':
    case 'NotEndsWith':
      return { ...free, tests: [{ operator: positive[operator], parts: values, holds: false }] }
    default:
      return assertNever(operator)
  }
}

const positive = {
  NotContains: 'Contains',
  NotStartsWith: 'StartsWith',
  NotEndsWith: 'EndsWith',
} as const satisfies Record<string, SubstringOperator>

const passes = (value: string, tests: readonly PartTest[]): boolean =>
  tests.every(({ operator, parts, holds }) => parts.some((part) => hasPart(value, operator, part)) === holds)

/** Whether a key that may hold this holds such a value; undefined stands for a missing key. */
export function admits(domain: KeyDomain, value: string | undefined): boolean {
  if (value === undefined) return domain.absent
  return domain.values.has(value) === (domain.kind === 'only') && passes(value, domain.tests)
}

function intersectDomains(a: KeyDomain, b: KeyDomain): KeyDomain {
  const absent = a.absent && b.absent
  if (a.kind === 'all-but' && b.kind === 'all-but') {
    const tests = [...a.tests, ...b.tests.filter((test) => !a.tests.some((other) => sameTest(test, other)))]
    return { kind: 'all-but', values: a.values.union(b.values), tests, absent }
  }
  const [listed, other] = a.kind === 'only' ? [a, b] : [b, a]
  const values = new Set([...listed.values].filter((value) => admits(other, value)))
  return { kind: 'only', values, tests: [], absent }
}

const sameTest = (a: PartTest, b: PartTest): boolean =>
  a.operator === b.operator && a.holds === b.holds && a.parts.join('\n') === b.parts.join('\n')

function isEmptyDomain({ kind, values, tests, absent }: KeyDomain): boolean {
  if (absent) return false
  return kind === 'only' ? values.size === 0 : tests.length > 0 && !someValueHas(tests, values)
}

function restrict(conjunction: LabelConjunction, condition: LabelRequirement): LabelConjunction[] {
  const domain = intersectDomains(conjunction.get(condition.key) ?? free, domainOf(condition))
  return isEmptyDomain(domain) ? [] : [new Map(conjunction).set(condition.key, domain)]
}

interface Halves {
  readonly yes: readonly LabelConjunction[]
  readonly no: readonly LabelConjunction[]
}

/** Cuts a conjunction in those label sets that match and those that do not; undefined for an unreadable selector. */
function cut(conjunction: LabelConjunction, expression: LabelExpression): Halves | undefined {
  switch (expression.kind) {
    case 'requirement':
      return {
        yes: restrict(conjunction, expression),
        no: restrict(conjunction, { ...expression, operator: oppositeOperator[expression.operator] }),
      }
    case 'not': {
      const halves = cut(conjunction, expression.of)
      return halves && { yes: halves.no, no: halves.yes }
    }
    case 'all':
      return cutByAll(conjunction, expression.of)
    case 'any': {
      const halves = cutByAll(
        conjunction,
        expression.of.map((of) => ({ kind: 'not', of }) as const),
      )
      return halves && { yes: halves.no, no: halves.yes }
    }
    case 'unreadable':
      return undefined
    default:
      return assertNever(expression)
  }
}

function cutByAll(conjunction: LabelConjunction, parts: readonly LabelExpression[]): Halves | undefined {
  let yes: readonly LabelConjunction[] = [conjunction]
  const no: LabelConjunction[] = []
  for (const part of parts) {
    const kept: LabelConjunction[] = []
    for (const candidate of yes) {
      const halves = cut(candidate, part)
      if (halves === undefined) return undefined
      kept.push(...halves.yes)
      no.push(...halves.no)
    }
    yes = kept
  }
  return { yes, no }
}

/** Cells beyond these counts are not cut further, so that hostile selectors cannot blow up the partition. */
export interface CellLimits {
  readonly cells: number
  readonly conjunctions: number
}

export const defaultCellLimits: CellLimits = { cells: 64, conjunctions: 64 }

/**
 * Cuts the space of label sets by selectors, in the order given, and keeps the cells that can be satisfied. `coarse`
 * counts the selectors that were left out because a limit was met; their answer is unknown in every cell.
 */
export function labelCells(
  start: LabelConjunction,
  expressions: readonly LabelExpression[],
  limits: CellLimits = defaultCellLimits,
): { readonly cells: readonly LabelCell[]; readonly coarse: number } {
  let cells: readonly OpenCell[] = [{ conjunctions: [start], truths: new Map() }]
  let coarse = 0
  for (const [key, expression] of new Map(expressions.map((found) => [expressionKey(found), found]))) {
    const halves = cells.flatMap((cell) => cutCell(cell, expression) ?? [])
    const lists = halves.flatMap(({ yes, no }) => [yes, no]).filter((list) => list.length > 0)
    const tooMany =
      halves.length < cells.length ||
      lists.length > limits.cells ||
      lists.some((conjunctions) => conjunctions.length > limits.conjunctions)
    if (tooMany) coarse++
    else cells = cells.flatMap((cell, place) => refine(cell, key, halves[place] as Halves))
  }
  return { cells, coarse }
}

interface OpenCell extends LabelCell {
  readonly truths: Map<string, boolean>
}

function cutCell({ conjunctions }: LabelCell, expression: LabelExpression): Halves | undefined {
  const yes: LabelConjunction[] = []
  const no: LabelConjunction[] = []
  for (const conjunction of conjunctions) {
    const halves = cut(conjunction, expression)
    if (halves === undefined) return undefined
    yes.push(...halves.yes)
    no.push(...halves.no)
  }
  return { yes, no }
}

/** The answers are copied only where a cell falls in two: most do not, and have many. */
function refine({ truths }: OpenCell, key: string, { yes, no }: Halves): OpenCell[] {
  if (no.length === 0) return [{ conjunctions: yes, truths: truths.set(key, true) }]
  if (yes.length === 0) return [{ conjunctions: no, truths: truths.set(key, false) }]
  const denied = new Map(truths).set(key, false)
  return [
    { conjunctions: yes, truths: truths.set(key, true) },
    { conjunctions: no, truths: denied },
  ]
}

/** Where to start with pods: each has a service account, whichever it is. */
export const anyPodLabels: LabelConjunction = new Map([[SERVICE_ACCOUNT, { ...free, absent: false }]])

/** Whether an object without any label lies in the cell: the plainest pod that could be created. */
export function holdsUnlabelled(cell: LabelCell): boolean {
  return cell.conjunctions.some((conjunction) =>
    [...conjunction].every(([key, domain]) => admits(domain, key === SERVICE_ACCOUNT ? 'default' : undefined)),
  )
}

/** Where to start with the namespaces that leave no trace: any name but the known ones. */
export const otherNamespaces = (key: string, names: Iterable<string>): LabelConjunction =>
  new Map([[key, { ...free, values: new Set(names), absent: false }]])
