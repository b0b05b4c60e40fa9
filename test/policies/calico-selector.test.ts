import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expressionKey, matchLabels } from '../../src/model/label-expression.ts'
import type { Labels } from '../../src/model/labels.ts'
import { parseSelector } from '../../src/policies/calico/parse-selector.ts'
import { mapLabels, type Selector, showSelector } from '../../src/policies/calico/selector.ts'
import { expressionOf } from '../../src/policies/calico/selector-expression.ts'
import { admits, labelCells } from '../../src/reach/label-space.ts'
import { syntheticSpan } from '../../src/source/span.ts'

function read(text: string): Selector {
  const parsed = parseSelector(text)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`)
  return parsed.selector
}

const labelsOf = (values: Readonly<Record<string, string>>): Labels => ({
  values: new Map(Object.entries(values).map(([key, value]) => [key, { value, span: syntheticSpan }])),
  unknownKeys: new Set(),
  complete: true,
})

const matches = (text: string, values: Readonly<Record<string, string>>): string =>
  matchLabels(expressionOf(read(text)), labelsOf(values))

describe('what a selector matches', () => {
  test.each([
    ['', {}, 'yes'],
    ['  ', {}, 'yes'],
    ['all()', {}, 'yes'],
    ['global()', { app: 'till' }, 'yes'],
    ['app == "till"', { app: 'till' }, 'yes'],
    ['app == "till"', { app: 'Till' }, 'no'],
    ['app == "till"', {}, 'no'],
    ['app != "till"', {}, 'yes'],
    ['app != "till"', { app: 'till' }, 'no'],
    ["app in {'till', 'door'}", { app: 'door' }, 'yes'],
    ["app in {'till', 'door',}", { app: 'lamp' }, 'no'],
    ['app in {}', { app: 'till' }, 'no'],
    ['app not in {}', {}, 'yes'],
    ['app notin {"till"}', { app: 'till' }, 'no'],
    ['app not   in {"till"}', {}, 'yes'],
    ['has(app)', { app: '' }, 'yes'],
    ['has( app )', {}, 'no'],
    ['!has(app)', {}, 'yes'],
    ['!!has(app)', {}, 'no'],
    ['! ! ! has(app)', {}, 'yes'],
    ['app contains "il"', { app: 'till' }, 'yes'],
    ['app contains ""', { app: '' }, 'yes'],
    ['app contains ""', {}, 'no'],
    ['app starts with "ti"', { app: 'till' }, 'yes'],
    ['app startswith "il"', { app: 'till' }, 'no'],
    ['app ends with "ll"', { app: 'till' }, 'yes'],
    ['app endswith "ti"', { app: 'till' }, 'no'],
    ['!app contains "il"', {}, 'yes'],
    ['a == "1" && b == "2" || c == "3"', { c: '3' }, 'yes'],
    ['a == "1" && (b == "2" || c == "3")', { c: '3' }, 'no'],
    ['!a == "1" && b == "2"', { b: '2' }, 'yes'],
    ['in == "x"', { in: 'x' }, 'yes'],
    ['has == "x" && all == "y"', { has: 'x', all: 'y' }, 'yes'],
    ['shop.example/tier-1 == "a/b c"', { 'shop.example/tier-1': 'a/b c' }, 'yes'],
  ])('%s on %o: %s', (text, values, expected) => {
    expect(matches(text, values as Record<string, string>)).toBe(expected)
  })
})

describe('what is no selector', () => {
  test.each([
    ['app = "till"', 4, 'expected ==, !=, in, not in, contains, starts with or ends with after app, found ='],
    ['app == till', 7, 'expected a text in quotes after ==, found till'],
    ['app == "till', 7, 'the quote " here is never closed'],
    ['app', 3, 'after app, found the end'],
    ['app == "till" and door == "x"', 14, 'expected &&, || or the end, found and'],
    ['app == "till" &', 14, 'expected &&, || or the end, found &'],
    ['(app == "till"', 14, 'expected ), found the end'],
    ['()', 1, 'expected a label, has(…), all(), ( or !, found )'],
    ['has (app)', 4, 'after has, found ('],
    ['all(', 4, 'expected ), found the end'],
    ['app in ["till"]', 7, 'expected { after in, found ['],
    ['app in {"till" "door"}', 15, 'expected } or ,, found "'],
    ['app in {"till", door}', 16, 'expected a text in quotes after ,, found door'],
    ['app in {,}', 8, 'expected a text in quotes after {, found ,}'],
    ['app containsx "till"', 4, 'after app, found containsx'],
    ['app == "till"\n', 13, 'expected &&, || or the end, found a line break'],
    ['app == "till"\n&& door == "x"', 13, 'found a line break'],
    [`${'x'.repeat(513)} == "a"`, 0, 'a label has at most 512 characters'],
    [`app == "${'x'.repeat(1020)}"`, 1024, 'a selector has at most 1024 characters, not 1029'],
  ])('%s', (text, at, problem) => {
    const parsed = parseSelector(text)
    expect(parsed.ok).toBe(false)
    if (parsed.ok) return
    expect(parsed.at).toBe(at)
    expect(parsed.problem).toContain(problem)
  })

  test('a label of 512 characters is read', () => {
    expect(parseSelector(`has(${'x'.repeat(512)})`).ok).toBe(true)
  })

  test('parentheses as deep as a selector can be are read', () => {
    const deep = `${'('.repeat(500)}has(app)${')'.repeat(500)}`
    expect(showSelector(read(deep))).toBe('has(app)')
    expect(parseSelector('('.repeat(1024)).ok).toBe(false)
    expect(showSelector(read(`${'!'.repeat(1001)}has(app)`))).toBe('!has(app)')
  })
})

describe('the canonical form', () => {
  test.each([
    [' all() ', 'all()'],
    ['', 'all()'],
    ['((has(app)))', 'has(app)'],
    ["a == 'x'", 'a == "x"'],
    ["a == '\"'", "a == '\"'"],
    ['a in {"z", "b", "z",}', 'a in {"b", "z"}'],
    ['a notin {}', 'a not in {}'],
    ['a startswith "x" || b endswith "y"', '(a starts with "x" || b ends with "y")'],
    ['a == "1" && (b == "2" && c == "3")', '(a == "1" && (b == "2" && c == "3"))'],
    ['!!(a == "1")', 'a == "1"'],
  ])('%s', (text, canonical) => {
    expect(showSelector(read(text))).toBe(canonical)
  })

  test('labels can be given a prefix', () => {
    const renamed = mapLabels(read('!(a == "1" || has(b)) && c in {"2"} && all()'), (label) => `shop/${label}`)
    expect(showSelector(renamed)).toBe('(!(shop/a == "1" || has(shop/b)) && shop/c in {"2"} && all())')
  })
})

const label = fc.constantFrom('app', 'tier', 'shop.example/door', 'in', 'has')
const value = fc.constantFrom('', 'till', 'till-2', 'door', "it's", 'say "x"', 'a')
const leaf: fc.Arbitrary<Selector> = fc.oneof(
  fc.constant<Selector>({ kind: 'all()' }),
  label.map((found): Selector => ({ kind: 'has', label: found })),
  fc.record({
    kind: fc.constant('test' as const),
    label,
    operator: fc.constantFrom('==', '!=', 'contains', 'starts with', 'ends with'),
    value,
  }),
  fc.record({
    kind: fc.constant('list' as const),
    label,
    operator: fc.constantFrom('in', 'not in'),
    values: fc.uniqueArray(value, { maxLength: 3 }).map((list) => list.sort()),
  }),
)
const { selector } = fc.letrec<{ selector: Selector }>((tie) => ({
  selector: fc.oneof(
    { maxDepth: 4 },
    leaf,
    tie('selector')
      .filter(({ kind }) => kind !== 'not')
      .map((of): Selector => ({ kind: 'not', of })),
    fc
      .tuple(fc.constantFrom('and', 'or'), fc.array(tie('selector'), { minLength: 2, maxLength: 3 }))
      .map(([kind, of]): Selector => ({ kind, of })),
  ),
}))

describe('whatever the selector', () => {
  test('what is printed reads as the same selector', () => {
    const round = fc.property(selector, (found) => {
      const text = showSelector(found)
      fc.pre(text.length <= 1024)
      expect(read(text)).toEqual(found)
      expect(showSelector(read(text))).toBe(text)
    })
    fc.assert(round, { numRuns: 500 })
  })

  test('any text is either read or refused, at a place within it', () => {
    const letters = fc.constantFrom(...'ab "\'{}()!&|=,\n', 'has(', 'all()', ' in ', ' contains ', '==', '&&', '||')
    const total = fc.property(fc.array(letters, { maxLength: 40 }), (parts) => {
      const text = parts.join('')
      const parsed = parseSelector(text)
      if (!parsed.ok) {
        expect(parsed.at).toBeLessThanOrEqual(text.length)
        expect(parsed.at + parsed.length).toBeLessThanOrEqual(text.length)
      }
    })
    fc.assert(total, { numRuns: 2000 })
  })

  test('every label set lies in the cell that answers as it does', () => {
    const some = fc.dictionary(fc.constantFrom('app', 'tier'), fc.constantFrom('', 'till', 'till-2', 'door', 'a', 'zz'))
    const placed = fc.property(fc.array(selector, { minLength: 1, maxLength: 4 }), some, (selectors, values) => {
      const expressions = selectors.map(expressionOf)
      const { cells, coarse } = labelCells(new Map(), expressions, { cells: 4096, conjunctions: 4096 })
      fc.pre(coarse === 0)
      const homes = cells.filter(({ conjunctions }) =>
        conjunctions.some((conjunction) => [...conjunction].every(([key, domain]) => admits(domain, values[key]))),
      )
      expect(homes.length).toBe(1)
      for (const expression of expressions) {
        const answer = homes[0]?.truths.get(expressionKey(expression))
        expect(answer).toBe(matchLabels(expression, labelsOf(values)) === 'yes')
      }
    })
    fc.assert(placed, { numRuns: 300 })
  })
})

describe('cells of pods nobody declared', () => {
  const cellsOf = (...texts: readonly string[]): number =>
    labelCells(
      new Map(),
      texts.map((text) => expressionOf(read(text))),
    ).cells.length

  test.each([
    ['two prefixes that exclude each other', ['app starts with "a"', 'app starts with "b"'], 3],
    ['a prefix within another', ['app starts with "a"', 'app starts with "ab"'], 3],
    ['two parts of one value', ['app contains "a"', 'app contains "b"'], 4],
    ['a suffix that holds a part', ['app ends with "box"', 'app contains "ox"'], 3],
    ['a value and its prefix', ['app == "till"', 'app starts with "t"'], 3],
    ['a value without that prefix', ['app == "till"', 'app starts with "d"'], 3],
    ['every part, which is whether the label is there', ['app contains ""', 'has(app)'], 2],
    ['no value ends in a dash', ['app ends with "-"'], 1],
    ['no value begins with one', ['app starts with "-"'], 1],
    ['one may lie within', ['app contains "-"'], 2],
    ['prefix, suffix and neither value between', ['app starts with "a"', 'app ends with "b"', 'app != "ab"'], 5],
  ])('%s', (_, texts, count) => {
    expect(cellsOf(...texts)).toBe(count)
  })
})
