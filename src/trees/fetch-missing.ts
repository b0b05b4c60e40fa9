import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { GitError, inRepository, MissingCommitError, type Repository, runGit } from './git.ts'
import { hasSnapshot, isObjectId, mergeBase } from './git-commit.ts'

/** Where missing commits come from. The token is handed to the fetching process alone, in its environment. */
export interface Remote {
  readonly url: string
  readonly token?: string | undefined
}

/** A temporary bare repository that sees the objects of a clone, and into which more can be fetched. */
export interface BorrowedRepository extends Repository {
  /** Deletes what is temporary; the clone is as it was. */
  remove(): Promise<void>
}

/** A temporary repository without objects, for runs that have no clone: everything is fetched. */
export async function createEmptyRepository(): Promise<BorrowedRepository> {
  const gitDirectory = await mkdtemp(join(tmpdir(), 'portcullis-'))
  await runGit(['init', '--quiet', '--bare', '--template=', gitDirectory])
  return { gitDirectory, remove: () => rm(gitDirectory, { recursive: true, force: true }) }
}

/** Makes a temporary repository that borrows a clone's objects. The clone is only read. */
export async function borrowObjects(clone: Repository): Promise<BorrowedRepository> {
  const { gitDirectory, remove } = await createEmptyRepository()
  await mkdir(join(gitDirectory, 'objects', 'info'), { recursive: true })
  await writeFile(join(gitDirectory, 'objects', 'info', 'alternates'), `${quoted(await clonePath(clone, 'objects'))}\n`)
  await copyShallow(clone, gitDirectory)
  return { gitDirectory, remove }
}

/** Path inside the clone's Git directory, also where a linked work tree shares it. */
async function clonePath(clone: Repository, name: string): Promise<string> {
  const output = await runGit([...inRepository(clone), 'rev-parse', '--git-path', name])
  return resolve(output.toString('utf8').replace(/\n$/, ''))
}

/** Without the clone's list of cut-off commits their missing parents would look like damage. */
async function copyShallow(clone: Repository, gitDirectory: string): Promise<void> {
  try {
    await copyFile(await clonePath(clone, 'shallow'), join(gitDirectory, 'shallow'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** A path for the alternates file, which takes C strings in quotes. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

/** Fetches commits, with their files, that are not there yet. Throws `MissingCommitError` for what the remote refuses. */
export async function fetchCommits(
  repository: BorrowedRepository,
  remote: Remote,
  commits: readonly string[],
  depth = 1,
): Promise<void> {
  const invalid = commits.find((commit) => !isObjectId(commit))
  if (invalid !== undefined) throw new MissingCommitError(invalid)
  const wanted = commits.map((commit) => `+${commit}:refs/portcullis/${commit}`)
  try {
    await runGit(
      [...inRepository(repository), ...quietFetch, `--depth=${depth}`, '--end-of-options', remote.url, ...wanted],
      { environment: authorisation(remote) },
    )
  } catch (cause) {
    throw new MissingCommitError(commits.join(', '), { cause })
  }
}

/** Commit that a branch or tag of the remote points to; undefined when it has neither of that name. */
export async function findRemoteCommit(
  repository: BorrowedRepository,
  remote: Remote,
  name: string,
): Promise<string | undefined> {
  const refs = [`refs/heads/${name}`, `refs/tags/${name}^{}`, `refs/tags/${name}`]
  const output = await runGit(
    [
      ...inRepository(repository),
      '-c',
      'credential.helper=',
      'ls-remote',
      '--quiet',
      '--end-of-options',
      remote.url,
      ...refs,
    ],
    { environment: authorisation(remote) },
  )
  const tips = output
    .toString('utf8')
    .split('\n')
    .map((line) => line.split('\t'))
  return refs.flatMap((ref) => tips.filter(([, found]) => found === ref).map(([commit]) => commit))[0]
}

const quietFetch = [
  '-c',
  'credential.helper=',
  '-c',
  'gc.auto=0',
  '-c',
  'maintenance.auto=false',
  'fetch',
  '--quiet',
].concat(['--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--update-shallow'])

/** Settings for one process: the header goes to this remote and, redirects being off, to no other. */
function authorisation({ url, token }: Remote): Readonly<Record<string, string>> {
  if (token === undefined || token === '' || !/^https?:/.test(url)) return {}
  const credentials = Buffer.from(`x-access-token:${token}`).toString('base64')
  return {
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraheader`,
    GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${credentials}`,
    GIT_CONFIG_KEY_1: 'http.followRedirects',
    GIT_CONFIG_VALUE_1: 'false',
  }
}

const depths = [50, 250, 1000, 5000]

/**
 * Best common ancestor of two commits, with its files, fetching more and more history until there is one. Throws
 * `GitError` when the histories do not meet within the last depth.
 */
export async function fetchMergeBase(
  repository: BorrowedRepository,
  remote: Remote,
  a: string,
  b: string,
): Promise<string> {
  for (const depth of depths) {
    await fetchCommits(repository, remote, [a, b], depth)
    const base = await mergeBase(repository, a, b)
    if (base !== undefined) return base
  }
  throw new GitError(`${a} and ${b} have no common ancestor within ${depths.at(-1)} commits`)
}

/**
 * A repository that holds all of these commits with their files: the clone where it has them, else a temporary one
 * into which the missing ones were fetched. Throws `MissingCommitError` when there is no remote to ask.
 */
export async function ensureCommits(
  clone: Repository,
  remote: Remote | undefined,
  commits: readonly string[],
): Promise<BorrowedRepository> {
  const missing: string[] = []
  for (const commit of new Set(commits)) if (!(await hasSnapshot(clone, commit))) missing.push(commit)
  const first = missing[0]
  if (first === undefined) return { gitDirectory: clone.gitDirectory, remove: async () => {} }
  if (remote === undefined) throw new MissingCommitError(first)
  const borrowed = await borrowObjects(clone)
  try {
    await fetchCommits(borrowed, remote, missing)
    return borrowed
  } catch (error) {
    await borrowed.remove()
    throw error
  }
}
