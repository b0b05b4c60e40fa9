import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chooseSides, commonAncestor, type SidesInput } from '../../src/action/choose-sides.ts'
import type { GitHubClient, PullRequestFacts } from '../../src/github/client.ts'
import type { GitHubEvent, PullRequestEvent } from '../../src/github/event.ts'
import { borrowObjects } from '../../src/trees/fetch-missing.ts'
import { GitError, openRepository } from '../../src/trees/git.ts'
import { commit, git, service, shallowClone, shopRepository, urlOf } from '../trees/shop-repository.ts'

/** An origin whose main moved on after the pull request left it, with the merge that GitHub makes. */
function origin() {
  const folder = shopRepository()
  const fork = commit(folder, { 'web.yaml': service('web') })
  git(folder, 'checkout', '--quiet', '-b', 'pr')
  const head = commit(folder, { 'web.yaml': service('shopfront') })
  git(folder, 'checkout', '--quiet', 'main')
  const base = commit(folder, { 'api.yaml': service('api') })
  git(folder, 'checkout', '--quiet', '-b', 'merge')
  git(folder, 'merge', '--quiet', '--no-ff', '--message', 'merge', 'pr')
  return { folder, fork, head, base, merge: git(folder, 'rev-parse', 'HEAD') }
}

type Origin = ReturnType<typeof origin>

const pullEvent = ({ base, head }: Origin, more: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  kind: 'pull-request',
  eventName: 'pull_request',
  action: 'opened',
  number: 7,
  baseSha: base,
  headSha: head,
  baseRef: 'main',
  headRef: 'pr',
  fork: false,
  sameRepo: true,
  ...more,
})

/** A client of which only the question for the pull request is asked. */
const clientSaying = (facts: Partial<PullRequestFacts>): GitHubClient =>
  ({ getPullRequest: async () => facts }) as unknown as GitHubClient

async function choose(from: Origin, event: GitHubEvent, more: Partial<SidesInput> = {}) {
  const repository = await borrowed(shallowClone(from.folder, 'merge'))
  return chooseSides({
    event,
    repository,
    remote: { url: urlOf(from.folder) },
    client: undefined,
    base: '',
    head: '',
    ...more,
  })
}

async function borrowed(folder: string) {
  const opened = await openRepository(folder)
  if (opened === undefined) throw new Error(`${folder} is no repository`)
  const repository = await borrowObjects(opened.repository)
  onTestFinished(() => repository.remove())
  return repository
}

describe('a pull request', () => {
  test('is the merge commit against its first parent', async () => {
    const from = origin()
    const sides = await choose(from, pullEvent(from, { mergeSha: from.merge }))
    expect(sides).toMatchObject({ base: from.base, head: from.merge, config: from.base, notes: [] })
    expect(sides.pull).toEqual({ number: 7, headSha: from.head, baseTip: from.base })
  })

  const without = [
    { name: 'without a merge commit', more: () => ({}) },
    { name: 'whose merge commit is gone', more: () => ({ mergeSha: 'deadbeef'.repeat(5) }) },
    { name: 'whose merge commit is no merge of this head', more: ({ base }: Origin) => ({ mergeSha: base }) },
  ]
  test.each(without)('$name is its head against the merge base, gated by the tip', async ({ more }) => {
    const from = origin()
    const sides = await choose(from, pullEvent(from, more(from)))
    expect(sides).toMatchObject({ base: from.fork, head: from.head, config: from.base })
    expect(sides.notes.join()).toContain('no merge commit')
  })

  test('on pull_request_target asks for the merge commit of today', async () => {
    const from = origin()
    const event = pullEvent(from, { eventName: 'pull_request_target', mergeSha: from.base })
    const sides = await choose(from, event, { client: clientSaying({ mergeSha: from.merge }) })
    expect(sides).toMatchObject({ base: from.base, head: from.merge })
  })
})

