import { describe, expect, test } from 'vitest'
import { badGateway, type Fault, notAccessible, secondaryRateLimit, unresolvedLine } from '../github-emulator/fault.ts'
import { pushToPullRequest } from '../github-emulator/open-pull-request.ts'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { checkoutPath, checkoutPolicy, cidrLine, opened, shop, shopWith, toRange } from './shop.ts'

const reviews = { method: 'POST', path: /\/pulls\/\d+\/reviews$/ }
const summaries = { method: 'POST', path: /\/issues\/\d+\/comments$/ }

async function gatedWith(...faults: readonly Fault[]) {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  for (const fault of faults) github.fault(fault)
  const result = await runGateAction(github, pull)
  expect(result.exitCode, logOf(result)).toBe(1)
  expect(result.outputs.outcome).toBe('fail')
  return { ...result, summary: result.comments[0]?.body ?? '' }
}

const onTheLine = expect.objectContaining({ level: 'error', file: checkoutPath, line: cidrLine })

describe('GitHub failing never changes the outcome', () => {
  test('a review that fails once is looked for and made again, once', async () => {
    const result = await gatedWith({ ...reviews, answer: badGateway })
    expect(result.reviewComments.map(({ line }) => line)).toContain(cidrLine)
    expect(result.reviews).toHaveLength(1)
  })

  test('what was made although an error came back is not made twice', async () => {
    const made = { answer: badGateway, handledFirst: true }
    const result = await gatedWith({ ...reviews, ...made }, { ...summaries, ...made })
    expect([result.reviews.length, result.comments.length]).toEqual([1, 1])
  })

  test('a rate limit is waited for', async () => {
    const result = await gatedWith({ ...reviews, answer: secondaryRateLimit(1) })
    expect(result.reviewComments).not.toEqual([])
  })

  test('a refused line moves into the summary and the annotations', async () => {
    const result = await gatedWith({ ...reviews, answer: unresolvedLine, times: 50 })
    expect(result.reviewComments).toEqual([])
    expect(result.summary).toContain('egress-any-ip')
    expect(result.annotations).toContainEqual(onTheLine)
  })

  test('a refused summary is replaced by annotations', async () => {
    const result = await gatedWith({
      ...summaries,
      answer: notAccessible('issues=write; pull_requests=write'),
      times: 50,
    })
    expect(result.comments).toEqual([])
    expect(result.annotations).toContainEqual(onTheLine)
    expect(result.stepSummary).toContain('shop/checkout')
  })

  test('an API that is down for good costs the comments alone', async () => {
    const result = await gatedWith({ path: /./, answer: badGateway, times: 1000 })
    expect([result.comments, result.reviewComments]).toEqual([[], []])
    expect(result.annotations).toContainEqual(onTheLine)
  })

  test('a head that moves during the run gets no comments of the old one', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const elsewhere = shopWith({ [checkoutPath]: checkoutPolicy(toRange('203.0.113.0/24')) })
    github.fault({ path: /^\/graphql$/, effect: (state) => void pushToPullRequest(state, 1, elsewhere) })
    const result = await runGateAction(github, pull)
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.reviewComments).toEqual([])
    expect(result.annotations).toContainEqual(onTheLine)
  })
})

test('an older run that comes late does not overwrite the summary of a newer one', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({ base: shop, head: opened })
  await runGateAction(github, pull.push(shopWith({ [checkoutPath]: checkoutPolicy(toRange('203.0.113.0/24')) })), {
    runId: 2,
  })
  const late = await runGateAction(github, pull, { runId: 1 })
  expect(late.exitCode, logOf(late)).toBe(1)
  expect(late.comments).toHaveLength(1)
  expect(late.comments[0]?.body).toContain('203.0.113.0/24')
})
