import { describe, expect, test } from 'vitest'
import type { Files } from '../github-emulator/git-repository.ts'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { checkoutPath, checkoutPolicy, opened, shop, shopWith, toRange } from './shop.ts'

const path = '.github/portcullis.yml'
const strict = 'version: 1\nextends: recommended\n'
const loose = 'version: 1\ngate: {fail-on: none}\n'
const broken = 'version: 1\ngaet: {fail-on: none}\n'

/** One run of a pull request that opens something, with these configurations on the sides. */
async function gated(base: Files, head: Files, inputs: Readonly<Record<string, string>> = {}) {
  const github = await startGitHub()
  const result = await runGateAction(github, github.openPullRequest({ base, head }), { inputs })
  return { ...result, log: logOf(result), summary: result.comments[0]?.body ?? '' }
}

describe('the configuration of the base branch gates', () => {
  test('a pull request that loosens it does not loosen its own gate', async () => {
    const result = await gated({ ...shop, [path]: strict }, { ...opened, [path]: loose })
    expect(result.exitCode, result.log).toBe(1)
    expect(result.summary).toContain(`this change edits \`${path}\``.replaceAll('`', ''))
  })

  test('one that brings the first configuration is gated by the preset', async () => {
    const result = await gated(shop, { ...opened, [path]: loose })
    expect(result.exitCode, result.log).toBe(1)
    expect(result.summary).toContain('preset `recommended`')
  })

  test('of the tip, also where the base branch moved on', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened, baseAdvanced: { ...shop, [path]: loose } })
    const result = await runGateAction(github, pull)
    expect(result.exitCode, logOf(result)).toBe(0)
  })

  test('another path may be named', async () => {
    const result = await gated({ ...shop, 'gate/loose.yml': loose }, opened, { config: 'gate/loose.yml' })
    expect(result.exitCode, result.log).toBe(0)
  })
})

describe('a configuration that is not valid', () => {
  test('is repaired by a pull request that passes', async () => {
    const result = await gated({ ...shop, [path]: broken }, { ...shop, [path]: strict })
    expect(result.exitCode, result.log).toBe(0)
  })

  test('does not come in unseen: key, line and the nearest name are told', async () => {
    const result = await gated({ ...shop, [path]: strict }, { ...shop, [path]: broken })
    expect(result.exitCode, result.log).toBe(2)
    expect(result.summary).toMatch(/gaet/)
    expect(result.summary).toMatch(/gate/)
    expect(result.summary).toContain(`${path}:2`)
  })
})

describe('the input fail-on', () => {
  const warned = shopWith({ [checkoutPath]: checkoutPolicy(toRange('169.254.169.254/32')) })

  test('makes the gate stricter', async () => {
    const result = await gated(
      { ...shop, [path]: 'version: 1\nrules: {metadata-ip-reachable: warning, new-internet-egress: off}\n' },
      warned,
    )
    expect(result.exitCode, result.log).toBe(0)
    const tightened = await gated(
      { ...shop, [path]: 'version: 1\nrules: {metadata-ip-reachable: warning, new-internet-egress: off}\n' },
      warned,
      { 'fail-on': 'warning' },
    )
    expect(tightened.exitCode, tightened.log).toBe(1)
  })

  test('does not make it laxer', async () => {
    const result = await gated({ ...shop, [path]: 'version: 1\ngate: {fail-on: note}\n' }, opened, {
      'fail-on': 'error',
    })
    expect(result.exitCode, result.log).toBe(1)
    const { configuration } = JSON.parse(
      (await import('node:fs')).readFileSync(result.outputs['report-json'] ?? '', 'utf8'),
    )
    expect(configuration.failOn).toBe('note')
  })
})
