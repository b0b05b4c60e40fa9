import { existsSync, realpathSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { InputError } from './inputs.ts'

export interface PlaceInCheckout {
  /** The working directory, or the nearest folder above it that the checkout has. */
  readonly existing: string
  /** What the checkout does not have of the path, with `/` separators: the pull request may have removed the folder. */
  readonly rest: string
}

/**
 * Finds the working directory in the checkout. The checkout is the pull request's, so a symbolic link on the way could
 * lead the gate to another folder than the one it guards.
 * @throws InputError when the path leaves the workspace or runs through a link.
 */
export function placeInCheckout(workspace: string, workingDirectory: string): PlaceInCheckout {
  const root = existsSync(workspace) ? realpathSync(workspace) : workspace
  const wanted = resolve(root, workingDirectory)
  if (relative(root, wanted).startsWith('..')) throw new InputError('input working-directory leaves the workspace')
  const existing = nearestExisting(wanted)
  if (existing.startsWith(root) && realpathSync(existing) !== existing)
    throw new InputError(`input working-directory ${workingDirectory} runs through a symbolic link`)
  return { existing, rest: relative(existing, wanted).replaceAll('\\', '/') }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path))
}
