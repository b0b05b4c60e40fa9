import { type EventPayloads, eventPayloads } from './event-payloads.ts'
import type { Files } from './git-repository.ts'
import type { PullRequest, State } from './state.ts'

export interface PullRequestSpec {
  /** Whole tree of the base branch where the pull request starts. */
  readonly base: Files
  /** Whole tree of the head branch. */
  readonly head: Files
  /** Whole tree of the base branch after it moved on; the merge base stays at `base`. */
  readonly baseAdvanced?: Files
  readonly title?: string
  readonly author?: string
  readonly baseRef?: string
  readonly headRef?: string
  /** The head lives in this other repository (owner/name). */
  readonly fork?: string
  readonly labels?: readonly string[]
}

export interface OpenedPullRequest {
  readonly number: number
  readonly baseSha: string
  readonly headSha: string
  /** Undefined when base and head conflict; GitHub then starts no `pull_request` run. */
  readonly mergeSha: string | undefined
  readonly mergeBaseSha: string
  readonly events: EventPayloads
  /** One more commit on the head branch; payloads made afterwards speak of it. */
  readonly push: (files: Files) => OpenedPullRequest
}

const HEADS = 'refs/heads/'

/** Git history as GitHub keeps it: base branch, head, `refs/pull/N/head`, and the test merge on `refs/pull/N/merge`. */
export function openPullRequest(state: State, spec: PullRequestSpec): OpenedPullRequest {
  const number = state.pulls.size + 1
  const baseRef = spec.baseRef ?? 'main'
  const headRef = spec.headRef ?? `change-${number}`
  const before = state.git.resolve(HEADS + baseRef)
  const start = state.git.commit(HEADS + baseRef, spec.base, before === undefined ? [] : [before], 'Deploy the shop')
  const headSha = state.git.commit(`refs/pull/${number}/head`, spec.head, [start], spec.title ?? 'Change the shop')
  if (spec.fork === undefined) state.git.git('update-ref', HEADS + headRef, headSha)
  const baseSha =
    spec.baseAdvanced === undefined
      ? start
      : state.git.commit(HEADS + baseRef, spec.baseAdvanced, [start], 'Move the base on')
  const pull: PullRequest = {
    number,
    title: spec.title ?? 'Change the shop',
    author: spec.author ?? 'shop-developer',
    baseRef,
    headRef,
    headRepository: spec.fork ?? `${state.owner}/${state.name}`,
    baseSha,
    headSha,
    mergeSha: undefined,
    labels: [...(spec.labels ?? [])],
  }
  state.pulls.set(number, pull)
  remerge(state, pull)
  return opened(state, pull, 'opened')
}

/** Moves the head on, as a push during a run does. */
export function pushToPullRequest(state: State, number: number, files: Files): PullRequest {
  const pull = state.pulls.get(number)
  if (pull === undefined) throw new Error(`There is no pull request ${number}.`)
  pull.headSha = state.git.commit(`refs/pull/${number}/head`, files, [pull.headSha], 'Change it again')
  remerge(state, pull)
  return pull
}

function remerge(state: State, pull: PullRequest): void {
  pull.mergeSha = state.git.merge(pull.baseSha, pull.headSha)
  const ref = `refs/pull/${pull.number}/merge`
  if (pull.mergeSha === undefined) state.git.git('update-ref', '-d', ref)
  else state.git.git('update-ref', ref, pull.mergeSha)
}

function opened(state: State, pull: PullRequest, action: string): OpenedPullRequest {
  return {
    number: pull.number,
    baseSha: pull.baseSha,
    headSha: pull.headSha,
    mergeSha: pull.mergeSha,
    mergeBaseSha: state.git.git('merge-base', pull.baseSha, pull.headSha),
    events: eventPayloads(state, { ...pull }, action),
    push: (files) => opened(state, pushToPullRequest(state, pull.number, files), 'synchronize'),
  }
}
