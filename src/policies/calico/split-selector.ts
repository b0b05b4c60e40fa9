import { SERVICE_ACCOUNT } from '../../model/identity-labels.ts'
import {
  everything,
  isEverything,
  isNothing,
  type LabelExpression,
  type LabelRequirement,
  matchLabels,
  nothing,
  oppositeOperator,
  requirement,
} from '../../model/label-expression.ts'
import type { Labels } from '../../model/labels.ts'
import { NAME_LABEL } from '../../model/namespace-labels.ts'
import { syntheticSpan } from '../../source/span.ts'
import type { PodSelector } from '../entry.ts'
import type { Accounts } from './accounts.ts'
import { ACCOUNT_KEY, ACCOUNT_PREFIX, NAMESPACE_PREFIX } from './read-selector.ts'
import { mapKeys } from './selector-expression.ts'

/** More selectors than this one condition is not brought into. */
const MOST_PARTS = 64

/**
 * A condition over the labels of a pod, its namespace and its account, in any combination, as selectors that each look at
 * namespaces and at pods apart: together they select what the condition says. `namespace` confines it to one.
 */
export function splitSelector(
  condition: LabelExpression,
  namespace: string | undefined,
  accounts: () => Accounts,
): PodSelector[] {
  const parts = split(simplify(mapKeys(condition, toModelKeys)), false)
  if (parts === undefined) return [selectorOf({ ...free, pods: [{ kind: 'unreadable' }] }, namespace)]
  const known = parts.flatMap((part) => (part.accounts.length === 0 ? [part] : withAccounts(part, accounts())))
  if (known.length > MOST_PARTS) return [selectorOf({ ...free, pods: [{ kind: 'unreadable' }] }, namespace)]
  return known.map((part) => selectorOf(part, namespace))
}

/** Conditions of each sort that all have to hold. */
interface Part {
  readonly namespaces: readonly LabelExpression[]
  readonly pods: readonly LabelExpression[]
  readonly accounts: readonly LabelExpression[]
}

type Sort = keyof Part

const free: Part = { namespaces: [], pods: [], accounts: [] }

/** Labels that Calico gives every pod, brought to what the model knows of it. */
function toModelKeys(condition: LabelRequirement): LabelExpression {
  const { key } = condition
  if (key === 'projectcalico.org/orchestrator') return holdsFor('k8s', condition) ? everything : nothing
  if (key === 'projectcalico.org/namespace' || key === `${NAMESPACE_PREFIX}projectcalico.org/name`)
    return { ...condition, key: `${NAMESPACE_PREFIX}${NAME_LABEL}` }
  if (key === ACCOUNT_KEY || key === `${ACCOUNT_PREFIX}projectcalico.org/name`)
    return { ...condition, key: SERVICE_ACCOUNT }
  return condition
}

function holdsFor(value: string, condition: LabelRequirement): boolean {
  const values = new Map([[condition.key, { value, span: syntheticSpan }]])
  return matchLabels(condition, { values, unknownKeys: new Set(), complete: true }) === 'yes'
}

/** Without parts that always hold, or never. */
function simplify(expression: LabelExpression): LabelExpression {
  if (expression.kind === 'not') {
    const of = simplify(expression.of)
    if (isEverything(of)) return nothing
    return isNothing(of) ? everything : { kind: 'not', of }
  }
  if (expression.kind !== 'all' && expression.kind !== 'any') return expression
  const [decides, without] = expression.kind === 'all' ? [isNothing, isEverything] : [isEverything, isNothing]
  const parts = expression.of.map(simplify)
  const decided = parts.find(decides)
  if (decided !== undefined) return decided
  const left = parts.filter((part) => !without(part))
  return left.length === 1 ? (left[0] as LabelExpression) : { kind: expression.kind, of: left }
}

function sortOfKey(key: string): Sort {
  if (key.startsWith(NAMESPACE_PREFIX)) return 'namespaces'
  return key.startsWith(ACCOUNT_PREFIX) ? 'accounts' : 'pods'
}

/** The one thing a condition is about; undefined where it is about several, or about nothing. */
function sortOf(expression: LabelExpression): Sort | undefined {
  switch (expression.kind) {
    case 'requirement':
      return sortOfKey(expression.key)
    case 'unreadable':
      return 'pods'
    case 'not':
      return sortOf(expression.of)
    default: {
      const [first, ...others] = expression.of.map(sortOf)
      return others.every((other) => other === first) ? first : undefined
    }
  }
}

