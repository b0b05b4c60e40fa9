import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, diffBlock, replacementOf, suggestionAnchor, suggestionBlock } from '../../src/report/suggestion.ts'
import type { SourceFile } from '../../src/source/source-file.ts'
import { diffOf } from './diff-view.ts'
import { spanOf } from './shop.ts'

const shop: SourceFile = { path: 'shop.yaml', text: 'kind: Service\nspec:\n  type: LoadBalancer\n  ports: []\n' }

function fixOf(...edits: readonly (readonly [start: number, end: number, text: string])[]) {
  return { title: 'Repair', edits: edits.map(([start, end, text]) => ({ span: { file: shop, start, end }, text })) }
}

/** The file after somebody clicked the suggestion: whole lines replaced. */
function clicked(file: SourceFile, first: number, last: number, after: readonly string[]): string {
  const ended = file.text.endsWith('\n')
  const lines = (ended ? file.text.slice(0, -1) : file.text).split('\n')
  const text = [...lines.slice(0, first - 1), ...after, ...lines.slice(last)].join('\n')
  return ended && text !== '' ? `${text}\n` : text
}

describe('a fix as a suggestion', () => {
  it('replaces the line it edits', () => {
    const { start, end } = spanOf(shop, 'LoadBalancer')
    const replacement = replacementOf(fixOf([start, end, 'ClusterIP']))
    expect(replacement).toMatchObject({ first: 3, last: 3, after: ['  type: ClusterIP'] })
  })

  it('removes whole lines without touching the next one', () => {
    const { start, end } = spanOf(shop, '  type: LoadBalancer\n')
    const replacement = replacementOf(fixOf([start, end, '']))
    expect(replacement).toMatchObject({ first: 3, last: 3, after: [] })
    expect(replacement && suggestionBlock(replacement)).toBe('```suggestion\n```')
  })

  it.each([
    ['previous', 2, ['spec:', '  clusterIP: None']],
    ['next', 3, ['  clusterIP: None', '  type: LoadBalancer']],
  ] as const)('inserts a line together with the %s one', (attachment, line, after) => {
    const { start } = spanOf(shop, '  type')
    const replacement = replacementOf(fixOf([start, start, '  clusterIP: None\n']), attachment)
    expect(replacement).toMatchObject({ first: line, last: line, after })
  })

  it('appends at the end of the file', () => {
    const end = shop.text.length
    expect(replacementOf(fixOf([end, end, '  extra: 1\n']))).toMatchObject({
      first: 4,
      after: ['  ports: []', '  extra: 1'],
    })
  })

  it('is shown as a diff where it cannot be clicked', () => {
    const { start, end } = spanOf(shop, 'LoadBalancer')
    const replacement = replacementOf(fixOf([start, end, 'ClusterIP']))
    expect(replacement && diffBlock(replacement)).toBe('```diff\n-  type: LoadBalancer\n+  type: ClusterIP\n```')
  })

  it('needs a fence longer than what the file holds', () => {
    const file = { path: 'a.yaml', text: 'note: ````\n' }
    const replacement = replacementOf({ title: '', edits: [{ span: { file, start: 0, end: 4 }, text: 'text' }] })
    expect(replacement && suggestionBlock(replacement)).toBe('`````suggestion\ntext: ````\n`````')
  })

  it('does to the file what its edits do, wherever they lie', () => {
    const cuts = fc.uniqueArray(fc.nat(shop.text.length), { minLength: 2, maxLength: 6 })
    const texts = fc.array(fc.constantFrom('', 'a', 'x: y\n', '\n', '  b\n  c\n'), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(cuts, texts, fc.constantFrom('previous', 'next'), (offsets, inserted, attachment) => {
        const sorted = offsets.toSorted((a, b) => a - b)
        const edits = inserted.flatMap((text, index) => {
          const [start, end] = [sorted[index * 2], sorted[index * 2 + 1]]
          return start === undefined || end === undefined ? [] : [[start, end, text] as const]
        })
        const fix = fixOf(...edits)
        const replacement = replacementOf(fix, attachment)
        if (replacement === undefined) throw new Error('edits of one file make one replacement')
        const wanted = applyEdits(shop, fix.edits)
        const got = clicked(shop, replacement.first, replacement.last, replacement.after)
        expect(got.replace(/\n$/, '')).toBe(wanted.replace(/\n$/, ''))
      }),
    )
  })
})

describe('lines of a suggestion', () => {
  const { start } = spanOf(shop, 'spec')
  const { end } = spanOf(shop, 'LoadBalancer')
  const replacement = replacementOf(fixOf([start, start, ' '], [end, end, ' ']))
  if (replacement === undefined) throw new Error('one replacement of lines 2 and 3')

  it.each([
    ['inside one hunk', diffOf({ RIGHT: { 'shop.yaml': [[1, 4]] } }), { first: 2, last: 3 }],
    ['moved by the merge', diffOf({ RIGHT: { 'shop.yaml': [[11, 14]] } }, 10), { first: 12, last: 13 }],
    [
      'across two hunks',
      diffOf({
        RIGHT: {
          'shop.yaml': [
            [1, 2],
            [3, 4],
          ],
        },
      }),
      undefined,
    ],
    ['partly outside the diff', diffOf({ RIGHT: { 'shop.yaml': [[3, 4]] } }), undefined],
  ])('%s', (_name, diff, expected) => {
    const anchor = suggestionAnchor(replacement, diff)
    expect(anchor && { first: anchor.first, last: anchor.last }).toEqual(expected)
  })
})
