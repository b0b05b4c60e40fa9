import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { buffer } from 'node:stream/consumers'

/** A repository on disk; nothing here ever writes to it. */
export interface Repository {
  /** Absolute path of the Git directory. */
  readonly gitDirectory: string
}

/** Git failed: it is missing, the repository is damaged, a fetch was refused. */
export class GitError extends Error {
  override readonly name: string = 'GitError'
}

/** A commit that is needed is not in the clone and could not be fetched. */
export class MissingCommitError extends GitError {
  override readonly name = 'MissingCommitError'
  readonly commit: string

  constructor(commit: string, options?: ErrorOptions) {
    super(
      `commit ${commit} is not in this clone; fetch it first, or check out with fetch-depth: 2 and give the job contents: read`,
      options,
    )
    this.commit = commit
  }
}

/** Environment a Git process may see; everything else, above all tokens, stays with us. */
const passedOn =
  /^(?:PATH|HOME|USERPROFILE|SYSTEMROOT|TEMP|TMP|TMPDIR|SSH_AUTH_SOCK|SSL_CERT_(?:FILE|DIR)|(?:https?|no|all)_proxy)$/i

export interface GitOptions {
  readonly directory?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
}

/**
 * Settings that keep a repository's own configuration from starting programs, and objects from being fetched behind
 * our back. Ownership is not asked: a container's checkout often belongs to another user, and we only read.
 */
const safeguards = [
  '--no-replace-objects',
  '--no-optional-locks',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.alternateRefsPrefixes=refs/none', 'safe.directory=*']
    .concat(['protocol.allow=never', 'protocol.https.allow=always', 'protocol.http.allow=always'])
    .concat(['protocol.ssh.allow=always', 'protocol.file.allow=always'])
    .flatMap((setting) => ['-c', setting]),
]

/** Starts Git in a clean environment. */
export function startGit(args: readonly string[], options: GitOptions = {}): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(process.env).filter(([name]) => passedOn.test(name))
  const environment = { GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' }
  return spawn('git', [...safeguards, ...args], {
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
    env: { ...Object.fromEntries(inherited), ...environment, ...options.environment },
    stdio: 'pipe',
    windowsHide: true,
  })
}

/** Runs Git to its end. Throws `GitError` with what it said when it fails. */
export async function runGit(args: readonly string[], options: GitOptions = {}): Promise<Buffer> {
  const child = startGit(args, options)
  const ended = endOf(child)
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const [output, complaint, code] = await Promise.all([buffer(child.stdout), buffer(child.stderr), ended])
  if (code === 0) return output
  throw new GitError(
    `git ${nameOf(args)} failed: ${complaint.toString('utf8').trim().slice(0, 2000) || `exit code ${code}`}`,
  )
}

/** Runs Git and gives its output as one trimmed line; undefined when it fails, for questions that may be answered no. */
export async function askGit(args: readonly string[], options: GitOptions = {}): Promise<string | undefined> {
  try {
    return (await runGit(args, options)).toString('utf8').trim()
  } catch (error) {
    if (error instanceof GitError && !(error.cause instanceof Error)) return undefined
    throw error
  }
}

/** Exit code of a process; throws `GitError` when it could not be started at all. */
export function endOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(new GitError('git could not be started; is it on PATH?', { cause })))
    child.on('close', resolve)
  })
}

/** The subcommand, for messages; its arguments may hold what should not be printed. */
function nameOf(args: readonly string[]): string {
  return args.find((arg) => /^[a-z][a-z-]+$/.test(arg)) ?? ''
}

/** The repository that holds a directory, and the directory's path inside its work tree; undefined when there is none. */
export async function openRepository(
  directory: string,
): Promise<{ readonly repository: Repository; readonly prefix: string } | undefined> {
  const answer = await askGit(['rev-parse', '--absolute-git-dir', '--show-prefix'], { directory })
  if (answer === undefined) return undefined
  const [gitDirectory = '', prefix = ''] = answer.split('\n')
  return { repository: { gitDirectory }, prefix }
}

/** Arguments that name the repository. */
export function inRepository({ gitDirectory }: Repository): readonly string[] {
  return [`--git-dir=${gitDirectory}`]
}
