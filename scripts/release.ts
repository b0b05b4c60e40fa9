/**
 * Releases the commit that is checked out, under the version of package.json. With `--dry-run` it checks everything,
 * prints exactly the commands it would run, and runs none. Needs `gh` with a token that may write contents.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { bundleCurrent } from './check/bundle-current.ts'
import { planRelease } from './release/plan-release.ts'
import { readReleaseFacts } from './release/read-release-facts.ts'
import { repositoryRoot } from './repository-root.ts'

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } })
const { checks, commands } = planRelease(await readReleaseFacts(repositoryRoot, bundleCurrent))

for (const { name, problem } of checks) console.log(problem === '' ? `ok   ${name}` : `FAIL ${name}: ${problem}`)
if (checks.some(({ problem }) => problem !== '')) {
  console.log('Nothing is released before this is solved.')
  process.exitCode = 1
}
if (values['dry-run']) for (const command of commands) console.log(`would run: ${command.map(quoted).join(' ')}`)
else if (process.exitCode === undefined) process.exitCode = runAll(commands)

/** Stops at the first command that fails, and says which: what ran before it stays done. */
function runAll(all: readonly (readonly string[])[]): number {
  for (const [command = '', ...args] of all) {
    console.log(`run: ${[command, ...args].map(quoted).join(' ')}`)
    const { status, error } = spawnSync(command, args, { cwd: repositoryRoot, stdio: 'inherit' })
    if (status === 0) continue
    console.error(`stopped: ${error?.message ?? `exit code ${status}`}`)
    return 1
  }
  return 0
}

function quoted(argument: string): string {
  return /^[\w./:=@-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`
}
