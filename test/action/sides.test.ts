import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkout } from '../github-emulator/checkout.ts'
import { GIT_ENVIRONMENT } from '../github-emulator/git-repository.ts'
import type { ActionResult } from '../github-emulator/runner.ts'
import { logOf, readToken, runGateAction, startGitHub, writeToken } from './run-gate-action.ts'
import { checkoutPath, checkoutPolicy, cidrLine, opened, shop, shopWith, toRange } from './shop.ts'

/** Everything about a clone that a careless fetch would change: all refs, settings and objects by name. */
function stateOf(clone: string) {
  const git = (...parameters: readonly string[]) =>
    execFileSync('git', parameters, { cwd: clone, env: GIT_ENVIRONMENT, encoding: 'utf8' })
  const file = (name: string) => {
    const path = join(clone, '.git', name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
  return {
    refs: git('for-each-ref'),
    objects: readdirSync(join(clone, '.git/objects'), { recursive: true }).sort(),
    status: git('status', '--porcelain', '--branch'),
    files: ['HEAD', 'config', 'shallow', 'FETCH_HEAD', 'packed-refs', 'objects/info/alternates'].map(file),
  }
}

const reportOf = ({ outputs }: ActionResult) => JSON.parse(readFileSync(outputs['report-json'] ?? '', 'utf8'))

/** The outcome and the line of the comment that every way to the same two sides must give. */
function expectOpened(result: ActionResult): void {
  expect(result.exitCode, logOf(result)).toBe(1)
  expect(result.outputs.outcome).toBe('fail')
  expect(result.reviewComments.map(({ line }) => line)).toContain(cidrLine)
}

describe('pull_request', () => {
  test.each([{ depth: 1 }, { depth: 2 }])('leaves a clone of depth $depth as it was', async ({ depth }) => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const token = writeToken(github)
    const workspace = mkdtempSync(join(github.directory, 'workspace-'))
    await checkout(github, pull.events.pull_request, token, workspace, { depth, persistCredentials: false })
    const before = stateOf(workspace)
    const result = await runGateAction(github, pull, { workspace, token })
    expectOpened(result)
    expect(stateOf(workspace)).toEqual(before)
    expect(reportOf(result).sides).toMatchObject({ base: { sha: pull.baseSha }, head: { sha: pull.mergeSha } })
  })

  test('compares the merge base with a head that conflicts, and says so', async () => {
    const github = await startGitHub()
    const baseAdvanced = shopWith({ [checkoutPath]: checkoutPolicy(toRange('203.0.113.0/24')) })
    const pull = github.openPullRequest({ base: shop, head: opened, baseAdvanced })
    expect(pull.mergeSha).toBeUndefined()
    const result = await runGateAction(github, pull, { event: 'pull_request_target', checkout: 'none' })
    expectOpened(result)
    expect(reportOf(result).sides).toMatchObject({ base: { sha: pull.mergeBaseSha }, head: { sha: pull.headSha } })
    expect(result.comments[0]?.body).toContain('GitHub has no merge commit for this head')
  })
})

describe('pull_request_target', () => {
  test('needs no checkout: both sides are fetched as data', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened, fork: 'visitor/shop-deploy' })
    const result = await runGateAction(github, pull, { event: 'pull_request_target', checkout: 'none' })
    expectOpened(result)
    expect(reportOf(result).sides).toMatchObject({ base: { sha: pull.baseSha }, head: { sha: pull.mergeSha } })
  })
})

describe('events without a pull request', () => {
  test('merge_group gates and does not speak', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head: opened }), {
      event: 'merge_group',
      token: readToken(github),
    })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.requests).toEqual([])
    expect(result.annotations).toContainEqual(expect.objectContaining({ file: checkoutPath, line: cidrLine }))
  })

  test('push reports and never fails', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head: opened }), { event: 'push' })
    expect(result.exitCode, logOf(result)).toBe(0)
    expect(result.outputs).toMatchObject({ outcome: 'fail' })
    expect(result.annotations).toContainEqual(expect.objectContaining({ file: checkoutPath, line: cidrLine }))
    expect(result.comments).toEqual([])
  })

  test('workflow_dispatch compares a commit with its first parent', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: shop, baseAdvanced: opened })
    const result = await runGateAction(github, pull, { event: 'workflow_dispatch' })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(reportOf(result).sides).toMatchObject({ base: { sha: pull.mergeBaseSha }, head: { sha: pull.baseSha } })
  })
})

describe('the inputs base and head', () => {
  test('name commits and branches in place of those of the event', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened, headRef: 'open-checkout' })
    const inputs = { base: pull.baseSha, head: 'open-checkout' }
    const result = await runGateAction(github, pull, { event: 'workflow_dispatch', inputs })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(reportOf(result).sides).toMatchObject({
      base: { sha: pull.baseSha },
      head: { sha: pull.headSha, label: 'open-checkout' },
    })
  })

  test('stand in for an event that has no sides', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const inputs = { base: pull.baseSha, head: pull.headSha }
    const result = await runGateAction(github, pull, { eventName: 'schedule', inputs })
    expect(result.exitCode, logOf(result)).toBe(1)
  })

  test('that name nothing end in a sentence and no verdict', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const result = await runGateAction(github, pull, { inputs: { base: 'no-such-branch' } })
    expect(result.exitCode, logOf(result)).toBe(2)
    expect(result.outputs.outcome).toBe('incomplete')
    expect(result.annotations[0]?.message).toContain('no-such-branch')
  })
})

test('a missing base commit that the remote refuses is incomplete', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  const group = pull.events.merge_group.payload as { readonly merge_group: object }
  const payload = { ...group, merge_group: { ...group.merge_group, base_sha: 'deadbeef'.repeat(5) } }
  const result = await runGateAction(github, pull, { event: 'merge_group', rawPayload: JSON.stringify(payload) })
  expect(result.exitCode, logOf(result)).toBe(2)
  expect(result.annotations[0]?.message).toContain('deadbeef')
})

test('after a forced push the commit is compared with its parent, and the report says so', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  const payload = { ...pull.events.push.payload, before: 'deadbeef'.repeat(5) }
  const result = await runGateAction(github, pull, { event: 'push', rawPayload: JSON.stringify(payload) })
  expect(result.exitCode, logOf(result)).toBe(0)
  expect(result.stepSummary).toContain('compared with its first parent')
})

test('a folder that is no checkout is not searched for one', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  const workspace = mkdtempSync(join(github.directory, 'workspace-'))
  mkdirSync(join(workspace, '.git'))
  const result = await runGateAction(github, pull, { workspace })
  expectOpened(result)
})

test('GitHub Enterprise Server is asked below its own path', async () => {
  const github = await startGitHub({ basePath: '/api/v3' })
  expectOpened(await runGateAction(github, github.openPullRequest({ base: shop, head: opened })))
})
