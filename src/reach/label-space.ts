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
  readonly truths: CellTruths
}

/**
 * Answer per selector, by `expressionKey`. A selector without an answer was not refined: it is unknown. All cells of a
 * space were asked the same and most say no to nearly all of it, so each keeps what it says yes to.
 */
export class CellTruths {
  readonly #asked: ReadonlySet<string>
  readonly #agreed: ReadonlySet<string>

  constructor(asked: ReadonlySet<string>, agreed: ReadonlySet<string>) {
    this.#asked = asked
    this.#agreed = agreed
  }

  get(key: string): boolean | undefined {
    return this.#agreed.has(key) || (this.#asked.has(key) ? false : undefined)
  }

  /** Selectors in the order in which they were asked. */
  keys(): Iterable<string> {
    return this.#asked
  }

  /** Those of them that match, in that order. */
  get agreed(): ReadonlySet<string> {
    return this.#agreed
  }
}

const free: KeyDomain = { kind: 'all-but', values: new Set(), tests: [], absent: true }

/** What a condition leaves of the values of its key, and what its opposite leaves. */
interface Condition {
  readonly yes: KeyDomain
  readonly no: KeyDomain
}

const conditions = new WeakMap<LabelRequirement, Condition>()

/** Every cell of every namespace that a selector speaks of is asked. */
function conditionOf(requirement: LabelRequirement): Condition {
  const known = conditions.get(requirement)
  if (known !== undefined) return known
  const { operator, values } = requirement
  const found = { yes: domainOf(operator, values), no: domainOf(oppositeOperator[operator], values) }
  conditions.set(requirement, found)
  return found
}

function domainOf(operator: LabelRequirement['operator'], values: readonly string[]): KeyDomain {
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

/** A conjunction that already says as much stays the value it is. */
function restrict(conjunction: LabelConjunction, key: string, condition: KeyDomain): LabelConjunction[] {
  const own = conjunction.get(key) ?? free
  const domain = intersectDomains(own, condition)
  if (isEmptyDomain(domain)) return []
  return isAsWide(domain, own) ? [conjunction] : [new Map(conjunction).set(key, domain)]
}

/** Whether a part of a domain is all of it: what is cut away takes values from a list, or adds to the exceptions. */
const isAsWide = (part: KeyDomain, whole: KeyDomain): boolean =>
  part.kind === whole.kind &&
  part.absent === whole.absent &&
  part.values.size === whole.values.size &&
  part.tests.length === whole.tests.length

interface Halves {
  readonly yes: readonly LabelConjunction[]
  readonly no: readonly LabelConjunction[]
}

/** Cuts a conjunction in those label sets that match and those that do not; undefined for an unreadable selector. */
function cut(conjunction: LabelConjunction, expression: LabelExpression): Halves | undefined {
  switch (expression.kind) {
    case 'requirement': {
      const { yes, no } = conditionOf(expression)
      return { yes: restrict(conjunction, expression.key, yes), no: restrict(conjunction, expression.key, no) }
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
 * counts the selectors that were left out because a limit was met; their answer is unknown in every cell, and so is that
 * of one that is unreadable, which is told where it stands.
 */
export function labelCells(
  start: LabelConjunction,
  expressions: readonly LabelExpression[],
  limits: CellLimits = defaultCellLimits,
): { readonly cells: readonly LabelCell[]; readonly coarse: number } {
  let cells: readonly OpenCell[] = [{ conjunctions: [start], agreed: new Set() }]
  const asked = new Set<string>()
  let coarse = 0
  for (const [key, expression] of new Map(expressions.map((found) => [expressionKey(found), found]))) {
    const halves = cells.flatMap((cell) => cutCell(cell, expression) ?? [])
    if (halves.length < cells.length) continue
    const lists = halves.flatMap(({ yes, no }) => [yes, no]).filter((list) => list.length > 0)
    const tooMany =
      lists.length > limits.cells || lists.some((conjunctions) => conjunctions.length > limits.conjunctions)
    if (tooMany) coarse++
    else {
      asked.add(key)
      cells = cells.flatMap((cell, place) => refine(cell, key, halves[place] as Halves))
    }
  }
  return {
    cells: cells.map(({ conjunctions, agreed }) => ({ conjunctions, truths: new CellTruths(asked, agreed) })),
    coarse,
  }
}

interface OpenCell extends Pick<LabelCell, 'conjunctions'> {
  /** Selectors so far that match all of it. */
  readonly agreed: Set<string>
}

function cutCell({ conjunctions }: OpenCell, expression: LabelExpression): Halves | undefined {
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

/** What it agrees to is copied only where a cell falls in two: most do not. */
function refine({ agreed }: OpenCell, key: string, { yes, no }: Halves): OpenCell[] {
  if (no.length === 0) return [{ conjunctions: yes, agreed: agreed.add(key) }]
  if (yes.length === 0) return [{ conjunctions: no, agreed }]
  return [
    { conjunctions: yes, agreed: new Set(agreed).add(key) },
    { conjunctions: no, agreed },
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

/** Where to start with what leaves no trace: any value of a key but the known ones. */
export const anyValueBut = (key: string, names: Iterable<string>): LabelConjunction =>
  new Map([[key, { ...free, values: new Set(names), absent: false }]])
