import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { applyPlan } from '../../src/github/apply-plan.ts'
import { createClient, type GitHubClient } from '../../src/github/client.ts'
import { type RunIdentity, summaryMarker } from '../../src/github/marker.ts'
import type { ConversationPlan, ReviewComment } from '../../src/report/conversation-plan.ts'
import { badGateway, secondaryRateLimit, unresolvedLine } from '../github-emulator/fault.ts'
import { type OpenedPullRequest, pushToPullRequest } from '../github-emulator/open-pull-request.ts'
import { shopAfter, shopBefore } from '../github-emulator/shop.ts'
import { type Emulator, startEmulator } from '../github-emulator/start-emulator.ts'
import { now, type Permissions, type State } from '../github-emulator/state.ts'

const POLICY = 'k8s/checkout.yaml'
const BOT = 'github-actions[bot]'

let emulator: Emulator
let pull: OpenedPullRequest
let client: GitHubClient
let run: RunIdentity

function connect(permissions: Permissions): GitHubClient {
  return createClient({
    token: emulator.token(permissions),
    apiUrl: emulator.apiUrl,
    owner: 'shop',
    repo: 'shop-deploy',
  })
}

beforeEach(async () => {
  emulator = await startEmulator()
  pull = emulator.openPullRequest({ base: shopBefore, head: shopAfter })
  client = connect({ contents: 'read', pull_requests: 'write' })
  run = { id: 7, attempt: 1, headSha: pull.headSha }
})
afterEach(() => emulator.close())

const payments: ReviewComment = {
  path: POLICY,
  side: 'RIGHT',
  line: 12,
  body: 'payments can now reach checkout.',
  key: 'a1',
}
const web: ReviewComment = {
  path: POLICY,
  side: 'LEFT',
  line: 12,
  body: 'web cannot reach checkout any more.',
  key: 'b2',
}
const outside: ReviewComment = { path: POLICY, side: 'RIGHT', line: 1, body: 'Not in the diff.', key: 'c3' }

function summaryPlan(body = 'Exposure grew.', createIfMissing = true): ConversationPlan {
  return { summary: { marker: 'gate', body, createIfMissing } }
}

function reviewPlan(...comments: readonly ReviewComment[]): ConversationPlan {
  return { review: { commitId: pull.headSha, body: 'Portcullis: 1 new.', comments } }
}

function apply(plan: ConversationPlan, by = run) {
  return applyPlan(plan, { client, number: pull.number, run: by })
}

function comment(login: string, body: string, state: State = emulator.state): void {
  const at = now(state)
  state.nextId += 1
  state.issueComments.push({ id: state.nextId, issue: pull.number, login, body, createdAt: at, updatedAt: at })
}

const bodies = () => emulator.state.issueComments.map(({ body }) => body.split('\n')[0])
const posted = () => emulator.state.reviewComments.map(({ body }) => body.split('\n')[0])
const writes = () => emulator.log.filter(({ method, path }) => method !== 'GET' && path !== '/graphql')

