/** `npm run check`: everything but the tests. Every step runs, also behind one that failed; exit code 1 if any did. */
import { join } from 'node:path'
import { bundleCurrent } from './check/bundle-current.ts'
import { runCommand } from './check/run-command.ts'
import type { Step } from './check/step.ts'
import { repositoryRoot } from './repository-root.ts'

const tool = (name: string) => join(repositoryRoot, 'node_modules', '.bin', name)

const steps: readonly Step[] = [
  { name: 'types', run: () => runCommand(tool('tsc'), ['--noEmit', '-p', '.']) },
  { name: 'lint and format', run: () => runCommand(tool('biome'), ['ci', '--colors=off', '.']) },
  { name: 'unused code', run: () => runCommand(tool('knip'), ['--no-progress']) },
  { name: 'import layers', run: () => runCommand(tool('vitest'), ['run', 'test/import-layers.test.ts']) },
  { name: 'generated files', run: () => runCommand(process.execPath, ['scripts/generate.ts', '--check']) },
  { name: 'bundle', run: () => bundleCurrent(repositoryRoot) },
]

let failed = 0
for (const step of steps) {
  const start = performance.now()
  const { ok, output } = await step.run()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name.padEnd(16)}${seconds.padStart(6)} s`)
  if (ok) continue
  failed += 1
  console.log(output.trimEnd().replaceAll(/^/gm, '     '))
}
console.log(`check: ${steps.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
