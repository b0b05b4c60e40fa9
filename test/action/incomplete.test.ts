import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Files } from '../github-emulator/git-repository.ts'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { antreaPolicy, brokenYaml, shop } from './shop.ts'

async function gated(base: Files, head: Files) {
  const github = await startGitHub()
  const result = await runGateAction(github, github.openPullRequest({ base, head }))
  return { ...result, log: logOf(result), summary: result.comments[0]?.body ?? '' }
}

describe('what could not be analysed is no pass', () => {
  test('a broken document that the change brings: its place is told and the rest analysed', async () => {
    const result = await gated(shop, { ...shop, 'deploy/gift-cards.yaml': brokenYaml })
    expect(result.exitCode, result.log).toBe(2)
    expect(result.outputs.outcome).toBe('incomplete')
    expect(result.summary).toContain('deploy/gift-cards.yaml:8')
    const { gaps } = JSON.parse(readFileSync(result.outputs['report-json'] ?? '', 'utf8'))
    const at = { path: 'deploy/gift-cards.yaml', start: { line: 8, column: expect.any(Number) } }
    expect(gaps).toMatchObject([{ status: 'new', blocking: true, at, hint: expect.stringMatching(/\w/) }])
    expect(result.summary).toContain('Read 7 files')
  })

  test('a deleted policy of a kind that is not modelled', async () => {
    const base = { ...shop, 'deploy/policies/web.yaml': antreaPolicy(8080) }
    const deleted = await gated(base, shop)
    expect(deleted.exitCode, deleted.log).toBe(2)
    expect(deleted.summary).toContain('NetworkPolicy web (crd.antrea.io)')
  })
})
