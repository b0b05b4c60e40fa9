import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkout } from './checkout.ts'
import { GIT_ENVIRONMENT } from './git-repository.ts'
import type { OpenedPullRequest } from './open-pull-request.ts'
import { runAction } from './runner.ts'
import { readFileCommands, readRunnerLog } from './runner-log.ts'
import { shopAfter, shopBefore } from './shop.ts'
import { type Emulator, startEmulator } from './start-emulator.ts'

const ENTRY = 'test/github-emulator/small-action.ts'

let emulator: Emulator
let pull: OpenedPullRequest
let token: string
let workspace: string

beforeEach(async () => {
  emulator = await startEmulator()
  const baseAdvanced = { ...shopBefore, 'k8s/mobile.yaml': 'kind: Namespace\n' }
  pull = emulator.openPullRequest({ base: shopBefore, head: shopAfter, baseAdvanced })
  token = emulator.token({ contents: 'read', pull_requests: 'write' })
  workspace = join(emulator.directory, 'workspace')
  mkdirSync(workspace)
})
afterEach(() => emulator.close())

function git(...parameters: readonly string[]): string {
  return execFileSync('git', parameters, { cwd: workspace, env: GIT_ENVIRONMENT, encoding: 'utf8' }).trim()
}

describe('a run of an action', () => {
  test('hands back all that the runner would show', async () => {
    const inputs = { 'fail-on': 'error' }
    const result = await runAction({
      emulator,
      event: pull.events.pull_request,
      inputs,
      workspace,
      token,
      entry: ENTRY,
    })
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { surplus: '2', delta: 'opened: 1\nclosed: 1' },
      exportedVariables: { GATE: 'closed' },
      stepSummary: '# error',
      masks: [token],
      comments: [{ login: 'github-actions[bot]', body: `Head is ${pull.headSha}.` }],
    })
    expect(result.annotations.filter(({ level }) => level === 'warning')).toHaveLength(10)
    expect(result.annotations.at(-1)).toMatchObject({ level: 'error', message: 'from below' })
    expect(result.requests.map(({ method }) => method)).toEqual(['GET', 'POST'])
  })

  test('starts from an empty environment', async () => {
    process.env.PORTCULLIS_LEAK = 'yes'
    const result = await runAction({ emulator, event: pull.events.merge_group, workspace, token, entry: ENTRY })
    delete process.env.PORTCULLIS_LEAK
    expect(result).toMatchObject({ exitCode: 0, comments: [] })
    expect(result.stdout).toContain('GITHUB_EVENT_PATH')
    expect(result.stdout).not.toContain('PORTCULLIS_LEAK')
  })
})

describe('the checkout', () => {
  test('of a pull request is the merge commit with both parents and nothing more', async () => {
    await checkout(emulator, pull.events.pull_request, token, workspace)
    expect(git('rev-parse', 'HEAD')).toBe(pull.mergeSha)
    expect(git('cat-file', '-p', 'HEAD').split('\n').slice(1, 3)).toEqual([
      `parent ${pull.baseSha}`,
      `parent ${pull.headSha}`,
    ])
    expect(git('rev-list', '--count', 'HEAD')).toBe('3')
    expect(readFileSync(join(workspace, 'k8s/checkout.yaml'), 'utf8')).toBe(shopAfter['k8s/checkout.yaml'])
  })

  test('of depth 1 lacks the base, which can be fetched by its hash with the token', async () => {
    await checkout(emulator, pull.events.pull_request, token, workspace, { depth: 1 })
    expect(() => git('cat-file', '-e', pull.baseSha)).toThrow()
    const head = emulator.log.length
    const fetch = ['fetch', '--depth=1', 'origin', pull.baseSha]
    await promisify(execFile)('git', fetch, { cwd: workspace, env: GIT_ENVIRONMENT })
    expect(git('cat-file', '-t', pull.baseSha)).toBe('commit')
    expect(emulator.log.slice(head).some(({ status }) => status === 200)).toBe(true)
  })

  test('needs a token that may read contents', async () => {
    const blind = emulator.token({ pull_requests: 'read' })
    await expect(checkout(emulator, pull.events.pull_request, blind, workspace)).rejects.toThrow('403')
    await expect(checkout(emulator, pull.events.pull_request, 'ghs_old', workspace)).rejects.toThrow()
  })
})

describe('the log', () => {
  const cases = [
    { name: 'a command at the start', line: '  ::error file=a.yaml,line=3::Bad%0Aline', says: ['Bad\nline'] },
    { name: 'the old form anywhere', line: 'web said ##[error]no', says: ['no'] },
    { name: 'no command in the middle', line: 'web ::error::no', says: [] },
    { name: 'none while stopped', line: '::stop-commands::x9\n::error::no\n::x9::\n::error::yes', says: ['yes'] },
  ]
  test.each(cases)('$name', ({ line, says }) => {
    expect(readRunnerLog(line).annotations.map(({ message }) => message)).toEqual(says)
  })

  test('an output without its end is an error of the run', () => {
    expect(() => readFileCommands('delta<<END\nopened')).toThrow('delimiter')
    expect(readFileCommands('a=1\nb<<END\nx=y\n\nEND\n')).toEqual({ a: '1', b: 'x=y\n' })
  })
})
