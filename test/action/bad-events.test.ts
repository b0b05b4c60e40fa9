import { describe, expect, test } from 'vitest'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { opened, shop } from './shop.ts'

describe('a run that cannot know its sides is incomplete and says why', () => {
  const cases = [
    { name: 'a payload that is no JSON', run: { rawPayload: '{"pull_request": ' }, says: 'cannot be read as JSON' },
    { name: 'an empty payload', run: { rawPayload: '' }, says: 'cannot be read as JSON' },
    { name: 'a payload without its pull request', run: { rawPayload: '{"action":"opened"}' }, says: 'pull_request' },
    {
      name: 'a commit that is none',
      run: {
        event: 'merge_group' as const,
        rawPayload: '{"merge_group":{"base_sha":"--upload-pack=x","head_sha":"y"}}',
      },
      says: 'merge_group.base_sha: is not a commit hash',
    },
    { name: 'no payload', run: { env: { GITHUB_EVENT_PATH: '/nowhere/event.json' } }, says: '/nowhere/event.json' },
    { name: 'no path of a payload', run: { env: { GITHUB_EVENT_PATH: '' } }, says: 'GITHUB_EVENT_PATH' },
    { name: 'an event without sides', run: { eventName: 'schedule' }, says: 'pull_request_target' },
  ]
  test('in every such case', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    for (const { name, run, says } of cases) {
      const result = await runGateAction(github, pull, { checkout: 'none', ...run })
      expect(result.exitCode, `${name}: ${logOf(result)}`).toBe(2)
      expect(result.outputs, name).toEqual({ outcome: 'incomplete' })
      expect(result.annotations, name).toMatchObject([{ level: 'error' }])
      expect(result.annotations[0]?.message, name).toContain(says)
      expect(logOf(result), name).not.toContain('    at ')
      expect(result.requests, name).toEqual([])
    }
  })
})

describe('wrong inputs are no verdict', () => {
  const cases = [
    { inputs: { 'fail-on': 'fatal' }, says: 'input fail-on is one of error, warning, note, not fatal' },
    { inputs: { comments: 'inline' }, says: 'input comments is one of review, summary, none' },
    { inputs: { 'comment-when': 'never' }, says: 'input comment-when is one of changes, always' },
    { inputs: { 'working-directory': '../other' }, says: 'leaves the workspace' },
    { inputs: { 'fail-on': 'x\n::set-output name=outcome::pass' }, says: 'fail-on' },
  ]
  test('in every such case', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head: opened })
    for (const { inputs, says } of cases) {
      const result = await runGateAction(github, pull, { checkout: 'none', inputs })
      expect(result.exitCode, logOf(result)).toBe(3)
      expect(result.outputs).toEqual({})
      expect(result.annotations).toMatchObject([{ level: 'error', title: 'Portcullis: wrong input' }])
      expect(result.annotations[0]?.message).toContain(says)
      expect(result.commands.map(({ name }) => name).filter((name) => name !== 'add-mask')).toEqual(['error'])
    }
  })
})
