import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkout } from '../github-emulator/checkout.ts'
import { GIT_ENVIRONMENT } from '../github-emulator/git-repository.ts'
import { logOf, runGateAction, startGitHub, writeToken } from './run-gate-action.ts'
import { checkoutPath, checkoutPolicy, deployment, opened, shop, toRange } from './shop.ts'

describe('outputs', () => {
  test('count the findings, hold the delta and name the report files', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head: opened }))
    const { outputs } = result
    const json = JSON.parse(readFileSync(outputs['report-json'] ?? '', 'utf8'))
    expect(json.outcome.verdict, logOf(result)).toBe('fail')
    expect(outputs.findings).toBe(String(json.findings.length))
    expect(Number(outputs['new-findings'])).toBeGreaterThan(0)
    expect(JSON.parse(outputs['exposure-delta'] ?? '')).toMatchObject({ opened: [{ kind: 'added' }] })
    expect(JSON.parse(readFileSync(outputs['report-sarif'] ?? '', 'utf8'))).toMatchObject({ version: '2.1.0' })
    expect(readFileSync(outputs['report-markdown'] ?? '', 'utf8')).toContain('shop/checkout')
    for (const name of ['report-json', 'report-sarif', 'report-markdown'])
      expect(outputs[name]?.startsWith(result.temporary)).toBe(true)
  })

  test('name a file where the delta is too large for an output', async () => {
    const github = await startGitHub()
    const stalls = Array.from({ length: 1200 }, (_, index) =>
      deployment('shop', `${'market-stall-'.repeat(4)}${index}`, 8080),
    )
    const files = { ...shop, 'deploy/stalls.yaml': stalls.join('---\n') }
    const everyStall = checkoutPolicy(toRange('0.0.0.0/0')).replace('matchLabels: {app: checkout}', 'matchLabels: {}')
    const pull = github.openPullRequest({ base: files, head: { ...files, [checkoutPath]: everyStall } })
    const result = await runGateAction(github, pull)
    expect(result.exitCode).toBe(1)
    expect(result.outputs['exposure-delta']?.slice(-200)).toMatch(/\/exposure-delta\.json$/)
    const text = readFileSync(result.outputs['exposure-delta'] ?? '', 'utf8')
    expect(text.length).toBeGreaterThan(256 * 1024)
    expect(JSON.parse(text)).toMatchObject({ outcome: 'fail' })
    expect(result.comments.every(({ body }) => body.length < 65_536)).toBe(true)
  })
})

describe('the input report-directory', () => {
  test('is a folder of the workspace, made where it is missing', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const result = await runGateAction(github, pull, { inputs: { 'report-directory': 'out/portcullis' } })
    expect(result.outputs['report-json'], logOf(result)).toMatch(/\/out\/portcullis\/report\.json$/)
    expect(JSON.parse(readFileSync(result.outputs['report-json'] ?? '', 'utf8')).outcome.verdict).toBe('fail')
  })

  test('that cannot be written to costs the files and nothing else', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    const result = await runGateAction(github, pull, { inputs: { 'report-directory': 'README.md' } })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.outputs).toMatchObject({ outcome: 'fail' })
    expect(result.annotations).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('could not be written') }),
    )
    expect(result.reviewComments).not.toEqual([])
  })

  test('does not write through a link that the pull request left there', async () => {
    const github = await startGitHub()
    const target = join(github.directory, 'precious.txt')
    writeFileSync(target, 'precious')
    const pull = github.openPullRequest({ base: shop, head: { ...opened, 'out/report.json': { symlink: target } } })
    const result = await runGateAction(github, pull, { inputs: { 'report-directory': 'out' } })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(readFileSync(target, 'utf8')).toBe('precious')
  })
})