describe('the sticky summary', () => {
  test('is created once and then updated in place', async () => {
    expect(await apply(summaryPlan())).toMatchObject({ posted: 'all', summary: 'created' })
    expect(await apply(summaryPlan('Exposure shrank.'), { ...run, id: 8 })).toMatchObject({ summary: 'updated' })
    expect(bodies()).toEqual(['Exposure shrank.'])
  })

  test('the same text is not written twice', async () => {
    await apply(summaryPlan())
    expect(await apply(summaryPlan())).toMatchObject({ summary: 'unchanged' })
    expect(writes()).toHaveLength(1)
  })

  test('stays away when it is not wanted and none is there', async () => {
    expect(await apply(summaryPlan('Nothing.', false))).toMatchObject({ posted: 'all', summary: 'absent' })
    expect(writes()).toEqual([])
  })

  test('is found behind the first page of comments', async () => {
    await apply(summaryPlan())
    for (let round = 0; round < 120; round += 1) comment('shop-developer', `Looks good ${round}.`)
    const first = emulator.state.issueComments.shift()
    if (first) emulator.state.issueComments.push(first)
    expect(await apply(summaryPlan('Exposure shrank.'))).toMatchObject({ summary: 'updated' })
    expect(emulator.state.issueComments).toHaveLength(121)
  })

  const foreign = [
    { name: 'a marker somebody else wrote', login: 'mallory', name2: 'gate' },
    { name: 'a person called like the bot', login: 'github-actions', name2: 'gate' },
    { name: 'the summary of another gate', login: BOT, name2: 'gate of another team' },
  ]
  test.each(foreign)('leaves alone $name', async ({ login, name2 }) => {
    comment(login, `All is well.\n\n${summaryMarker(name2, run)}`)
    expect(await apply(summaryPlan())).toMatchObject({ summary: 'created' })
    expect(bodies()).toEqual(['All is well.', 'Exposure grew.'])
  })

  test('a marker inside the text is not its marker', async () => {
    comment(BOT, `Quoting ${summaryMarker('gate', run)} from elsewhere.`)
    expect(await apply(summaryPlan())).toMatchObject({ summary: 'created' })
  })

  test('one that somebody minimised stays minimised', async () => {
    await apply(summaryPlan())
    for (const stored of emulator.state.issueComments) stored.minimized = 'OUTDATED'
    expect(await apply(summaryPlan('Exposure shrank.'))).toMatchObject({ summary: 'created' })
    expect(bodies()).toEqual(['Exposure grew.', 'Exposure shrank.'])
  })

  test('an older run never overwrites a newer one', async () => {
    await apply(summaryPlan('Newer.'), { ...run, id: 9 })
    expect(await apply(summaryPlan('Older.'), { ...run, id: 8 })).toMatchObject({
      posted: 'all',
      summary: 'superseded',
    })
    expect(bodies()).toEqual(['Newer.'])
  })

  test('a run that created one at the same time: the oldest stays, with the newest text', async () => {
    const effect = (state: State) => comment(BOT, `Other run.\n\n${summaryMarker('gate', { ...run, id: 6 })}`, state)
    emulator.fault({ method: 'POST', path: /\/comments$/, effect })
    expect(await apply(summaryPlan())).toMatchObject({ summary: 'updated' })
    expect(bodies()).toEqual(['Exposure grew.'])
  })

  test('and when that other run is newer, its text stays', async () => {
    const effect = (state: State) => comment(BOT, `Other run.\n\n${summaryMarker('gate', { ...run, id: 8 })}`, state)
    emulator.fault({ method: 'POST', path: /\/comments$/, effect })
    expect(await apply(summaryPlan())).toMatchObject({ summary: 'superseded' })
    expect(bodies()).toEqual(['Other run.'])
  })

  test('a server error after the comment was made does not make a second one', async () => {
    emulator.fault({ method: 'POST', path: /\/comments$/, answer: badGateway, handledFirst: true })
    expect(await apply(summaryPlan())).toMatchObject({ posted: 'all', summary: 'created' })
    expect(bodies()).toEqual(['Exposure grew.'])
  })
})

