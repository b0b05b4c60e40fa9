import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEvent } from '../../src/github/event.ts'
import { EventError } from '../../src/github/event-error.ts'
import type { EventContext } from '../github-emulator/event-payloads.ts'
import type { OpenedPullRequest } from '../github-emulator/open-pull-request.ts'
import { shopAfter, shopBefore } from '../github-emulator/shop.ts'
import { type Emulator, startEmulator } from '../github-emulator/start-emulator.ts'

let emulator: Emulator
let pull: OpenedPullRequest

beforeAll(async () => {
  emulator = await startEmulator()
  pull = emulator.openPullRequest({ base: shopBefore, head: shopAfter, headRef: 'payments-checkout' })
})
afterAll(() => emulator.close())

function environment(event: EventContext) {
  const { name, sha, ref } = event
  return { GITHUB_EVENT_PATH: 'event.json', GITHUB_EVENT_NAME: name, GITHUB_SHA: sha, GITHUB_REF: ref }
}

function read(event: EventContext) {
  return readEvent(environment(event), () => JSON.stringify(event.payload))
}

describe('events GitHub sends', () => {
  test('pull_request names both sides and the test merge', () => {
    expect(read(pull.events.pull_request)).toEqual({
      kind: 'pull-request',
      eventName: 'pull_request',
      action: 'opened',
      number: 1,
      baseSha: pull.baseSha,
      headSha: pull.headSha,
      baseRef: 'main',
      headRef: 'payments-checkout',
      mergeSha: pull.mergeSha,
      fork: false,
      sameRepo: true,
    })
  })

  test('pull_request_target takes the merge from the payload, not from GITHUB_SHA', () => {
    const event = pull.events.pull_request_target
    expect(read(event)).toMatchObject({ eventName: 'pull_request_target', mergeSha: pull.mergeSha })
    expect(event.sha).not.toBe(pull.mergeSha)
  })

  test('a head in another repository is a fork', () => {
    const fork = emulator.openPullRequest({ base: shopBefore, head: shopAfter, fork: 'guest/shop-deploy' })
    expect(read(fork.events.pull_request)).toMatchObject({ fork: true, sameRepo: false })
  })

  test('so is a head whose repository was deleted', () => {
    const event = structuredClone(pull.events.pull_request) as EventContext & {
      payload: { pull_request: { head: { repo: unknown } } }
    }
    event.payload.pull_request.head.repo = null
    expect(read(event)).toMatchObject({ fork: true })
  })

  test('a conflict leaves no test merge', () => {
    const conflict = emulator.openPullRequest({
      base: { 'README.md': 'Shop\n' },
      head: { 'README.md': 'Shop with payments\n' },
      baseAdvanced: { 'README.md': 'Shop with mobile\n' },
    })
    expect(read(conflict.events.pull_request_target)).not.toHaveProperty('mergeSha')
  })

  test('merge_group, push and workflow_dispatch', () => {
    const { baseSha, mergeSha } = pull
    expect(read(pull.events.merge_group)).toEqual({ kind: 'merge-group', baseSha, headSha: mergeSha })
    expect(read(pull.events.push)).toEqual({ kind: 'push', ref: 'refs/heads/main', before: baseSha, after: mergeSha })
    expect(read(pull.events.workflow_dispatch)).toEqual({ kind: 'dispatch', ref: 'refs/heads/main', sha: baseSha })
  })

  test('a push that makes a branch has no before', () => {
    const { push } = pull.events
    expect(read({ ...push, payload: { ...push.payload, before: '0'.repeat(40) } })).not.toHaveProperty('before')
  })
})

describe('events the gate cannot use', () => {
  const env = { GITHUB_EVENT_PATH: 'event.json', GITHUB_EVENT_NAME: 'pull_request' }
  const cases = [
    { name: 'no JSON', env, text: '{"pull', says: 'cannot be read as JSON' },
    { name: 'a field is missing', env, text: '{"action":"opened"}', says: 'pull_request:' },
    { name: 'no payload at all', env: { GITHUB_EVENT_NAME: 'push' }, text: '', says: 'GITHUB_EVENT_PATH is not set' },
    { name: 'another event', env: { ...env, GITHUB_EVENT_NAME: 'issues' }, text: '{}', says: 'no two sides' },
  ]
  test.each(cases)('$name', (given) => {
    const attempt = () => readEvent(given.env, () => given.text)
    expect(attempt).toThrow(EventError)
    expect(attempt).toThrow(given.says)
    expect(attempt).toThrow(expect.objectContaining({ remedy: expect.stringMatching(/\w/) }))
  })

  test('a commit that is an option for git is refused', () => {
    const payload = { merge_group: { base_sha: '--upload-pack=evil', head_sha: pull.headSha } }
    const merge = { GITHUB_EVENT_PATH: 'event.json', GITHUB_EVENT_NAME: 'merge_group' }
    expect(() => readEvent(merge, () => JSON.stringify(payload))).toThrow('is not a commit hash')
  })
})
