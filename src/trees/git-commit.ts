import { askGit, inRepository, MissingCommitError, type Repository, runGit } from './git.ts'

/** Whether text is a full object id; only such text is handed to a remote. */
export function isObjectId(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** Id of the commit a revision names. Text that could be read as an option is refused. Throws `MissingCommitError`. */
export async function resolveCommit(repository: Repository, revision: string): Promise<string> {
  if (revision === '' || revision.startsWith('-') || revision.includes('\0')) throw new MissingCommitError(revision)
  const args = [
    ...inRepository(repository),
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]
  const commit = await askGit(args)
  if (commit === undefined) throw new MissingCommitError(revision)
  return commit
}

/** Whether a commit is there with all of its files. A shallow clone may lack the commit, a partial one its files. */
export async function hasSnapshot(repository: Repository, commit: string): Promise<boolean> {
  if (!isObjectId(commit)) return false
  const args = [...inRepository(repository), 'ls-tree', '-r', '-l', '--full-tree', `${commit}^{commit}`]
  return (await askGit(args)) !== undefined
}

/**
 * Parents of a commit as it names them, which a shallow clone hides from `commit^1` and does not hold.
 * The first parent comes first.
 */
export async function parentsOf(repository: Repository, commit: string): Promise<readonly string[]> {
  const raw = (await runGit([...inRepository(repository), 'cat-file', 'commit', commit])).toString('utf8')
  const header = raw.slice(0, raw.indexOf('\n\n'))
  return [...header.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] as string)
}

/** Best common ancestor; undefined when there is none, or none that this clone can see. */
export async function mergeBase(repository: Repository, a: string, b: string): Promise<string | undefined> {
  return askGit([...inRepository(repository), 'merge-base', a, b])
}

export async function isShallow(repository: Repository): Promise<boolean> {
  return (await askGit([...inRepository(repository), 'rev-parse', '--is-shallow-repository'])) === 'true'
}
