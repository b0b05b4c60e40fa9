/** `npm run generate` writes every generated file; with `--check` it writes nothing and fails where one is stale. */
import { parseArgs } from 'node:util'
import { generateFiles } from './generate/generate-files.ts'
import { generators } from './generate/generators.ts'
import { repositoryRoot } from './repository-root.ts'

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const results = await generateFiles(repositoryRoot, generators, values.check)
for (const { file, state, reason } of results)
  console.log(`${state.padEnd(8)}${file}${reason === '' ? '' : `: ${reason}`}`)

const bad = results.filter(({ state }) => state === 'stale' || state === 'failed')
if (bad.some(({ state }) => state === 'stale')) console.log('Run `npm run generate` and commit what it writes.')
process.exitCode = bad.length === 0 ? 0 : 1
