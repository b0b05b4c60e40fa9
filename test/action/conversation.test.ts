import { describe, expect, test } from 'vitest'
import type { Files } from '../github-emulator/git-repository.ts'
import type { ActionResult } from '../github-emulator/runner.ts'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { checkoutPath, checkoutPolicy, cidrLine, opened, shop, shopWith, toRange } from './shop.ts'

const isWrite = ({ method, path }: ActionResult['requests'][number]): boolean =>
  method !== 'GET' && path.startsWith('/repos/')

const summaryOf = ({ comments }: ActionResult): string => {
  expect(comments).toHaveLength(1)
  return comments[0]?.body ?? ''
}

describe('a pull request that opens something', () => {
  test('is told on the very line, with a suggestion, and summed up once', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head: opened }))

    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.outputs).toMatchObject({ outcome: 'fail' })
    expect(result.reviews).toMatchObject([{ state: 'COMMENTED' }])
    const comment = result.reviewComments.find(({ line }) => line === cidrLine)
    expect(comment).toMatchObject({ path: checkoutPath, side: 'RIGHT' })
    expect(comment?.body).toContain('0.0.0.0/0')
    expect(comment?.body).toMatch(/^```suggestion\n {12}cidr: 0\.0\.0\.0\/0\n {12}except:\n[^`]*^```$/m)
    expect(summaryOf(result)).toContain('shop/checkout can now reach every IPv4 address on TCP 443')
    expect(result.stepSummary).toContain('shop/checkout')
    expect(result.annotations).toEqual([])
    expect(result.masks).toHaveLength(1)
  })

  test('is commented on the lines of its own head where the base branch moved on', async () => {
    const github = await startGitHub()
    const above = ['# Checkout talks to payments.', '# Ask the payments team before you change this.']
    const result = await runGateAction(
      github,
      github.openPullRequest({
        base: shop,
        head: opened,
        baseAdvanced: shopWith({ [checkoutPath]: checkoutPolicy([], above) }),
      }),
    )
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.reviewComments.find(({ line }) => line === cidrLine)?.body).toContain('0.0.0.0/0')
    expect(summaryOf(result), 'links go to the merge commit').toContain(`${checkoutPath}#L${16 + above.length})`)
  })

  test('leaves no comment on lines that the base branch changed', async () => {
    const github = await startGitHub()
    const result = await runGateAction(
      github,
      github.openPullRequest({ base: shop, head: { ...shop, 'NEWS.md': 'Christmas sale\n' }, baseAdvanced: opened }),
    )
    expect(result.exitCode, logOf(result)).toBe(0)
    expect([result.reviewComments, result.comments]).toEqual([[], []])
  })
})

describe('the next push', () => {
  test('repeats nothing, brings the summary up to date and says what was fixed', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const first = await runGateAction(github, pull, { runId: 1 })
    const again = await runGateAction(github, pull.push({ ...opened, 'README.md': '# The shop\n' }), { runId: 2 })
    expect(again.exitCode, logOf(again)).toBe(1)
    expect(again.reviewComments).toEqual(first.reviewComments)
    expect(again.requests.filter(isWrite).map(({ method }) => method)).toEqual(['PATCH'])

    const repaired = await runGateAction(github, pull.push(shop), { runId: 3 })
    expect(repaired.exitCode, logOf(repaired)).toBe(0)
    expect(repaired.reviewComments).toEqual(first.reviewComments)
    expect(summaryOf(repaired)).toContain('no change of exposure')
  })

  test('that repairs one of two findings on a line does not tell the other again', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const first = await runGateAction(github, pull, { runId: 1 })
    const spared = ['            except: [169.254.169.254/32, 100.100.100.200/32, 169.254.170.2/32]']
    const range = toRange('0.0.0.0/0')
    const rules = [...range.slice(0, 3), ...spared, ...range.slice(3)]
    const next = pull.push(shopWith({ [checkoutPath]: checkoutPolicy(rules) }))
    const second = await runGateAction(github, next, { runId: 2 })
    expect(second.exitCode, logOf(second)).toBe(1)
    expect(first.reviewComments.map(({ body }) => body).join()).toContain('metadata-ip-reachable')
    expect(second.stepSummary).not.toContain('metadata-ip-reachable')
    expect(second.reviewComments).toEqual(first.reviewComments)
  })

  test('that repairs what base had counts the findings as fixed', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: opened, head: shop }))
    expect(result.exitCode, logOf(result)).toBe(0)
    expect(summaryOf(result)).toMatch(/Fixed here: \d+ \(.*egress-any-ip/)
    expect(summaryOf(result)).toContain('**Closed**')
    expect(result.reviewComments).toEqual([])
  })
})

describe('a pull request that changes nothing', () => {
  const head: Files = { ...shop, 'README.md': '# The shop\n' }

  test('is left alone', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head }))
    expect(result.exitCode, logOf(result)).toBe(0)
    expect(result.outputs).toMatchObject({ outcome: 'pass', 'new-findings': '0' })
    expect(result.requests.filter(isWrite)).toEqual([])
    expect(result.annotations).toEqual([])
    expect(result.stepSummary).toContain('no change of exposure')
  })

  test('gets a summary where one is always wanted, and the same one on the next run', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head })
    const inputs = { 'comment-when': 'always' }
    await runGateAction(github, pull, { inputs, runId: 1 })
    const result = await runGateAction(github, pull, { inputs, runId: 2 })
    expect(summaryOf(result)).toContain('no change of exposure')
  })
})

describe('the input comments', () => {
  test('summary keeps off the lines and tells everything in the summary', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const result = await runGateAction(github, pull, { inputs: { comments: 'summary' } })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.reviewComments).toEqual([])
    expect(summaryOf(result)).toContain('egress-any-ip')
  })

  test('none writes nothing and annotates instead', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const result = await runGateAction(github, pull, { inputs: { comments: 'none' } })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.requests.filter(isWrite)).toEqual([])
    expect(result.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: checkoutPath, line: cidrLine }),
    )
  })
})

test('two gates with names of their own keep a summary each', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  await runGateAction(github, pull, { inputs: { name: 'staging' } })
  const result = await runGateAction(github, pull, { inputs: { name: 'production' } })
  expect(result.comments).toHaveLength(2)
})

test('a range that narrows closes something and blocks nothing', async () => {
  const github = await startGitHub()
  const base = shopWith({ [checkoutPath]: checkoutPolicy(toRange('203.0.113.0/24')) })
  const head = shopWith({ [checkoutPath]: checkoutPolicy(toRange('203.0.113.16/28')) })
  const result = await runGateAction(github, github.openPullRequest({ base, head }))
  expect(result.exitCode, logOf(result)).toBe(0)
  expect(summaryOf(result)).toContain('**Closed**')
})
