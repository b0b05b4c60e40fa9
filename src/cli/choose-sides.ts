import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SideSource } from '../run/run-gate.ts'
import { directoryTree } from '../trees/directory-tree.ts'
import { askGit, MissingCommitError, openRepository, type Repository } from '../trees/git.ts'
import { isObjectId, isShallow, mergeBase, resolveCommit } from '../trees/git-commit.ts'
import { gitTree } from '../trees/git-tree.ts'
import type { Tree } from '../trees/tree.ts'
import { UnreadableSideError, UsageError } from './usage-error.ts'
import { workingTree } from './working-tree.ts'

/** Both sides of a comparison, and where the configuration is looked for. */
export interface ChosenSides {
  readonly base: SideSource
  readonly head: SideSource
  readonly configTree: Tree
  readonly configSha: string | undefined
}

/** Where a command runs: its folder, and the repository around it, if any. */
export interface Place {
  readonly folder: string
  readonly repository: Repository | undefined
}

export async function placeOf(folder: string): Promise<Place> {
  if (!isDirectory(folder)) throw new UsageError(`${folder} is not a folder`, 'Name one that exists.')
  return { folder, repository: (await openRepository(folder))?.repository }
}

/** Sides as named; without names, the working tree against the point where it left the default branch. */
export async function chooseSides(
  place: Place,
  base: string | undefined,
  head: string | undefined,
): Promise<ChosenSides> {
  const headSide = head === undefined ? await workingSide(place) : await namedSide(place, head)
  if (base === undefined) return againstDefault(place, headSide, head)
  const baseSide = await namedSide(place, base)
  return { base: baseSide, head: headSide, configTree: baseSide.tree, configSha: baseSide.sha }
}

/** A directory where there is one of that name, else a revision. */
async function namedSide({ folder, repository }: Place, name: string): Promise<SideSource> {
  const path = resolve(folder, name)
  if (isDirectory(path)) return { label: name, sha: undefined, tree: directoryTree(path) }
  if (repository === undefined) {
    throw new UnreadableSideError(
      `${name} is not a folder, and ${folder} lies in no Git repository`,
      'Name a folder that exists, or run inside the repository.',
    )
  }
  return revisionSide(repository, name)
}

async function revisionSide(repository: Repository, name: string): Promise<SideSource> {
  try {
    const sha = await resolveCommit(repository, name)
    return { label: isObjectId(name) ? 'commit' : name, sha, tree: gitTree(repository, sha) }
  } catch (cause) {
    if (!(cause instanceof MissingCommitError)) throw cause
    const shallow = await isShallow(repository)
    throw new UnreadableSideError(
      `${JSON.stringify(name)} is neither a folder nor a commit of this clone`,
      shallow
        ? 'The clone is shallow: fetch the commit (git fetch origin COMMIT), or all of them (git fetch --unshallow).'
        : 'Fetch it first (git fetch origin), or see `git branch --all` for names that exist.',
      { cause },
    )
  }
}

async function workingSide({ folder, repository }: Place): Promise<SideSource> {
  if (repository === undefined) {
    throw new UsageError(
      `${folder} lies in no Git repository, so there is no change to look at`,
      'Name both states: --base DIR --head DIR',
    )
  }
  const root = await askGit(['rev-parse', '--show-toplevel'], { directory: folder })
  if (root === undefined || root === '') {
    throw new UsageError('this repository has no working tree', 'Name the state after the change: --head REV')
  }
  return { label: 'working tree', sha: undefined, tree: await workingTree(root) }
}

/** Branches that are asked for in turn when base is not named. */
const defaultBranches = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master']

async function againstDefault({ repository }: Place, head: SideSource, name: string | undefined): Promise<ChosenSides> {
  if (repository === undefined || (name !== undefined && head.sha === undefined)) {
    throw new UsageError('with a folder as head, base has to be named too', 'Add --base REV or --base DIR')
  }
  const tip = await defaultBranch(repository)
  const from = head.sha ?? (await headCommit(repository))
  const common = await mergeBase(repository, tip.sha, from)
  if (common === undefined) {
    throw new UnreadableSideError(
      `this clone does not show where ${name ?? 'HEAD'} left ${tip.name}`,
      'Fetch more of the history (git fetch --unshallow), or name the state before the change: --base REV',
    )
  }
  const base = { label: `merge base with ${tip.name}`, sha: common, tree: gitTree(repository, common) }
  return { base, head, configTree: gitTree(repository, tip.sha), configSha: tip.sha }
}

async function defaultBranch(repository: Repository): Promise<{ readonly name: string; readonly sha: string }> {
  for (const name of defaultBranches) {
    const sha = await commitOf(repository, name)
    if (sha !== undefined) return { name, sha }
  }
  throw new UsageError(
    `none of ${defaultBranches.join(', ')} exists, so there is nothing to compare with`,
    'Name the state before the change: --base REV or --base DIR',
  )
}

async function headCommit(repository: Repository): Promise<string> {
  const sha = await commitOf(repository, 'HEAD')
  if (sha !== undefined) return sha
  throw new UsageError('this repository has no commit yet', 'Name the state before the change: --base DIR')
}

async function commitOf(repository: Repository, name: string): Promise<string | undefined> {
  try {
    return await resolveCommit(repository, name)
  } catch (error) {
    if (error instanceof MissingCommitError) return undefined
    throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
