import { expect, test } from 'vitest'
import { expressionKey, type LabelExpression, matchLabels, requirement } from '../../src/model/label-expression.ts'
import type { Labels, Truth } from '../../src/model/labels.ts'
import { NAME_LABEL, undeclaredNamespaceLabels } from '../../src/model/namespace-labels.ts'
import { syntheticSpan } from '../../src/source/span.ts'

const labels = (pairs: Readonly<Record<string, string>>): Labels => ({
  values: new Map(Object.entries(pairs).map(([key, value]) => [key, { value, span: syntheticSpan }])),
  unknownKeys: new Set(),
  complete: true,
})

const web = labels({ app: 'web', note: '' })
const undeclared = undeclaredNamespaceLabels('billing')

const cases: readonly {
  readonly name: string
  readonly of: LabelExpression
  readonly on: Labels
  readonly is: Truth
}[] = [
  { name: 'In, value listed', of: requirement('app', 'In', ['web', 'till']), on: web, is: 'yes' },
  { name: 'In, key missing', of: requirement('tier', 'In', ['edge']), on: web, is: 'no' },
  { name: 'NotIn, value listed', of: requirement('app', 'NotIn', ['web']), on: web, is: 'no' },
  { name: 'NotIn, key missing', of: requirement('tier', 'NotIn', ['edge']), on: web, is: 'yes' },
  { name: 'Exists, empty value', of: requirement('note', 'Exists'), on: web, is: 'yes' },
  { name: 'Exists, key missing', of: requirement('tier', 'Exists'), on: web, is: 'no' },
  { name: 'DoesNotExist, key there', of: requirement('app', 'DoesNotExist'), on: web, is: 'no' },
  { name: 'DoesNotExist, key missing', of: requirement('tier', 'DoesNotExist'), on: web, is: 'yes' },
  { name: 'another case is another value', of: requirement('app', 'In', ['Web']), on: web, is: 'no' },
  { name: 'all of nothing', of: { kind: 'all', of: [] }, on: web, is: 'yes' },
  { name: 'any of nothing', of: { kind: 'any', of: [] }, on: web, is: 'no' },
  { name: 'an unreadable selector', of: { kind: 'unreadable' }, on: web, is: 'unknown' },
  {
    name: 'name of an undeclared namespace',
    of: requirement(NAME_LABEL, 'In', ['billing']),
    on: undeclared,
    is: 'yes',
  },
  { name: 'another name', of: requirement(NAME_LABEL, 'NotIn', ['billing']), on: undeclared, is: 'no' },
  {
    name: 'In on another key of an undeclared namespace',
    of: requirement('team', 'In', ['till']),
    on: undeclared,
    is: 'unknown',
  },
  { name: 'NotIn on it', of: requirement('team', 'NotIn', ['till']), on: undeclared, is: 'unknown' },
  { name: 'Exists on it', of: requirement('team', 'Exists'), on: undeclared, is: 'unknown' },
  { name: 'DoesNotExist on it', of: requirement('team', 'DoesNotExist'), on: undeclared, is: 'unknown' },
  {
    name: 'a certain no beats an unknown',
    of: { kind: 'all', of: [requirement('team', 'Exists'), requirement(NAME_LABEL, 'In', ['shop'])] },
    on: undeclared,
    is: 'no',
  },
]

test.each(cases)('$name: $is', ({ of, on, is }) => {
  expect(matchLabels(of, on)).toBe(is)
})

test('the order of conditions and values makes no other expression', () => {
  const [a, b] = [requirement('app', 'In', ['web', 'till']), requirement('tier', 'Exists')]
  expect(expressionKey({ kind: 'all', of: [a, b] })).toBe(
    expressionKey({ kind: 'all', of: [b, requirement('app', 'In', ['till', 'web'])] }),
  )
})
