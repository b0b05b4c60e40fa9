import { test } from 'vitest'
import { runGateAction, startGitHub, writeToken } from './run-gate-action.ts'
import { opened, shop } from './shop.ts'

test('scratch', async () => {
  const emulator = await startGitHub()
  const pull = emulator.openPullRequest({ base: shop, head: opened })
  const result = await runGateAction(emulator, pull)
  console.log(
    result.exitCode,
    result.stdout,
    result.stderr,
    result.outputs,
    result.comments,
    result.reviewComments,
    result.milliseconds,
  )
})
