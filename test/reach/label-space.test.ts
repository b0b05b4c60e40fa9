import { describe, expect, test } from 'vitest'
import { expressionKey, type LabelExpression, requirement } from '../../src/model/label-expression.ts'
import { holdsUnlabelled, labelCells } from '../../src/reach/label-space.ts'

const app = (...values: readonly string[]): LabelExpression => requirement('app', 'In', values)

/** Answers of each cell, one letter a selector. */
function answers(expressions: readonly LabelExpression[]): string[] {
  const { cells } = labelCells(new Map(), expressions)
  return cells
    .map(({ truths }) => expressions.map((one) => (truths.get(expressionKey(one)) ? 'y' : 'n')).join(''))
    .sort()
}

describe('cells of pods nobody has seen', () => {
  test('disjoint values give one cell each and one for the rest', () => {
    expect(answers([app('web'), app('till'), app('ledger')])).toEqual(['nnn', 'nny', 'nyn', 'ynn'])
  })

  test('values that overlap', () => {
    expect(answers([app('web', 'till'), app('till', 'ledger')])).toEqual(['nn', 'ny', 'yn', 'yy'])
  })

  test('different keys are free of each other', () => {
    expect(answers([app('web'), requirement('tier', 'Exists')])).toEqual(['nn', 'ny', 'yn', 'yy'])
  })

  test('a selector nobody can match makes no cell of its own', () => {
    expect(answers([{ kind: 'all', of: [app('web'), requirement('app', 'DoesNotExist')] }])).toEqual(['n'])
  })

  test('NotIn holds where the key is missing', () => {
    expect(answers([requirement('app', 'NotIn', ['web']), requirement('app', 'Exists')])).toEqual(['ny', 'yn', 'yy'])
  })

  test('one cell holds the pod without labels', () => {
    const { cells } = labelCells(new Map(), [app('web'), requirement('tier', 'DoesNotExist')])
    expect(cells.filter(holdsUnlabelled)).toHaveLength(1)
  })

  test('beyond the limit a selector is left out and counted', () => {
    const many = Array.from({ length: 10 }, (_, index) => app(`app-${index}`))
    const { cells, coarse } = labelCells(new Map(), many, { cells: 4, conjunctions: 64 })
    expect(cells).toHaveLength(4)
    expect(coarse).toBe(7)
  })

  test('a negated selector asks the same question the other way round', () => {
    expect(answers([{ kind: 'not', of: app('web') }, app('web')])).toEqual(['ny', 'yn'])
  })

  test('one of several conditions is enough for a disjunction', () => {
    const either: LabelExpression = { kind: 'any', of: [app('web'), requirement('tier', 'Exists')] }
    expect(answers([either, app('web'), requirement('tier', 'Exists')])).toEqual(['nnn', 'yny', 'yyn', 'yyy'])
  })

  test('all conditions of a conjunction are needed', () => {
    const both: LabelExpression = { kind: 'all', of: [app('web'), requirement('tier', 'Exists')] }
    expect(answers([both, app('web'), requirement('tier', 'Exists')])).toEqual(['nnn', 'nny', 'nyn', 'yyy'])
  })

  test.each<{ name: string; expression: (part: LabelExpression) => LabelExpression }>([
    { name: 'alone', expression: (part) => part },
    { name: 'negated', expression: (part) => ({ kind: 'not', of: part }) },
    { name: 'in a conjunction', expression: (part) => ({ kind: 'all', of: [app('web'), part] }) },
    { name: 'in a disjunction', expression: (part) => ({ kind: 'any', of: [app('web'), part] }) },
  ])('an unreadable selector $name has no answer in any cell, and is none too many', ({ expression }) => {
    const { cells, coarse } = labelCells(new Map(), [expression({ kind: 'unreadable' }), app('web')])
    expect(cells.map(({ truths }) => [...truths.keys()])).toEqual([
      [expressionKey(app('web'))],
      [expressionKey(app('web'))],
    ])
    expect(coarse).toBe(0)
  })

  test('a cell in more pieces than the limit is not made', () => {
    const keys = ['app', 'tier', 'stage']
    const any: LabelExpression = { kind: 'any', of: keys.map((key) => requirement(key, 'Exists')) }
    expect(labelCells(new Map(), [any], { cells: 64, conjunctions: 2 }).coarse).toBe(1)
    expect(labelCells(new Map(), [any], { cells: 64, conjunctions: 3 }).coarse).toBe(0)
  })
})