describe('the input working-directory', () => {
  const within = (folder: string, files: typeof shop) =>
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content]))
  const cases = [
    { name: 'leaves what lies elsewhere alone', directory: 'north', exitCode: 0 },
    { name: 'holds what is analysed', directory: 'south', exitCode: 1 },
    { name: 'may be written with dots and slashes', directory: './south/deploy/', exitCode: 1 },
  ]
  const base = { ...within('north', shop), ...within('south', shop) }
  const head = { ...within('north', shop), ...within('south', opened) }

  test.each(cases)('$name', async ({ directory, exitCode }) => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base, head })
    const result = await runGateAction(github, pull, { inputs: { 'working-directory': directory } })
    expect(result.exitCode, logOf(result)).toBe(exitCode)
  })

  test('is meant in the repository, also where the job has no checkout', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base, head })
    const inputs = { 'working-directory': 'south' }
    const result = await runGateAction(github, pull, { event: 'pull_request_target', checkout: 'none', inputs })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.reviewComments[0]?.path).toBe(`south/${checkoutPath}`)
  })

  test('is meant in the workspace where the repository lies in a folder of it', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base, head })
    const token = writeToken(github)
    const workspace = mkdtempSync(join(github.directory, 'workspace-'))
    await checkout(github, pull.events.pull_request, token, join(workspace, 'code'))
    const inputs = { 'working-directory': 'code/south' }
    const result = await runGateAction(github, pull, { workspace, token, inputs })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.reviewComments[0]?.path).toBe(`south/${checkoutPath}`)
  })

  test('that the pull request takes away is still guarded', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base, head: within('north', shop) })
    const token = writeToken(github)
    const workspace = mkdtempSync(join(github.directory, 'workspace-'))
    await checkout(github, pull.events.pull_request, token, join(workspace, 'code'))
    const inputs = { 'working-directory': 'code/south', 'comment-when': 'always' }
    const result = await runGateAction(github, pull, { workspace, token, inputs })
    const report = JSON.parse(readFileSync(result.outputs['report-json'] ?? '', 'utf8'))
    expect(report.clusters[0]?.presence, logOf(result)).toBe('base')
  })

  test('that the pull request makes a link leads nowhere else', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({
      base,
      head: { ...within('north', shop), south: { symlink: 'north' } },
    })
    const result = await runGateAction(github, pull, { inputs: { 'working-directory': 'south' } })
    expect(result.exitCode, logOf(result)).toBe(3)
    expect(result.annotations[0]?.message).toContain('symbolic link')
  })
})

test('no link of a checkout is followed, and none is an error', async () => {
  const github = await startGitHub()
  const secret = join(github.directory, 'secret.yaml')
  mkdirSync(dirname(secret), { recursive: true })
  writeFileSync(secret, 'kind: Secret\nmetadata: {name: vault-door}\n')
  symlinkSync(secret, join(github.directory, 'link.yaml'))
  const head = { ...opened, 'deploy/secret.yaml': { symlink: secret } }
  const result = await runGateAction(github, github.openPullRequest({ base: shop, head }))
  expect(result.exitCode, logOf(result)).toBe(1)
  const said = [logOf(result), result.stepSummary, ...result.comments.map(({ body }) => body)].join('\n')
  expect(said).not.toContain('vault-door')
})

test('nothing of the pull request is executed: hooks, filters and drivers stay asleep', async () => {
  const github = await startGitHub()
  const pull = github.openPullRequest({
    base: shop,
    head: { ...opened, '.gitattributes': '*.yaml filter=evil diff=evil export-ignore\n' },
  })
  const token = writeToken(github)
  const workspace = mkdtempSync(join(github.directory, 'workspace-'))
  await checkout(github, pull.events.pull_request, token, workspace)
  const trap = join(github.directory, 'trap')
  const git = (...parameters: readonly string[]) =>
    execFileSync('git', parameters, { cwd: workspace, env: GIT_ENVIRONMENT })
  for (const key of [
    'filter.evil.smudge',
    'diff.evil.textconv',
    'core.fsmonitor',
    'core.sshCommand',
    'uploadpack.packObjectsHook',
  ])
    git('config', key, `touch ${trap}`)
  const result = await runGateAction(github, pull, { workspace, token })
  expect(result.exitCode, logOf(result)).toBe(1)
  expect(result.reviewComments, 'export-ignore hides nothing').not.toEqual([])
  expect(() => readFileSync(trap)).toThrow()
})
