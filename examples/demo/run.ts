import { readFileSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkout } from '../../test/github-emulator/checkout.ts'
import { runAction } from '../../test/github-emulator/runner.ts'
import { startEmulator } from '../../test/github-emulator/start-emulator.ts'
import { printConversation } from './print-conversation.ts'
import { readFolder } from './read-folder.ts'

const root = join(import.meta.dirname, '../..')
const shop = join(root, 'examples/shop')
const reports = join(root, '.portcullis/demo')

/** Opens the example pull request on the emulated GitHub and runs the packaged action as the runner would. */
async function demo(): Promise<void> {
  const shared = { '.github/portcullis.yml': readFileSync(join(shop, 'portcullis.yml'), 'utf8') }
  const base = { ...shared, ...readFolder(join(shop, 'base'), 'deploy/') }
  const head = { ...shared, ...readFolder(join(shop, 'head'), 'deploy/') }
  rmSync(reports, { recursive: true, force: true })
  const emulator = await startEmulator()
  try {
    const title = 'Let the nightly report read the payments database'
    const pull = emulator.openPullRequest({ base, head, title })
    const token = emulator.token({ contents: 'read', pull_requests: 'write' })
    const workspace = join(emulator.directory, 'workspace')
    await checkout(emulator, pull.events.pull_request, token, workspace)
    process.stdout.write(`Pull request #${pull.number}: ${title}\n`)
    const result = await runAction({
      emulator,
      event: pull.events.pull_request,
      inputs: { token, 'report-directory': reports },
      workspace,
      token,
    })
    if (result.outputs.outcome === undefined) throw new Error(`the action crashed:\n${result.stdout}${result.stderr}`)
    printConversation(result, { base, head })
    process.stdout.write(
      `\nThe run took ${result.milliseconds.toFixed(0)} ms and asked GitHub ${result.requests.length} times.\n`,
    )
    for (const name of ['report-markdown', 'report-json', 'report-sarif']) {
      process.stdout.write(`${name.padEnd(16)} ${relative(root, result.outputs[name] ?? '')}\n`)
    }
  } finally {
    await emulator.close()
  }
}

// Whoever reads only the first lines has seen enough.
process.stdout.on('error', () => process.exit())
await demo()