/** Parts of which at least one holds exactly where the condition does; undefined where there would be too many. */
function split(expression: LabelExpression, isNegated: boolean): Part[] | undefined {
  if (isEverything(expression)) return isNegated ? [] : [free]
  if (isNothing(expression)) return isNegated ? [free] : []
  const sort = sortOf(expression)
  if (sort !== undefined) return [{ ...free, [sort]: [isNegated ? negate(expression) : expression] }]
  if (expression.kind === 'not') return split(expression.of, !isNegated)
  if (expression.kind !== 'all' && expression.kind !== 'any') return [free]
  const parts = grouped(expression.of, expression.kind).map((part) => split(part, isNegated))
  if (parts.includes(undefined)) return undefined
  const lists = parts as Part[][]
  const joined = (expression.kind === 'all') === isNegated ? lists.flat() : lists.reduce(product, [free])
  return joined.length > MOST_PARTS ? undefined : joined
}

const negate = (expression: LabelExpression): LabelExpression =>
  expression.kind === 'requirement'
    ? { ...expression, operator: oppositeOperator[expression.operator] }
    : { kind: 'not', of: expression }

/** Neighbours that are about the same stay together, which makes fewer parts. */
function grouped(parts: readonly LabelExpression[], kind: 'all' | 'any'): LabelExpression[] {
  const bySort = Map.groupBy(parts, (part) => sortOf(part) ?? part)
  return [...bySort.values()].map((group) => (group.length === 1 ? (group[0] as LabelExpression) : { kind, of: group }))
}

const product = (some: readonly Part[], others: readonly Part[]): Part[] =>
  some.length * others.length > MOST_PARTS * MOST_PARTS
    ? Array.from({ length: MOST_PARTS + 1 }, () => free)
    : some.flatMap((a) =>
        others.map((b) => ({
          namespaces: [...a.namespaces, ...b.namespaces],
          pods: [...a.pods, ...b.pods],
          accounts: [...a.accounts, ...b.accounts],
        })),
      )

/** Labels of accounts are known where these are declared; of any other account nobody knows. */
function withAccounts(part: Part, accounts: Accounts): Part[] {
  const condition = allOf(part.accounts.map((found) => withoutPrefix(found, ACCOUNT_PREFIX)))
  const named = [...accounts].flatMap(([namespace, declared]) => {
    const namespaces = [...part.namespaces, namespaceNamed('In', [namespace])]
    return accountConditions(declared, condition).map((pods) => ({
      namespaces,
      pods: [...part.pods, ...pods],
      accounts: [],
    }))
  })
  const elsewhere = [...part.namespaces, namespaceNamed('NotIn', [...accounts.keys()])]
  return [...named, { namespaces: elsewhere, pods: [...part.pods, { kind: 'unreadable' }], accounts: [] }]
}

const namespaceNamed = (operator: 'In' | 'NotIn', names: readonly string[]): LabelExpression =>
  names.length === 0 ? everything : requirement(`${NAMESPACE_PREFIX}${NAME_LABEL}`, operator, names)

/** Accounts of one namespace that match for certain, and those of which it is unknown. */
function accountConditions(declared: ReadonlyMap<string, Labels>, condition: LabelExpression): LabelExpression[][] {
  const named = (wanted: 'yes' | 'no'): string[] =>
    [...declared].filter(([, labels]) => matchLabels(condition, labels) === wanted).map(([name]) => name)
  const [yes, no] = [named('yes'), named('no')]
  const others: LabelExpression[] = [requirement(SERVICE_ACCOUNT, 'NotIn', [...yes, ...no]), { kind: 'unreadable' }]
  return yes.length === 0 ? [others] : [[requirement(SERVICE_ACCOUNT, 'In', yes)], others]
}

const withoutPrefix = (expression: LabelExpression, prefix: string): LabelExpression =>
  mapKeys(expression, (condition) => ({ ...condition, key: condition.key.slice(prefix.length) }))

function allOf(parts: readonly LabelExpression[]): LabelExpression {
  const of = parts.flatMap((part) => (part.kind === 'all' ? part.of : [part]))
  return of.length === 1 ? (of[0] as LabelExpression) : { kind: 'all', of }
}

function selectorOf({ namespaces, pods }: Part, namespace: string | undefined): PodSelector {
  const conditions = namespaces.map((part) => withoutPrefix(part, NAMESPACE_PREFIX))
  const own = namespace === undefined ? [] : [requirement(NAME_LABEL, 'In', [namespace])]
  return {
    target: 'pods',
    namespaces:
      namespace !== undefined && conditions.length === 0
        ? { kind: 'named', name: namespace }
        : { kind: 'matching', expression: allOf([...own, ...conditions]) },
    labels: allOf(pods),
  }
}
