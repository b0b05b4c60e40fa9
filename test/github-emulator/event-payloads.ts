import { pullShape, repositoryShape, userShape } from './shapes.ts'
import type { PullRequest, State } from './state.ts'

export const EVENT_NAMES = ['pull_request', 'pull_request_target', 'merge_group', 'push', 'workflow_dispatch'] as const
export type EventName = (typeof EVENT_NAMES)[number]

/** What a run of an event finds in GITHUB_SHA, GITHUB_REF, GITHUB_BASE_REF, GITHUB_HEAD_REF and at GITHUB_EVENT_PATH. */
export interface EventContext {
  readonly name: EventName
  readonly sha: string
  readonly ref: string
  readonly baseRef: string
  readonly headRef: string
  readonly payload: Readonly<Record<string, unknown>>
}

export type EventPayloads = Readonly<Record<EventName, EventContext>>

/**
 * Payloads with the fields that GitHub's webhook schemas require, for each event that can be about this change.
 * Since 2025-12-08 `pull_request_target` runs on the default branch, whatever the base (github/docs,
 * events-that-trigger-workflows). A merge group has no `pull_request`.
 */
export function eventPayloads(state: State, pull: PullRequest, action: string): EventPayloads {
  const common = { repository: repositoryShape(state), sender: userShape(state, pull.author) }
  const change = { action, number: pull.number, pull_request: pullShape(state, pull), ...common }
  const updated =
    action === 'synchronize' ? { before: state.git.git('rev-parse', `${pull.headSha}^`), after: pull.headSha } : {}
  const refs = { baseRef: pull.baseRef, headRef: pull.headRef }
  const none = { baseRef: '', headRef: '' }
  const defaultTip = state.git.resolve('refs/heads/main') ?? pull.baseSha
  const base = `refs/heads/${pull.baseRef}`
  const merged = pull.mergeSha ?? pull.headSha
  return {
    pull_request: {
      name: 'pull_request',
      sha: merged,
      ref: `refs/pull/${pull.number}/merge`,
      ...refs,
      payload: { ...change, ...updated },
    },
    pull_request_target: {
      name: 'pull_request_target',
      sha: defaultTip,
      ref: 'refs/heads/main',
      ...refs,
      payload: { ...change, ...updated },
    },
    merge_group: mergeGroup(state, pull, merged, common),
    push: { name: 'push', sha: merged, ref: base, ...none, payload: pushPayload(state, pull, merged, common) },
    workflow_dispatch: {
      name: 'workflow_dispatch',
      sha: pull.baseSha,
      ref: base,
      ...none,
      payload: { inputs: null, ref: base, workflow: '.github/workflows/portcullis.yml', ...common },
    },
  }
}

function mergeGroup(state: State, pull: PullRequest, merged: string, common: object): EventContext {
  const ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${pull.number}-${pull.baseSha}`
  const group = {
    head_sha: merged,
    head_ref: ref,
    base_sha: pull.baseSha,
    base_ref: `refs/heads/${pull.baseRef}`,
    head_commit: commitSummary(state, merged),
  }
  const payload = { action: 'checks_requested', merge_group: group, ...common }
  return { name: 'merge_group', sha: merged, ref, baseRef: '', headRef: '', payload }
}

function pushPayload(state: State, pull: PullRequest, merged: string, common: object) {
  const commit = commitSummary(state, merged)
  return {
    ref: `refs/heads/${pull.baseRef}`,
    before: pull.baseSha,
    after: merged,
    base_ref: null,
    created: false,
    deleted: false,
    forced: false,
    compare: `${state.serverUrl}/${state.owner}/${state.name}/compare/${pull.baseSha}...${merged}`,
    commits: [commit],
    head_commit: commit,
    pusher: { name: pull.author, email: 'developer@shop.example' },
    ...common,
  }
}

function commitSummary(state: State, sha: string) {
  const [tree, time, message] = state.git.git('show', '-s', '--format=%T%x00%aI%x00%s', sha).split('\0')
  const person = { name: 'Shop Developer', email: 'developer@shop.example' }
  return { id: sha, tree_id: tree, message, timestamp: time, author: person, committer: person }
}
