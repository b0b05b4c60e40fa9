import { describe, expect, test } from 'vitest'
import type { ActionResult } from '../github-emulator/runner.ts'
import { logOf, runGateAction, startGitHub } from './run-gate-action.ts'
import { paymentsPath, paymentsPolicy, shop, shopWith } from './shop.ts'

/** Without `from` the rule opens its port to everybody. */
const withoutFrom = paymentsPolicy.replace(/ {4}- from:\n[\s\S]* {6}ports:/, '    - ports:')
/** Line of the deleted `from:` in the merge base. */
const fromLine = paymentsPolicy.split('\n').indexOf('    - from:') + 1

/** Comments on deleted lines. */
function leftOf(result: ActionResult) {
  expect(result.exitCode, logOf(result)).toBe(1)
  return result.reviewComments.filter(({ side }) => side === 'LEFT')
}

describe('a cause that the change deletes', () => {
  test('is commented on the deleted line', async () => {
    const github = await startGitHub()
    const head = shopWith({ [paymentsPath]: withoutFrom })
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head }))
    expect(leftOf(result)).toMatchObject([{ path: paymentsPath, startLine: fromLine }])
    expect(leftOf(result)[0]?.body).toContain('payments/api')
  })

  test('is commented on the line of the merge base where the base branch moved on', async () => {
    const github = await startGitHub()
    const above = '# Checkout talks to payments.\n# Ask the payments team before you change this.\n'
    const pull = github.openPullRequest({
      base: shop,
      head: shopWith({ [paymentsPath]: withoutFrom }),
      baseAdvanced: shopWith({ [paymentsPath]: above + paymentsPolicy }),
    })
    const result = await runGateAction(github, pull)
    expect(leftOf(result)).toMatchObject([{ path: paymentsPath, startLine: fromLine }])
  })

  test('is commented in the deleted file', async () => {
    const github = await startGitHub()
    const path = 'deploy/policies/default-payments.yaml'
    const result = await runGateAction(
      github,
      github.openPullRequest({ base: shop, head: shopWith({ [path]: undefined }) }),
    )
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.reviewComments).toContainEqual(expect.objectContaining({ path, side: 'LEFT' }))
    expect(result.reviewComments.map(({ body }) => body).join('\n')).toContain('payments/db')
  })
})
