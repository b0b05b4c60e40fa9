import type { GitRepository } from './git-repository.ts'

export type Side = 'LEFT' | 'RIGHT'

/** One line of a hunk as GitHub's diff shows it; `left` and `right` are 1-based line numbers where the line has one. */
export interface HunkLine {
  readonly kind: 'context' | 'added' | 'removed'
  readonly left?: number
  readonly right?: number
  readonly text: string
}

export interface Hunk {
  readonly header: string
  readonly lines: readonly HunkLine[]
}

export interface DiffFile {
  readonly path: string
  readonly previousPath?: string
  readonly status: 'added' | 'removed' | 'modified' | 'renamed'
  readonly sha: string
  readonly additions: number
  readonly deletions: number
  /** Absent for binary files and big diffs, although `additions` says that something changed. */
  readonly patch?: string
  readonly hunks: readonly Hunk[]
}

/**
 * Beyond these GitHub leaves `patch` out: a file with 2,081 changed lines had none (tsantalis/RefactoringMiner#1108);
 * 500 KB a file (github/docs, repository-limits). The stricter reading: such lines cannot be commented on either.
 */
const PATCH_LINES = 2_000
const PATCH_BYTES = 500 * 1024

/** The three-dot diff of a pull request: merge base to head, 3 lines of context, renames detected. */
export function pullDiff(repository: GitRepository, base: string, head: string): readonly DiffFile[] {
  const range = [`${base}...${head}`, '--']
  const options = ['--no-color', '--no-ext-diff', '--no-textconv', '--find-renames']
  const raw = repository.git('diff', '--raw', '-z', '--no-abbrev', ...options, ...range)
  const patches = repository.git('diff', '--patch', '--unified=3', ...options, ...range).split(/^(?=diff --git )/m)
  const changes = rawChanges(raw)
  return changes.flatMap((change) => {
    const section = patches.shift() ?? ''
    // A changed type (file to link) is two sections, a removal and an addition; the addition is what a reader sees.
    return [diffFile(change, change.letter === 'T' ? (patches.shift() ?? '') : section)]
  })
}

interface RawChange {
  readonly letter: string
  readonly sha: string
  readonly path: string
  readonly previousPath?: string
}

function rawChanges(raw: string): readonly RawChange[] {
  const fields = raw.split('\0')
  const changes: RawChange[] = []
  for (let at = 0; at + 1 < fields.length; ) {
    const [, , oldSha = '', newSha = '', status = ''] = (fields[at] ?? '').split(' ')
    const letter = status.charAt(0)
    const sha = letter === 'D' ? oldSha : newSha
    const renamed = letter === 'R'
    const first = fields[at + 1] ?? ''
    changes.push(
      renamed ? { letter, sha, path: fields[at + 2] ?? '', previousPath: first } : { letter, sha, path: first },
    )
    at += renamed ? 3 : 2
  }
  return changes
}

const STATUS: Readonly<Record<string, DiffFile['status']>> = { A: 'added', D: 'removed', R: 'renamed' }

function diffFile(change: RawChange, section: string): DiffFile {
  const start = section.search(/^@@ /m)
  const patch = start < 0 ? '' : section.slice(start).replace(/\n$/, '')
  const hunks = hunksOf(patch)
  const lines = hunks.flatMap((hunk) => hunk.lines)
  const additions = lines.filter((line) => line.kind === 'added').length
  const deletions = lines.filter((line) => line.kind === 'removed').length
  const dropped = patch === '' || additions + deletions > PATCH_LINES || Buffer.byteLength(patch) > PATCH_BYTES
  return {
    path: change.path,
    ...(change.previousPath !== undefined && { previousPath: change.previousPath }),
    status: STATUS[change.letter] ?? 'modified',
    sha: change.sha,
    additions,
    deletions,
    ...(!dropped && { patch }),
    hunks: dropped ? [] : hunks,
  }
}

/** Hunks of a unified diff body that starts at its first `@@`. */
export function hunksOf(patch: string): readonly Hunk[] {
  return patch.split(/^(?=@@ )/m).flatMap((text) => {
    const [header = '', ...body] = text.split('\n')
    const numbers = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(header)
    return numbers === null ? [] : [{ header, lines: hunkLines(body, Number(numbers[1]), Number(numbers[2])) }]
  })
}

function hunkLines(body: readonly string[], left: number, right: number): readonly HunkLine[] {
  const lines: HunkLine[] = []
  for (const line of body) {
    const text = line.slice(1)
    if (line.startsWith('+')) lines.push({ kind: 'added', right: right++, text })
    else if (line.startsWith('-')) lines.push({ kind: 'removed', left: left++, text })
    else if (line.startsWith(' ')) lines.push({ kind: 'context', left: left++, right: right++, text })
  }
  return lines
}

/** Where a line stands: hunk index and row in it. RIGHT reaches added and context lines, LEFT only removed ones. */
export function placeOf(file: DiffFile, side: Side, line: number): { hunk: number; row: number } | undefined {
  for (const [hunk, { lines }] of file.hunks.entries()) {
    const row = lines.findIndex((entry) =>
      side === 'LEFT' ? entry.kind === 'removed' && entry.left === line : entry.right === line,
    )
    if (row >= 0) return { hunk, row }
  }
  return undefined
}
