/**
 * The smallest action that touches every part of the runner's contract. `runner.test.ts` runs it in the place of the
 * packaged one.
 */
import { readFileSync } from 'node:fs'
import { addPath, error, exportVariable, getInput, info, setOutput, setSecret, summary } from '@actions/core'
import { createClient } from '../../src/github/client.ts'
import { readEvent } from '../../src/github/event.ts'
import { annotate } from '../../src/github/workflow-commands.ts'

const token = getInput('token')
setSecret(token)
const event = readEvent(process.env, (path) => readFileSync(path, 'utf8'))
const [owner = '', repo = ''] = (process.env.GITHUB_REPOSITORY ?? '').split('/')
const client = createClient({ token, apiUrl: process.env.GITHUB_API_URL ?? '', owner, repo })
const place = { path: 'k8s/checkout.yaml', line: 12, endLine: 12 }
const surplus = annotate(
  Array.from({ length: 12 }, () => ({ level: 'warning', place, title: 'New access', message: 'payments, checkout' })),
)
setOutput('surplus', surplus.warning)
setOutput('delta', 'opened: 1\nclosed: 1')
exportVariable('GATE', 'closed')
addPath('/opt/portcullis')
await summary.addRaw(`# ${getInput('fail-on')}`).write()
if (event.kind === 'pull-request') {
  await client.createComment(event.number, `Head is ${(await client.getPullRequest(event.number)).headSha}.`)
}
info(`variables: ${Object.keys(process.env).sort().join(' ')}`)
process.stderr.write('a tool complains ##[error]from below\n')
error('Exposure grew.')
process.exitCode = event.kind === 'pull-request' ? 1 : 0
