import type { DiffSide, DiffView } from '../report/anchor.ts'
import { readTextFiles } from '../run/read-text-file.ts'
import { diffHunks, type Hunk, hunkOf, isCommentable, mapLine } from '../source/hunks.ts'
import type { Tree } from '../trees/tree.ts'

/** The four trees between which lines move: those that were analysed, and those GitHub shows the diff of. */
export interface DiffTrees {
  readonly base: Tree
  readonly head: Tree
  readonly mergeBase: Tree
  readonly pullHead: Tree
}

interface FileLines {
  readonly diff: readonly Hunk[]
  readonly toPullHead: readonly Hunk[]
  readonly toMergeBase: readonly Hunk[]
}

/** The pull request's diff for the files that comments are about, read from blobs: GitHub leaves big patches out. */
export async function readDiff(paths: Iterable<string>, trees: DiffTrees): Promise<DiffView> {
  const files = await readLines(new Set(paths), trees)
  const hunksOf = (path: string): readonly Hunk[] => files.get(path)?.diff ?? []
  return {
    commentable: (path, side, line) => isCommentable(hunksOf(path), sideOf(side), line),
    mapToHead: (path, line) => mapLine(files.get(path)?.toPullHead ?? [], line, 'base'),
    mapToMergeBase: (path, line) => mapLine(files.get(path)?.toMergeBase ?? [], line, 'base'),
    sameHunk: (path, side, first, last) => {
      const hunk = hunkOf(hunksOf(path), sideOf(side), first)
      return hunk !== undefined && hunk === hunkOf(hunksOf(path), sideOf(side), last)
    },
  }
}

const sideOf = (side: DiffSide): 'base' | 'head' => (side === 'LEFT' ? 'base' : 'head')

async function readLines(
  paths: ReadonlySet<string>,
  { base, head, mergeBase, pullHead }: DiffTrees,
): Promise<ReadonlyMap<string, FileLines>> {
  const before = await readTextFiles(mergeBase, paths)
  const after = await readTextFiles(pullHead, paths)
  const analysedBase = await readTextFiles(base, paths)
  const analysedHead = await readTextFiles(head, paths)
  const linesOf = (path: string): FileLines => ({
    diff: diffHunks(before.get(path), after.get(path)),
    toPullHead: diffHunks(analysedHead.get(path), after.get(path)),
    toMergeBase: diffHunks(analysedBase.get(path), before.get(path)),
  })
  return new Map([...paths].map((path) => [path, linesOf(path)]))
}

/** For runs without a pull request: nothing can be commented on. */
export const noDiff: DiffView = {
  commentable: () => false,
  mapToHead: () => undefined,
  mapToMergeBase: () => undefined,
  sameHunk: () => false,
}
