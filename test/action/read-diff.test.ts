import { describe, expect, test } from 'vitest'
import { readDiff } from '../../src/action/read-diff.ts'
import type { Tree } from '../../src/trees/tree.ts'

const path = 'deploy/checkout.yaml'
const lines = (...text: readonly string[]): string => text.map((line) => `${line}\n`).join('')

/** A tree of one file; undefined where the file does not exist. */
function treeOf(text: string | undefined): Tree {
  const entries = text === undefined ? [] : [{ path, id: text, size: text.length, mode: 'file' as const }]
  return {
    label: 'memory',
    list: async (select) => entries.filter((entry) => select(entry.path)),
    read: async function* (wanted) {
      for (const entry of wanted) yield { entry, bytes: Buffer.from(entry.id) }
    },
  }
}

const mergeBase = lines('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j')
const pullHead = mergeBase.replace('e\n', 'E\n')
/** The base branch put two lines in front. */
const base = `1\n2\n${mergeBase}`
const head = `1\n2\n${pullHead}`

const view = (trees: { readonly [side in 'base' | 'head' | 'mergeBase' | 'pullHead']: string | undefined }) =>
  readDiff([path], {
    base: treeOf(trees.base),
    head: treeOf(trees.head),
    mergeBase: treeOf(trees.mergeBase),
    pullHead: treeOf(trees.pullHead),
  })

describe('the diff of a pull request whose base branch moved on', () => {
  test('counts lines of the merge as lines of the head, and of the base as lines of the merge base', async () => {
    const diff = await view({ base, head, mergeBase, pullHead })
    expect(diff.mapToHead(path, 7)).toBe(5)
    expect(diff.mapToMergeBase(path, 7)).toBe(5)
    expect(diff.mapToHead(path, 1), 'a line of the base branch').toBeUndefined()
  })

  test('takes comments on changed lines and three around them', async () => {
    const diff = await view({ base, head, mergeBase, pullHead })
    const commentable = (side: 'LEFT' | 'RIGHT') =>
      Array.from({ length: 12 }, (_, index) => index + 1).filter((line) => diff.commentable(path, side, line))
    expect(commentable('RIGHT')).toEqual([2, 3, 4, 5, 6, 7, 8])
    expect(commentable('LEFT')).toContain(5)
    expect(diff.sameHunk(path, 'RIGHT', 2, 8)).toBe(true)
    expect(diff.sameHunk(path, 'RIGHT', 2, 9)).toBe(false)
  })

  test('knows nothing of files it was not asked for', async () => {
    const diff = await view({ base, head, mergeBase, pullHead })
    expect(diff.commentable('deploy/other.yaml', 'RIGHT', 1)).toBe(false)
    expect(diff.mapToHead('deploy/other.yaml', 3)).toBe(3)
  })
})

test('a file that the pull request adds or deletes takes comments on every line of the side it has', async () => {
  const added = await view({ base: undefined, head: pullHead, mergeBase: undefined, pullHead })
  expect([added.commentable(path, 'RIGHT', 1), added.commentable(path, 'LEFT', 1)]).toEqual([true, false])
  const deleted = await view({ base: mergeBase, head: undefined, mergeBase, pullHead: undefined })
  expect([deleted.commentable(path, 'RIGHT', 1), deleted.commentable(path, 'LEFT', 10)]).toEqual([false, true])
})
