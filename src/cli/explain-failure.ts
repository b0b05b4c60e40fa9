import { commandSafe } from '../report/escape.ts'
import { GitError, MissingCommitError } from '../trees/git.ts'
import { UnreadableSideError, UsageError } from './usage-error.ts'

export interface Failure {
  readonly exitCode: 2 | 3
  /** For standard error, with its line breaks. */
  readonly text: string
}

/** Exit code and words for what went wrong: what the environment did gets a remedy, what we did is a bug. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof UsageError) return failure(3, error.message, error.hint)
  if (error instanceof UnreadableSideError) return failure(2, `incomplete: ${error.message}`, error.hint)
  if (error instanceof MissingCommitError) return failure(2, `incomplete: ${error.message}`, '')
  if (error instanceof GitError) return failure(2, `incomplete: ${error.message}`, gitHint)
  if (isSystemError(error)) return failure(3, error.message, systemHints[error.code] ?? '')
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { exitCode: 3, text: `portcullis: this is a bug, please report it with the lines below\n${stack}\n` }
}

const gitHint = 'See that Git is installed and that this clone is whole: git fsck --connectivity-only'

const systemHints: Readonly<Record<string, string>> = {
  EACCES: 'Give this user the right to do that, or name another path.',
  EISDIR: 'Name a file, not a folder.',
  ENOENT: 'Name a path that exists.',
  ENOSPC: 'Make room on the disk, or write to another one.',
  ENOTDIR: 'Name a folder, not a file.',
  EROFS: 'Write to a path that is not read-only.',
}

function failure(exitCode: 2 | 3, message: string, hint: string): Failure {
  return { exitCode, text: commandSafe(`portcullis: ${message}\n${hint === '' ? '' : `${hint}\n`}`) }
}

/** What the operating system refuses; a failed assertion of Node's own has a code too, but no system call. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'
}
