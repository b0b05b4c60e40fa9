import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diffHunks, hunkOf, isCommentable, mapLine } from '../../src/source/hunks.ts'

const policy = [
  'kind: NetworkPolicy',
  'spec:',
  '  podSelector: {}',
  '  ingress:',
  '  - ports:',
  '    - port: 8080',
  '    - port: 9090',
]
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('')

describe('hunks between two sides of a file', () => {
  test('equal texts have none', () => {
    expect(diffHunks(text(policy), text(policy))).toEqual([])
  })

  test('a deleted line maps to nothing, the lines behind it move up', () => {
    const hunks = diffHunks(text(policy), text(policy.toSpliced(5, 1)))
    expect(mapLine(hunks, 6, 'base')).toBeUndefined()
    expect(mapLine(hunks, 7, 'base')).toBe(6)
    expect(mapLine(hunks, 6, 'head')).toBe(7)
  })

  test('comments stand on added and context lines of head and on deleted lines of base', () => {
    const long = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)
    const hunks = diffHunks(text(long), text(long.with(9, 'port: 5432')))
    const lines = long.map((_, index) => index + 1)
    expect(lines.filter((line) => isCommentable(hunks, 'head', line))).toEqual([7, 8, 9, 10, 11, 12, 13])
    expect(lines.filter((line) => isCommentable(hunks, 'base', line))).toEqual([10])
  })

  test('changes far apart are in different hunks', () => {
    const long = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
    const hunks = diffHunks(text(long), text(long.with(1, 'a').with(27, 'b')))
    expect(hunkOf(hunks, 'head', 2)).not.toBe(hunkOf(hunks, 'head', 28))
  })

  test.each([
    ['a new file', undefined, text(policy), 'head' as const],
    ['a deleted file', text(policy), undefined, 'base' as const],
  ])('%s is one hunk in which every line can be commented on', (_, base, head, side) => {
    const hunks = diffHunks(base, head)
    expect(hunks).toHaveLength(1)
    expect(policy.every((_line, index) => isCommentable(hunks, side, index + 1))).toBe(true)
    expect(isCommentable(hunks, side, policy.length + 1)).toBe(false)
  })

  test('a line that maps is the same line on the other side, and maps back', () => {
    const lines = fc.array(fc.constantFrom('spec:', '- port: 80', '- port: 443', 'ingress:', '{}'), { maxLength: 30 })
    fc.assert(
      fc.property(lines, lines, (base, head) => {
        const hunks = diffHunks(text(base), text(head))
        base.forEach((line, index) => {
          const mapped = mapLine(hunks, index + 1, 'base')
          if (mapped === undefined) return
          expect(head[mapped - 1]).toBe(line)
          expect(mapLine(hunks, mapped, 'head')).toBe(index + 1)
        })
      }),
    )
  })

  test('rebuilding head from base and the mapping leaves exactly the added lines', () => {
    const hunks = diffHunks(text(policy), text(policy.toSpliced(3, 0, '  policyTypes: [Ingress]')))
    const added = policy
      .concat('')
      .map((_, index) => index + 1)
      .filter((line) => mapLine(hunks, line, 'head') === undefined)
    expect(added).toEqual([4])
  })
})
