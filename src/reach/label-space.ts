import { SERVICE_ACCOUNT } from '../model/identity-labels.ts'
import { expressionKey, type LabelExpression, type LabelRequirement } from '../model/label-expression.ts'
import { assertNever } from '../source/assert-never.ts'

/** What a key may hold: these values and no others, or every value but these; and whether the key may be missing. */
interface KeyDomain {
  readonly kind: 'only' | 'all-but'
  readonly values: ReadonlySet<string>
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

const free: KeyDomain = { kind: 'all-but', values: new Set(), absent: true }

function domainOf({ operator, values }: LabelRequirement): KeyDomain {
  switch (operator) {
    case 'In':
      return { kind: 'only', values: new Set(values), absent: false }
    case 'NotIn':
      return { kind: 'all-but', values: new Set(values), absent: true }
    case 'Exists':
      return { kind: 'all-but', values: new Set(), absent: false }
    case 'DoesNotExist':
      return { kind: 'only', values: new Set(), absent: true }
    default:
      return assertNever(operator)
  }
}

const opposite = { In: 'NotIn', NotIn: 'In', Exists: 'DoesNotExist', DoesNotExist: 'Exists' } as const

function intersectDomains(a: KeyDomain, b: KeyDomain): KeyDomain {
  const absent = a.absent && b.absent
  if (a.kind === 'only' && b.kind === 'only') return { kind: 'only', values: a.values.intersection(b.values), absent }
  if (a.kind === 'only') return { kind: 'only', values: a.values.difference(b.values), absent }
  if (b.kind === 'only') return { kind: 'only', values: b.values.difference(a.values), absent }
  return { kind: 'all-but', values: a.values.union(b.values), absent }
}

const isEmptyDomain = (domain: KeyDomain): boolean =>
  domain.kind === 'only' && domain.values.size === 0 && !domain.absent

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
        no: restrict(conjunction, { ...expression, operator: opposite[expression.operator] }),
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
export const anyPodLabels: LabelConjunction = new Map([
  [SERVICE_ACCOUNT, { kind: 'all-but', values: new Set(), absent: false }],
])

/** Whether an object without any label lies in the cell: the plainest pod that could be created. */
export function holdsUnlabelled(cell: LabelCell): boolean {
  return cell.conjunctions.some((conjunction) =>
    [...conjunction].every(([key, domain]) =>
      key === SERVICE_ACCOUNT ? holdsValue(domain, 'default') : domain.absent,
    ),
  )
}

const holdsValue = ({ kind, values }: KeyDomain, value: string): boolean => values.has(value) === (kind === 'only')
