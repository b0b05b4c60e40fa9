import type { DiffView } from '../../src/report/anchor.ts'

type Hunks = Readonly<Record<string, readonly (readonly [first: number, last: number])[]>>

/** A diff with hunks given as line ranges a file, for each side; lines keep their numbers unless `shift` says more. */
export function diffOf(hunks: { readonly LEFT?: Hunks; readonly RIGHT?: Hunks }, shift = 0): DiffView {
  const hunkAt = (path: string, side: 'LEFT' | 'RIGHT', line: number) =>
    (hunks[side]?.[path] ?? []).findIndex(([first, last]) => first <= line && line <= last)
  return {
    commentable: (path, side, line) => hunkAt(path, side, line) >= 0,
    mapToHead: (_path, line) => line + shift,
    mapToMergeBase: (_path, line) => line + shift,
    sameHunk: (path, side, first, last) => {
      const hunk = hunkAt(path, side, first)
      return hunk >= 0 && hunk === hunkAt(path, side, last)
    },
  }
}
