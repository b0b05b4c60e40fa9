import type { GitHubClient } from '../github/client.ts'
import type { GitHubEvent, PullRequestEvent, PushEvent } from '../github/event.ts'
import { assertNever } from '../source/assert-never.ts'
import {
  type BorrowedRepository,
  fetchCommits,
  fetchMergeBase,
  findRemoteCommit,
  type Remote,
} from '../trees/fetch-missing.ts'
import { GitError } from '../trees/git.ts'
import { hasSnapshot, isObjectId, isShallow, mergeBase, parentsOf, resolveCommit } from '../trees/git-commit.ts'

/** The commits of a run. `config` is the tip of the base branch, whose configuration gates. */
export interface ChosenSides {
  readonly base: string
  readonly head: string
  readonly config: string
  readonly baseLabel: string
  readonly headLabel: string
  /** The pull request to speak on; undefined for other events. */
  readonly pull: PullRequestSides | undefined
  readonly notes: readonly string[]
}

/** What the diff of a pull request is made of: its head, and the tip of the branch it goes to. */
export interface PullRequestSides {
  readonly number: number
  readonly headSha: string
  readonly baseTip: string
}

export interface SidesInput {
  readonly event: GitHubEvent
  /** Sees the objects of the clone, and takes what has to be fetched. */
  readonly repository: BorrowedRepository
  readonly remote: Remote
  readonly client: GitHubClient | undefined
  /** Revisions that take the place of the event's; '' for none. */
  readonly base: string
  readonly head: string
}

/** Chooses base and head as the event asks, and sees to it that both are there. Nothing is checked out. */
export async function chooseSides(input: SidesInput): Promise<ChosenSides> {
  const sides = await chosen(input)
  await need(input, [sides.base, sides.head, sides.config])
  return sides
}

async function chosen(input: SidesInput): Promise<ChosenSides> {
  const { event } = input
  if (input.base !== '' || input.head !== '') return explicitSides(input)
  switch (event.kind) {
    case 'pull-request':
      return pullRequestSides(input, event)
    case 'merge-group':
      return plainSides(event.baseSha, event.headSha, 'base of the merge group', 'merge group')
    case 'push':
      return pushSides(input, event)
    case 'dispatch':
      return parentSides(input, event.sha)
    default:
      return assertNever(event)
  }
}

/** After a forced push the old tip may be gone; the new one is then compared with its parent, and a note says so. */
async function pushSides(input: SidesInput, { before, after }: PushEvent): Promise<ChosenSides> {
  if (after === undefined) throw new GitError('the push deleted the branch, so there is nothing to analyse')
  if (before === undefined) return parentSides(input, after)
  if (await isThere(input, before)) return plainSides(before, after, 'before the push', 'after the push')
  const note = 'the commit before the push cannot be had, so the new one was compared with its first parent'
  return { ...(await parentSides(input, after)), notes: [note] }
}

/** Fetches what the clone does not have. */
async function need({ repository, remote }: SidesInput, commits: readonly string[]): Promise<void> {
  const missing: string[] = []
  for (const commit of new Set(commits)) if (!(await hasSnapshot(repository, commit))) missing.push(commit)
  if (missing.length > 0) await fetchCommits(repository, remote, missing)
}

/**
 * The merge GitHub made against its first parent: the exact effect of merging. Without one, or where it is not the
 * merge of this head, the merge base against the head, and a note says so.
 */
async function pullRequestSides(input: SidesInput, event: PullRequestEvent): Promise<ChosenSides> {
  const pull = { number: event.number, headSha: event.headSha }
  const merge = await mergeOf(input, event)
  if (merge !== undefined) {
    const { base, head } = merge
    return {
      base,
      head,
      config: base,
      baseLabel: event.baseRef,
      headLabel: `merge of #${event.number}`,
      pull: { ...pull, baseTip: base },
      notes: [],
    }
  }
  return {
    base: await commonAncestor(input, event.baseSha, event.headSha),
    head: event.headSha,
    config: event.baseSha,
    baseLabel: `merge base with ${event.baseRef}`,
    headLabel: `#${event.number}`,
    pull: { ...pull, baseTip: event.baseSha },
    notes: [
      'GitHub has no merge commit for this head, so it was compared with its merge base; what the base branch gained since then is not in the answer',
    ],
  }
}

/** On `pull_request_target` the payload's merge commit may be of an older head, so the API is asked and the parents decide. */
async function mergeOf(
  input: SidesInput,
  event: PullRequestEvent,
): Promise<{ readonly base: string; readonly head: string } | undefined> {
  const asked =
    event.eventName === 'pull_request_target'
      ? await input.client?.getPullRequest(event.number).catch(() => undefined)
      : undefined
  const head = asked?.mergeSha ?? event.mergeSha
  if (head === undefined || !(await isThere(input, head))) return undefined
  const [base, second] = await parentsOf(input.repository, head)
  return base === undefined || second !== event.headSha ? undefined : { base, head }
}

async function isThere(input: SidesInput, commit: string): Promise<boolean> {
  try {
    await need(input, [commit])
    return true
  } catch (error) {
    if (error instanceof GitError) return false
    throw error
  }
}

/**
 * Where the pull request left the base branch. A shallow clone may not show it, or show an older one, so history is
 * fetched unless one commit is seen to descend from the other: that is true in any history.
 */
export async function commonAncestor(
  { repository, remote }: Pick<SidesInput, 'repository' | 'remote'>,
  a: string,
  b: string,
): Promise<string> {
  const seen = await mergeBase(repository, a, b)
  const isCertain = seen === a || seen === b || !(await isShallow(repository))
  return seen !== undefined && isCertain ? seen : fetchMergeBase(repository, remote, a, b)
}

function plainSides(base: string, head: string, baseLabel: string, headLabel: string): ChosenSides {
  return { base, head, config: base, baseLabel, headLabel, pull: undefined, notes: [] }
}

/** A commit against its first parent; one without parents against itself. */
async function parentSides(input: SidesInput, head: string): Promise<ChosenSides> {
  await need(input, [head])
  const [parent = head] = await parentsOf(input.repository, head)
  return plainSides(parent, head, 'first parent', 'commit')
}

/** The inputs move what is analysed, never whose configuration gates: on a pull request that stays the base branch's. */
async function explicitSides(input: SidesInput): Promise<ChosenSides> {
  const { event } = input
  const isPull = event.kind === 'pull-request'
  const base = await commitOf(input, input.base || (isPull ? event.baseSha : ''))
  const head = await commitOf(
    input,
    input.head || (isPull ? event.headSha : event.kind === 'dispatch' ? event.sha : ''),
  )
  const sides = plainSides(base, head, input.base || 'base', input.head || 'head')
  if (!isPull) return sides
  const pull = { number: event.number, headSha: event.headSha, baseTip: event.baseSha }
  return { ...sides, config: event.baseSha, pull }
}

/** A commit as written, or the tip of a branch or tag of the remote: a checkout has few of either. */
async function commitOf({ repository, remote }: SidesInput, revision: string): Promise<string> {
  if (revision === '') throw new GitError('set both inputs, base and head: this event does not name both commits')
  if (isObjectId(revision)) return revision
  const named = isRefName(revision) ? await findRemoteCommit(repository, remote, revision) : undefined
  return named ?? resolveCommit(repository, revision)
}

/** Whether text can be the name of a branch or tag; a pattern or an expression cannot. */
const isRefName = (text: string): boolean => /^(?!-)[^\s~^:?*[\\\p{Cc}]+$/u.test(text)
