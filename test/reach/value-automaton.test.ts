import { describe, expect, test } from 'vitest'
import type { SubstringOperator } from '../../src/model/label-expression.ts'
import { type PartTest, someValueHas } from '../../src/reach/value-automaton.ts'

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-']

const tester =
  (operator: SubstringOperator, holds: boolean) =>
  (...parts: readonly string[]): PartTest => ({ operator, parts, holds })
const contains = tester('Contains', true)
const startsWith = tester('StartsWith', true)
const endsWith = tester('EndsWith', true)
const lacks = tester('Contains', false)

/** The value is written with these letters alone. */
const only = (allowed: string): PartTest[] =>
  letters.filter((letter) => !allowed.includes(letter)).map((letter) => lacks(letter))

interface Case {
  readonly name: string
  readonly tests: readonly PartTest[]
  readonly excluded?: readonly string[]
}

/** So many beginnings at once; a value has one. */
const firstLetters = (count: number): PartTest[] => letters.slice(0, count).map((letter) => startsWith(letter))

describe('a label value exists', () => {
  test.each<Case>([
    { name: 'with one of two beginnings', tests: [startsWith('web', 'api')] },
    { name: 'whose beginning is its end', tests: [startsWith('web'), endsWith('web')] },
    { name: 'whose beginning and end overlap', tests: [startsWith('web'), endsWith('eb-till')] },
    { name: 'with a dash after its beginning', tests: [startsWith('web-')] },
    { name: 'with a dash before its end', tests: [endsWith('-till')] },
    { name: 'with a dot within', tests: [contains('.')] },
    { name: 'where the empty one is left', tests: only('') },
    { name: 'where the empty one is left of those that are short', tests: only('a'), excluded: ['a'] },
    { name: 'with the one letter that is left', tests: [...only('a'), contains('a')] },
    { name: 'beside the excluded one', tests: [startsWith('web')], excluded: ['web'] },
    { name: 'as long as the longest name', tests: [contains('a'.repeat(253))] },
    { name: 'perhaps, where more is asked than is followed', tests: firstLetters(11) },
    {
      name: 'perhaps, where the search would be too wide',
      tests: [contains('/'), ...letters.slice(0, 9).map((letter) => contains(letter.repeat(14)))],
    },
  ])('$name', ({ tests, excluded = [] }) => {
    expect(someValueHas(tests, new Set(excluded))).toBe(true)
  })
})

describe('no label value exists', () => {
  test.each<Case>([
    { name: 'with two beginnings', tests: firstLetters(10) },
    { name: 'that begins with a dash', tests: [startsWith('-')] },
    { name: 'that ends with a dot', tests: [endsWith('.')] },
    { name: 'with a letter that labels do not have', tests: [contains('/')] },
    { name: 'with a part whose part it lacks', tests: [contains('web'), lacks('eb')] },
    { name: 'where the empty one is excluded and no letter is left', tests: only(''), excluded: [''] },
    { name: 'longer than the longest name', tests: [contains('a'.repeat(254))] },
    {
      name: 'with one letter, which it has once, and excluded alone',
      tests: [...only('d'), lacks('dd')],
      excluded: ['', 'd'],
    },
    {
      name: 'of which a part lacks that follows itself',
      tests: [...only('ab'), contains('b'), lacks('ba'), lacks('bb'), lacks('aab')],
      excluded: ['b', 'ab'],
    },
  ])('$name', ({ tests, excluded = [] }) => {
    expect(someValueHas(tests, new Set(excluded))).toBe(false)
  })
})
