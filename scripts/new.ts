/** `npm run new rule <id>` and `npm run new kind <name>` write the files to start from. */
import { parseArgs } from 'node:util'
import { writeNewFiles } from './new/write-new-files.ts'
import { repositoryRoot } from './repository-root.ts'

const next = 'Next: make the page and its examples say what you want, then the code, then `npm run generate`.'

const { values, positionals } = parseArgs({
  options: { root: { type: 'string', default: repositoryRoot } },
  allowPositionals: true,
})
const [what = '', name = ''] = positionals

try {
  for (const path of writeNewFiles(values.root, what, name)) console.log(`written ${path}`)
  console.log(next)
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 3
}
