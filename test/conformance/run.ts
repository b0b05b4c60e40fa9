import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { findCases } from './find-cases.ts'
import { judgeCase } from './judge-case.ts'
import { printResults, resultsAsJson } from './print-results.ts'

const usage = 'usage: npm run conformance -- FOLDER [--json] [--group NAME]'

function main(): number {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, group: { type: 'string' } },
  })
  const folder = positionals[0]
  if (folder === undefined || !existsSync(folder)) {
    console.error(folder === undefined ? usage : `${folder} does not exist\n${usage}`)
    return 3
  }
  const cases = findCases(folder).filter(({ group }) => values.group === undefined || group === values.group)
  const judged = cases.map((found) => ({ found, result: judgeCase(found) }))
  console.log(values.json === true ? resultsAsJson(judged) : printResults(judged))
  return judged.some(({ result }) => result.kind === 'failed') || judged.length === 0 ? 1 : 0
}

process.exitCode = main()
