import {
  everything,
  type LabelExpression,
  type LabelRequirement,
  requirement,
  type SubstringOperator,
} from '../../model/label-expression.ts'
import type { Selector, TestOperator } from './selector.ts'

/** The condition a selector puts to labels. `global()` holds for all: what it means is said by the scope. */
export function expressionOf(selector: Selector): LabelExpression {
  switch (selector.kind) {
    case 'all()':
    case 'global()':
      return everything
    case 'has':
      return requirement(selector.label, 'Exists')
    case 'test':
      return requirement(selector.label, testOperators[selector.operator], [selector.value])
    case 'list':
      return requirement(selector.label, selector.operator === 'in' ? 'In' : 'NotIn', selector.values)
    case 'not':
      return { kind: 'not', of: expressionOf(selector.of) }
    default:
      return { kind: selector.kind === 'and' ? 'all' : 'any', of: selector.of.map(expressionOf) }
  }
}

const testOperators = {
  '==': 'In',
  '!=': 'NotIn',
  contains: 'Contains',
  'starts with': 'StartsWith',
  'ends with': 'EndsWith',
} as const satisfies Record<TestOperator, 'In' | 'NotIn' | SubstringOperator>

/** The same condition over other keys. */
export function mapKeys(
  expression: LabelExpression,
  replace: (condition: LabelRequirement) => LabelExpression,
): LabelExpression {
  switch (expression.kind) {
    case 'requirement':
      return replace(expression)
    case 'not':
      return { kind: 'not', of: mapKeys(expression.of, replace) }
    case 'unreadable':
      return expression
    default:
      return { kind: expression.kind, of: expression.of.map((part) => mapKeys(part, replace)) }
  }
}
