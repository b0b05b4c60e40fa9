import { z } from 'zod'
import { EventError, UnknownEventError } from './event-error.ts'

/** What started this run, as far as the gate needs to know. Commits are full hashes, refs are branch names. */
export type GitHubEvent = PullRequestEvent | MergeGroupEvent | PushEvent | DispatchEvent

export interface PullRequestEvent {
  readonly kind: 'pull-request'
  /** `pull_request_target` runs on the default branch with a token that may write: nothing of the head is executed. */
  readonly eventName: 'pull_request' | 'pull_request_target'
  readonly action: string
  readonly number: number
  readonly baseSha: string
  readonly headSha: string
  readonly baseRef: string
  readonly headRef: string
  /**
   * The test merge that GitHub made, when the event names one. On `pull_request` it is the commit the run is for; on
   * `pull_request_target` it may be stale, so its parents have to be looked at.
   */
  readonly mergeSha?: string
  /** The head lives in another repository, or in one that has been deleted. */
  readonly fork: boolean
  /** The opposite of `fork`. */
  readonly sameRepo: boolean
}

export interface MergeGroupEvent {
  readonly kind: 'merge-group'
  readonly baseSha: string
  readonly headSha: string
}

export interface PushEvent {
  readonly kind: 'push'
  readonly ref: string
  /** Undefined when the push made the branch. */
  readonly before?: string
  /** Undefined when the push deleted the branch. */
  readonly after?: string
}

export interface DispatchEvent {
  readonly kind: 'dispatch'
  readonly ref: string
  readonly sha: string
}

export type Environment = Readonly<Record<string, string | undefined>>

const sha = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'is not a commit hash')
const repository = z.looseObject({ full_name: z.string() })
const branch = z.looseObject({ ref: z.string(), sha, repo: repository.nullish() })

const pullRequestPayload = z.looseObject({
  action: z.string(),
  pull_request: z.looseObject({
    number: z.int().positive(),
    merge_commit_sha: sha.nullish(),
    base: branch,
    head: branch,
  }),
})
const mergeGroupPayload = z.looseObject({ merge_group: z.looseObject({ base_sha: sha, head_sha: sha }) })
const pushPayload = z.looseObject({ ref: z.string(), before: sha, after: sha })

/**
 * Reads the event of this run from the environment of the Actions runner.
 * @throws EventError when the payload cannot be read, is incomplete, or is of an event the gate has no sides for.
 */
export function readEvent(env: Environment, readFile: (path: string) => string): GitHubEvent {
  const file = env.GITHUB_EVENT_PATH ?? ''
  const eventName = env.GITHUB_EVENT_NAME ?? ''
  switch (eventName) {
    case 'pull_request':
    case 'pull_request_target':
      return pullRequestEvent(eventName, env, payload(pullRequestPayload, file, readFile))
    case 'merge_group': {
      const { merge_group: group } = payload(mergeGroupPayload, file, readFile)
      return { kind: 'merge-group', baseSha: group.base_sha, headSha: group.head_sha }
    }
    case 'push':
      return pushEvent(payload(pushPayload, file, readFile))
    case 'workflow_dispatch':
      return dispatchEvent(env, file)
    default:
      throw new UnknownEventError(file, `Event "${eventName}" has no two sides to compare.`, {
        remedy:
          'Run on pull_request, pull_request_target, merge_group, push or workflow_dispatch, or set base and head.',
      })
  }
}

function pullRequestEvent(
  eventName: PullRequestEvent['eventName'],
  env: Environment,
  { action, pull_request: pull }: z.infer<typeof pullRequestPayload>,
): PullRequestEvent {
  const sameRepo = pull.head.repo != null && pull.head.repo.full_name === pull.base.repo?.full_name
  const mergeSha = eventName === 'pull_request' ? testMerge(env) : (pull.merge_commit_sha ?? undefined)
  return {
    kind: 'pull-request',
    eventName,
    action,
    number: pull.number,
    baseSha: pull.base.sha,
    headSha: pull.head.sha,
    baseRef: pull.base.ref,
    headRef: pull.head.ref,
    ...(mergeSha !== undefined && { mergeSha }),
    fork: !sameRepo,
    sameRepo,
  }
}

/** GITHUB_SHA is the test merge only while GITHUB_REF is the merge ref; after `closed` it is something else. */
function testMerge(env: Environment): string | undefined {
  const isMerge = /^refs\/pull\/\d+\/merge$/.test(env.GITHUB_REF ?? '')
  return isMerge && sha.safeParse(env.GITHUB_SHA).success ? env.GITHUB_SHA : undefined
}

function pushEvent({ ref, before, after }: z.infer<typeof pushPayload>): PushEvent {
  const isNone = (commit: string) => /^0+$/.test(commit)
  return { kind: 'push', ref, ...(!isNone(before) && { before }), ...(!isNone(after) && { after }) }
}

function dispatchEvent(env: Environment, file: string): DispatchEvent {
  const commit = sha.safeParse(env.GITHUB_SHA)
  if (commit.success) return { kind: 'dispatch', ref: env.GITHUB_REF ?? '', sha: commit.data }
  throw new EventError(file, 'GITHUB_SHA names no commit.', {
    remedy: 'Start the gate from a workflow, or use the CLI.',
  })
}

function payload<T>(schema: z.ZodType<T>, file: string, readFile: (path: string) => string): T {
  const parsed = schema.safeParse(json(file, readFile))
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'payload'}: ${issue.message}`)
  throw new EventError(file, `The event payload is incomplete (${issues.slice(0, 3).join('; ')}).`, {
    cause: parsed.error,
  })
}

function json(file: string, readFile: (path: string) => string): unknown {
  if (file === '') throw new EventError(file, 'GITHUB_EVENT_PATH is not set.')
  try {
    return JSON.parse(readFile(file))
  } catch (cause) {
    throw new EventError(file, 'The event payload cannot be read as JSON.', { cause })
  }
}
