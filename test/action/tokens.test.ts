import { describe, expect, test } from 'vitest'
import { logOf, readToken, runGateAction, startGitHub } from './run-gate-action.ts'
import { checkoutPath, checkoutPolicy, cidrLine, opened, shop, toRange } from './shop.ts'

describe('a token that may not write', () => {
  test('gives the same outcome, with the findings in annotations and in the job summary', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened, fork: 'visitor/shop-deploy' })
    const result = await runGateAction(github, pull, { token: readToken(github) })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.outputs.outcome).toBe('fail')
    expect([result.comments, result.reviewComments]).toEqual([[], []])
    const onTheLine = { level: 'error', file: checkoutPath, line: cidrLine }
    expect(result.annotations).toContainEqual(expect.objectContaining(onTheLine))
    expect(result.annotations.find(({ title }) => title === 'Portcullis could not comment')?.message).toContain(
      'pull-requests: write',
    )
    expect(result.stepSummary).toContain('egress-any-ip')
  })

  test('or none at all is enough to gate a checkout that has everything', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const result = await runGateAction(github, pull, { checkout: { depth: 0 }, inputs: { token: '' } })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.requests.filter(({ path }) => path.startsWith('/repos/') || path === '/graphql')).toEqual([])
    expect(result.annotations).toContainEqual(expect.objectContaining({ file: checkoutPath, line: cidrLine }))
  })

  test('or was revoked changes nothing but the way of telling', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const inputs = { token: 'ghs_revoked' }
    const result = await runGateAction(github, pull, { inputs, checkout: { depth: 0 } })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.annotations).toContainEqual(expect.objectContaining({ file: checkoutPath, line: cidrLine }))
  })
})

test('the token is masked, and stands neither in the log nor in what is written', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  const token = readToken(github)
  const result = await runGateAction(github, pull, { token, checkout: { depth: 1 } })
  expect(result.masks).toEqual([token])
  const log = logOf(result).replace(`::add-mask::${token}`, '')
  for (const text of [log, result.stepSummary, JSON.stringify(result.outputs)]) expect(text).not.toContain(token)
})

test('more findings than the runner keeps are counted, not dropped', async () => {
  const github = await startGitHub()
  const curious = (index: number) =>
    checkoutPolicy(toRange('169.254.169.254/32'))
      .replace('name: checkout', `name: partner-${index}`)
      .replace('app: checkout', `app: partner-${index}`)
  const policies = Array.from({ length: 15 }, (_, index) => curious(index)).join('---\n')
  const pull = github.openPullRequest({ base: shop, head: { ...shop, 'deploy/policies/partners.yaml': policies } })
  const result = await runGateAction(github, pull, { token: readToken(github) })
  expect(result.droppedAnnotations).toBe(0)
  expect(result.annotations.map(({ title }) => title)).toContain('Portcullis could not comment')
  expect(result.stdout).toMatch(/^\d+ more are in the job summary$/m)
})
