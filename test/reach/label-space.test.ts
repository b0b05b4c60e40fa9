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
})