describe('the review', () => {
  test('is one review with all comments, anchored at the head', async () => {
    expect(await apply(reviewPlan(payments, web))).toMatchObject({ posted: 'all', commentsPosted: 2, unposted: [] })
    expect(emulator.state.reviews).toMatchObject([{ state: 'COMMENTED', commitId: pull.headSha }])
    expect(emulator.state.reviewComments).toMatchObject([
      { side: 'RIGHT', line: 12 },
      { side: 'LEFT', line: 12 },
    ])
  })

  test('what stands there already is not said again', async () => {
    await apply(reviewPlan(payments))
    expect(await apply(reviewPlan(payments, web))).toMatchObject({ commentsPosted: 1, commentsStanding: 1 })
    expect(posted()).toEqual([payments.body, web.body])
  })

  test('nothing new, no review', async () => {
    await apply(reviewPlan(payments))
    await apply(reviewPlan(payments))
    expect(emulator.state.reviews).toHaveLength(1)
  })

  test('a range keeps both ends', async () => {
    await apply(reviewPlan({ ...payments, startLine: 11 }))
    expect(emulator.state.reviewComments).toMatchObject([{ startLine: 11, startSide: 'RIGHT', line: 12 }])
  })

  test('one bad anchor costs only itself', async () => {
    const result = await apply(reviewPlan(payments, outside, web))
    expect(result).toMatchObject({ posted: 'some', commentsPosted: 2, unposted: [outside] })
    expect(posted()).toEqual([payments.body, web.body])
  })

  test('when everything is refused the search ends', async () => {
    emulator.fault({ method: 'POST', path: /\/reviews$/, answer: unresolvedLine, times: Number.POSITIVE_INFINITY })
    const many = Array.from({ length: 30 }, (_, index) => ({ ...payments, key: `key${index}` }))
    const result = await apply(reviewPlan(...many))
    expect(result).toMatchObject({ posted: 'none', reason: expect.stringContaining('422') })
    expect(result.unposted).toEqual(many)
    expect(writes().length).toBeLessThanOrEqual(16)
  })

  test('what found no place is handed to the summary', async () => {
    const plan = { ...reviewPlan(outside), ...summaryPlan() }
    const withUnposted = (body: string, unposted: readonly ReviewComment[]) => `${body} Also: ${unposted[0]?.body}`
    await applyPlan(plan, { client, number: pull.number, run, withUnposted })
    expect(bodies()).toEqual(['Exposure grew. Also: Not in the diff.'])
  })

  test('a head that moved before posting gets no comments from this run', async () => {
    pull.push({ ...shopAfter, 'README.md': '# The shop\n' })
    expect(await apply(reviewPlan(payments))).toMatchObject({
      unposted: [payments],
      reason: expect.stringContaining('moved'),
    })
    expect(writes()).toEqual([])
  })

  test('a head that moves while posting ends the search', async () => {
    const effect = (state: State) =>
      void pushToPullRequest(state, pull.number, { ...shopAfter, 'README.md': 'Moved.\n' })
    emulator.fault({ method: 'POST', path: /\/reviews$/, effect })
    expect(await apply(reviewPlan(payments, web))).toMatchObject({ reason: expect.stringContaining('moved') })
    expect(writes()).toHaveLength(1)
  })

  test('a server error after the review was made does not make a second one', async () => {
    emulator.fault({ method: 'POST', path: /\/reviews$/, answer: badGateway, handledFirst: true })
    expect(await apply(reviewPlan(payments))).toMatchObject({ posted: 'all', commentsPosted: 1 })
    expect(emulator.state.reviews).toHaveLength(1)
  })

  test('a server error before it was made is tried once more', async () => {
    emulator.fault({ method: 'POST', path: /\/reviews$/, answer: badGateway })
    expect(await apply(reviewPlan(payments))).toMatchObject({ posted: 'all', commentsPosted: 1 })
  })

  test('a rate limit is waited for', async () => {
    emulator.fault({ method: 'POST', path: /\/reviews$/, answer: secondaryRateLimit(2) })
    expect(await apply(reviewPlan(payments))).toMatchObject({ posted: 'all' })
  })
})

describe('a token that may not write', () => {
  const both = () => ({ ...summaryPlan(), ...reviewPlan(payments, web) })

  test.each([{ pull_requests: 'read' }, {}] as const)(
    '%o gives every comment back, with the way out',
    async (granted) => {
      client = connect(granted)
      const result = await apply(both())
      expect(result).toMatchObject({ posted: 'none', summary: 'failed', commentsPosted: 0 })
      expect(result.reason).toContain('give the job "pull-requests: write"')
      expect(result.unposted).toEqual([payments, web])
    },
  )

  test('nor one that GitHub does not know', async () => {
    client = createClient({ token: 'ghs_old', apiUrl: emulator.apiUrl, owner: 'shop', repo: 'shop-deploy' })
    expect(await apply(both())).toMatchObject({ posted: 'none', reason: expect.stringContaining('401') })
  })
})

test('nor does a server that is gone stop the gate', async () => {
  client = createClient({ token: 'ghs_any', apiUrl: 'http://127.0.0.1:1', owner: 'shop', repo: 'shop-deploy' })
  expect(await apply(reviewPlan(payments))).toMatchObject({
    posted: 'none',
    reason: expect.stringContaining('reached'),
  })
})

test('our own mistakes are not taken for a failing API', async () => {
  const broken = { ...client, viewer: () => Promise.reject(new TypeError('ours')) }
  await expect(applyPlan(summaryPlan(), { client: broken, number: 1, run })).rejects.toThrow('ours')
})
