import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import { Octokit } from '@octokit/rest'
import type { ReviewComment } from '../report/conversation-plan.ts'

export interface ClientOptions {
  readonly token: string
  /** GITHUB_API_URL. The token is sent to this origin and to no other. */
  readonly apiUrl: string
  readonly owner: string
  readonly repo: string
  /** `github` (1 s between writes, 3 s between notifications) unless the API is on the loopback interface. */
  readonly spacing?: 'github' | 'none'
  /** Milliseconds that one second of a retry takes; 1000 unless the API is on the loopback interface. */
  readonly secondLength?: number
  readonly fetch?: typeof fetch
}

export interface PullRequestFacts {
  readonly number: number
  readonly headSha: string
  readonly baseSha: string
  readonly baseRef: string
  readonly headRef: string
  /** Undefined while GitHub has not computed it, or when the branches conflict. */
  readonly mergeSha?: string
}

/** A comment that stands on the pull request. `minimised` is false where the server does not say. */
export interface PostedComment {
  readonly id: number
  readonly login: string
  readonly body: string
  readonly minimised: boolean
}

export interface PullFile {
  readonly path: string
  readonly previousPath?: string
  readonly status: string
  readonly changes: number
  /** Absent for binary files and big diffs: never read that as "no change". */
  readonly patch?: string
}

export interface NewReview {
  readonly commitId: string
  readonly body: string
  readonly comments: readonly ReviewComment[]
}

/** The few things the gate asks of GitHub; each rejects with Octokit's RequestError. */
export interface GitHubClient {
  /** Login the token acts as, such as `github-actions[bot]`. */
  readonly viewer: () => Promise<string>
  readonly getPullRequest: (number: number) => Promise<PullRequestFacts>
  readonly listPullFiles: (number: number) => Promise<readonly PullFile[]>
  readonly listIssueComments: (number: number) => Promise<readonly PostedComment[]>
  readonly listReviewComments: (number: number) => Promise<readonly PostedComment[]>
  readonly createComment: (number: number, body: string) => Promise<PostedComment>
  readonly updateComment: (id: number, body: string) => Promise<void>
  readonly deleteComment: (id: number) => Promise<void>
  readonly createReview: (number: number, review: NewReview) => Promise<void>
}

export function createClient(options: ClientOptions): GitHubClient {
  const octokit = connect(options)
  const { owner, repo } = options
  const here = { owner, repo }
  const page = { per_page: 100 }
  return {
    // The token of a job cannot call GET /user; GraphQL knows who it is.
    viewer: async () => (await octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }')).viewer.login,
    getPullRequest: async (number) => pullFacts((await octokit.pulls.get({ ...here, pull_number: number })).data),
    listPullFiles: async (number) =>
      (await octokit.paginate(octokit.pulls.listFiles, { ...here, pull_number: number, ...page })).map(pullFile),
    listIssueComments: async (number) =>
      (await octokit.paginate(octokit.issues.listComments, { ...here, issue_number: number, ...page })).map(posted),
    listReviewComments: async (number) =>
      (await octokit.paginate(octokit.pulls.listReviewComments, { ...here, pull_number: number, ...page })).map(posted),
    createComment: async (number, body) =>
      posted((await octokit.issues.createComment({ ...here, issue_number: number, body, ...ONCE })).data),
    updateComment: async (id, body) => {
      await octokit.issues.updateComment({ ...here, comment_id: id, body })
    },
    deleteComment: async (id) => {
      await octokit.issues.deleteComment({ ...here, comment_id: id })
    },
    createReview: async (number, review) => {
      await octokit.pulls.createReview({ ...here, pull_number: number, ...reviewRequest(review), ...ONCE })
    },
  }
}

/**
 * What makes something new is not sent again after a server error: it may have been made. The caller looks first.
 * (Rate limits are refusals, so the throttling plugin still repeats those.)
 */
const ONCE = { request: { retries: 0 } }

const MAX_RETRIES = 3
/** Waiting longer than this for a limit costs more than the comment is worth. */
const MAX_WAIT_SECONDS = 120

function connect(options: ClientOptions): Octokit {
  const origin = new URL(options.apiUrl).origin
  const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(options.apiUrl).hostname)
  const spacing = options.spacing ?? (loopback ? 'none' : 'github')
  const second = options.secondLength ?? (loopback ? 1 : 1000)
  const send = options.fetch ?? fetch
  const octokit = new GateOctokit({
    auth: options.token,
    baseUrl: options.apiUrl.replace(/\/$/, ''),
    userAgent: 'portcullis',
    log: QUIET,
    request: { fetch: sameOrigin(origin, send) },
    retry: { retries: MAX_RETRIES, retryAfterBaseValue: second },
    throttle: {
      ...(spacing === 'none' && { write: unspaced, notifications: unspaced }),
      retryAfterBaseValue: second,
      onRateLimit: mayWait,
      onSecondaryRateLimit: mayWait,
    },
  })
  octokit.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = '2022-11-28'
  })
  return octokit
}

const GateOctokit = Octokit.plugin(retry, throttling)

const QUIET = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

function mayWait(seconds: number, _request: unknown, _octokit: unknown, retries: number): boolean {
  return retries < MAX_RETRIES && seconds <= MAX_WAIT_SECONDS
}

/**
 * A scheduler that never waits. The plugin asks for a Bottleneck group and uses only this much of one; the package
 * that declares the type is not ours to import.
 */
const unspaced = {
  key: () => ({
    schedule: async (_options: object, job: (...given: unknown[]) => unknown, ...given: unknown[]) => job(...given),
  }),
} as never

/** Page links of a server must not carry the token elsewhere (redirects lose it by the rules of fetch). */
function sameOrigin(origin: string, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (url.origin !== origin) throw new Error(`The token is for ${origin}; ${url.origin} does not get it.`)
    return send(input, init)
  }
}

interface RestComment {
  readonly id: number
  readonly body?: string | null
  readonly user?: { readonly login: string } | null
  readonly minimized?: unknown
}

function posted(comment: RestComment): PostedComment {
  const { id, body, user, minimized } = comment
  return { id, login: user?.login ?? '', body: body ?? '', minimised: minimized != null }
}

interface RestPull {
  readonly number: number
  readonly merge_commit_sha: string | null
  readonly base: { readonly ref: string; readonly sha: string }
  readonly head: { readonly ref: string; readonly sha: string }
}

function pullFacts(pull: RestPull): PullRequestFacts {
  return {
    number: pull.number,
    headSha: pull.head.sha,
    baseSha: pull.base.sha,
    baseRef: pull.base.ref,
    headRef: pull.head.ref,
    ...(pull.merge_commit_sha !== null && { mergeSha: pull.merge_commit_sha }),
  }
}

interface RestFile {
  readonly filename: string
  readonly previous_filename?: string
  readonly status: string
  readonly changes: number
  readonly patch?: string
}

function pullFile(file: RestFile): PullFile {
  return {
    path: file.filename,
    status: file.status,
    changes: file.changes,
    ...(file.previous_filename !== undefined && { previousPath: file.previous_filename }),
    ...(file.patch !== undefined && { patch: file.patch }),
  }
}

function reviewRequest(review: NewReview) {
  const comments = review.comments.map((comment) => ({
    path: comment.path,
    side: comment.side,
    line: comment.line,
    ...(comment.startLine !== undefined && {
      start_line: comment.startLine,
      start_side: comment.startSide ?? comment.side,
    }),
    body: comment.body,
  }))
  return { commit_id: review.commitId, body: review.body, event: 'COMMENT' as const, comments }
}
