import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ClientOptions, createClient } from '../../src/github/client.ts'
import { badGateway } from '../github-emulator/fault.ts'
import type { OpenedPullRequest } from '../github-emulator/open-pull-request.ts'
import { shopAfter, shopBefore } from '../github-emulator/shop.ts'
import { type Emulator, startEmulator } from '../github-emulator/start-emulator.ts'

let emulator: Emulator
let pull: OpenedPullRequest

beforeEach(async () => {
  emulator = await startEmulator({ basePath: '/api/v3' })
  pull = emulator.openPullRequest({ base: shopBefore, head: shopAfter })
})
afterEach(() => emulator.close())

function connect(options: Partial<ClientOptions> = {}) {
  const token = emulator.token({ contents: 'read', pull_requests: 'write' })
  return createClient({ token, apiUrl: emulator.apiUrl, owner: 'shop', repo: 'shop-deploy', ...options })
}

test('asks for the API version it was written for', async () => {
  await connect().getPullRequest(pull.number)
  expect(emulator.log[0]?.headers['x-github-api-version']).toBe('2022-11-28')
})

test('names itself, the pull request and its files', async () => {
  const client = connect()
  expect(await client.viewer()).toBe('github-actions[bot]')
  const { number, baseSha, headSha, mergeSha } = pull
  expect(await client.getPullRequest(number)).toMatchObject({ number, baseSha, headSha, mergeSha, baseRef: 'main' })
  expect(await client.listPullFiles(number)).toMatchObject([
    { path: 'k8s/checkout.yaml', status: 'modified', changes: 2, patch: expect.stringContaining('+') },
  ])
})

test('reads again after a server error, a bounded number of times', async () => {
  emulator.fault({ path: /\/pulls\/1$/, answer: badGateway, times: 2 })
  expect(await connect().getPullRequest(pull.number)).toMatchObject({ number: 1 })
  emulator.fault({ path: /\/pulls\/1$/, answer: badGateway, times: Number.POSITIVE_INFINITY })
  const before = emulator.log.length
  await expect(connect().getPullRequest(pull.number)).rejects.toMatchObject({ status: 502 })
  expect(emulator.log.length - before).toBe(4)
})

test('never sends what makes something new twice', async () => {
  emulator.fault({ method: 'POST', path: /\/comments$/, answer: badGateway })
  await expect(connect().createComment(pull.number, 'Exposure grew.')).rejects.toMatchObject({ status: 502 })
  expect(emulator.log).toHaveLength(1)
})

test('keeps a second between writes where GitHub asks for it', async () => {
  const client = connect({ spacing: 'github' })
  const { id } = await client.createComment(pull.number, 'Exposure grew.')
  await client.updateComment(id, 'Exposure shrank.')
  const [first, second] = emulator.log.filter(({ method }) => method !== 'GET')
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900)
})

test('does not follow a page link to another origin with the token', async () => {
  const link = '<https://mirror.example/next>; rel="next"'
  emulator.fault({ path: /\/comments$/, answer: { status: 200, body: [], headers: { link } } })
  const asked: string[] = []
  const watch: typeof fetch = async (input, init) => {
    asked.push(String(input))
    return fetch(input, init)
  }
  await expect(connect({ fetch: watch }).listIssueComments(pull.number)).rejects.toThrow('does not get it')
  expect(asked).toHaveLength(1)
})