describe('other events', () => {
  test('a merge group and a push name both sides', async () => {
    const from = origin()
    const group = await choose(from, { kind: 'merge-group', baseSha: from.base, headSha: from.merge })
    expect(group).toMatchObject({ base: from.base, head: from.merge, config: from.base, pull: undefined })
    const push = await choose(from, { kind: 'push', ref: 'refs/heads/main', before: from.fork, after: from.base })
    expect(push).toMatchObject({ base: from.fork, head: from.base })
  })

  test('a new branch is compared with the first parent of its tip', async () => {
    const from = origin()
    const sides = await choose(from, { kind: 'push', ref: 'refs/heads/sale', after: from.base })
    expect(sides).toMatchObject({ base: from.fork, head: from.base })
  })

  test('a deleted branch has nothing to analyse', async () => {
    const from = origin()
    const event: GitHubEvent = { kind: 'push', ref: 'refs/heads/sale', before: from.base }
    await expect(choose(from, event)).rejects.toThrow('deleted the branch')
  })

  test('a dispatch compares the commit with its first parent', async () => {
    const from = origin()
    const sides = await choose(from, { kind: 'dispatch', ref: 'refs/heads/main', sha: from.merge })
    expect(sides).toMatchObject({ base: from.base, head: from.merge })
    const root = git(from.folder, 'rev-list', '--max-parents=0', 'main')
    const first = await choose(from, { kind: 'dispatch', ref: 'refs/heads/main', sha: root })
    expect(first, 'a commit without parents').toMatchObject({ base: root, head: root })
  })
})

describe('named sides', () => {
  const dispatch: GitHubEvent = { kind: 'dispatch', ref: '', sha: '' }

  test('may be branches and tags of the remote, and abbreviated commits of the clone', async () => {
    const from = origin()
    git(from.folder, 'tag', '--annotate', '--message', 'sale', 'v1.0', from.base)
    const sides = await choose(from, dispatch, { base: 'v1.0', head: 'pr' })
    expect(sides).toMatchObject({ base: from.base, head: from.head, baseLabel: 'v1.0', headLabel: 'pr' })
    const short = await choose(from, dispatch, { base: from.base, head: from.merge.slice(0, 10) })
    expect(short.head).toBe(from.merge)
  })

  const refused = ['no-such-branch', '--upload-pack=touch /tmp/never', 'a\0b', 'HEAD^{/deploy}:x', 'refs/heads/*']
  test.each(refused)('%j names nothing', async (base) => {
    const from = origin()
    await expect(choose(from, dispatch, { base, head: from.merge })).rejects.toThrow(GitError)
    expect(existsSync('/tmp/never')).toBe(false)
  })

  test('must both be there where the event has none', async () => {
    const from = origin()
    await expect(choose(from, dispatch, { base: from.base })).rejects.toThrow('set both inputs')
  })

  test('leave the configuration of a pull request to its base branch', async () => {
    const from = origin()
    const sides = await choose(from, pullEvent(from), { base: from.head, head: from.head })
    expect(sides).toMatchObject({ base: from.head, head: from.head, config: from.base })
  })
})

describe('the common ancestor', () => {
  test('is fetched where a shallow clone cannot be sure', async () => {
    const from = origin()
    const repository = await borrowed(shallowClone(from.folder, 'merge'))
    expect(await commonAncestor({ repository, remote: { url: urlOf(from.folder) } }, from.base, from.head)).toBe(
      from.fork,
    )
  })

  test('needs no remote where one commit descends from the other', async () => {
    const from = origin()
    const folder = mkdtempSync(join(from.folder, 'clone-'))
    git(from.folder, 'clone', '--quiet', '--depth=2', '--branch=merge', urlOf(from.folder), folder)
    const remote = { url: urlOf(join(from.folder, 'nowhere')) }
    const repository = await borrowed(folder)
    expect(await commonAncestor({ repository, remote }, from.base, from.merge)).toBe(from.base)
    await expect(commonAncestor({ repository, remote }, from.base, from.head)).rejects.toThrow(GitError)
  })
})
