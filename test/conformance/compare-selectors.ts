import { matchLabels } from '../../src/model/label-expression.ts'
import type { Labels } from '../../src/model/labels.ts'
import { parseSelector } from '../../src/policies/calico/parse-selector.ts'
import { mapLabels, type Selector, showSelector } from '../../src/policies/calico/selector.ts'
import { expressionOf } from '../../src/policies/calico/selector-expression.ts'
import { syntheticSpan } from '../../src/source/span.ts'
import { type CaseResult, resultOf } from './case-result.ts'
import type { ExpectationOf } from './expectation.ts'

/** Tables about the selector language alone: what matches, what is refused, and how a selector prints. */
export function compareSelectors(expected: ExpectationOf<'selectors'>): CaseResult {
  return resultOf([
    ...expected.evaluate.flatMap(({ selector, labels, match }) =>
      differs(selector, `${JSON.stringify(labels)} `, match, (found) => matches(found, labels)),
    ),
    ...expected.invalid.flatMap(({ selector }) =>
      parseSelector(selector).ok ? [`${JSON.stringify(selector)}: expected a refusal`] : [],
    ),
    ...expected.canonical.flatMap(({ selector, canonical }) => [
      ...differs(selector, '', canonical, showSelector),
      ...differs(canonical, '', canonical, showSelector),
    ]),
    ...expected.prefixed.flatMap(({ selector, keyPrefix, canonical }) =>
      differs(selector, '', canonical, (found) => showSelector(mapLabels(found, (label) => `${keyPrefix}${label}`))),
    ),
  ])
}

function differs<T>(text: string, what: string, expected: T, answer: (found: Selector) => T): string[] {
  const parsed = parseSelector(text)
  if (!parsed.ok) return [`${JSON.stringify(text)}: refused, ${parsed.problem}`]
  const got = answer(parsed.selector)
  return got === expected ? [] : [`${JSON.stringify(text)}: ${what}expected ${expected}, got ${got}`]
}

function matches(selector: Selector, values: Readonly<Record<string, string>>): boolean {
  const labels: Labels = {
    values: new Map(Object.entries(values).map(([key, value]) => [key, { value, span: syntheticSpan }])),
    unknownKeys: new Set(),
    complete: true,
  }
  return matchLabels(expressionOf(selector), labels) === 'yes'
}
