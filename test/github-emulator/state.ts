import type { Fault } from './fault.ts'
import type { GitRepository } from './git-repository.ts'
import type { Side } from './pull-diff.ts'

export type Scope = 'contents' | 'pull_requests' | 'issues' | 'checks' | 'security_events'
/** What a token may do; a scope that is not named is denied altogether. */
export type Permissions = Readonly<Partial<Record<Scope, 'read' | 'write'>>>

export interface TokenGrant {
  /** REST login; `github-actions[bot]` for the token of a job. */
  readonly login: string
  readonly permissions: Permissions
}

export interface PullRequest {
  readonly number: number
  readonly title: string
  readonly author: string
  readonly baseRef: string
  readonly headRef: string
  /** Owner/name of the repository that the head branch is in. */
  readonly headRepository: string
  baseSha: string
  headSha: string
  /** Undefined while base and head conflict. */
  mergeSha: string | undefined
  readonly labels: string[]
}

export interface IssueComment {
  readonly id: number
  readonly issue: number
  readonly login: string
  body: string
  readonly createdAt: string
  updatedAt: string
  minimized?: string
}

export interface Review {
  readonly id: number
  readonly pull: number
  readonly login: string
  readonly body: string
  readonly state: 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'PENDING'
  readonly commitId: string
  readonly submittedAt: string
}

export interface StoredReviewComment {
  readonly id: number
  readonly review: number
  readonly pull: number
  readonly login: string
  readonly path: string
  readonly side: Side
  readonly line: number
  readonly startLine?: number
  readonly startSide?: Side
  readonly commitId: string
  readonly diffHunk: string
  readonly inReplyTo?: number
  body: string
  readonly createdAt: string
  updatedAt: string
  minimized?: string
}

export interface CheckRun {
  readonly id: number
  readonly name: string
  readonly headSha: string
  readonly body: Readonly<Record<string, unknown>>
}

/** One request as it came in, with the status it was given; `at` in milliseconds of a monotonic clock. */
export interface RequestRecord {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly body: unknown
  readonly login: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly status: number
  readonly at: number
}

export interface State {
  readonly owner: string
  readonly name: string
  readonly git: GitRepository
  /** Origin and base path of the API and of the pages; set once the server listens. */
  apiUrl: string
  serverUrl: string
  readonly tokens: Map<string, TokenGrant>
  readonly pulls: Map<number, PullRequest>
  issueComments: IssueComment[]
  readonly reviews: Review[]
  reviewComments: StoredReviewComment[]
  readonly checkRuns: CheckRun[]
  readonly sarifs: { readonly id: string; readonly commitSha: string }[]
  readonly log: RequestRecord[]
  readonly faults: Fault[]
  /** How many matching requests each fault has seen. */
  readonly faultCounts: Map<Fault, number>
  /** Answers of the emulator that broke GitHub's description; `close` throws when there are any. */
  readonly contractBreaches: string[]
  readonly limits: { requests: number; contentPerMinute: number; contentPerHour: number }
  /** Times of content creations, for the budget. */
  readonly creations: number[]
  requestsUsed: number
  nextId: number
  ticks: number
}

const FIRST_SECOND = Date.UTC(2026, 0, 5, 10, 0, 0)

/** A clock of its own, one second further at each look: the same run gives the same bytes. */
export function now(state: State): string {
  state.ticks += 1
  return new Date(FIRST_SECOND + state.ticks * 1000).toISOString().replace('.000Z', 'Z')
}

export function newId(state: State): number {
  state.nextId += 1
  return state.nextId
}
