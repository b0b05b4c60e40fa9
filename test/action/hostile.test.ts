import { describe, expect, test } from 'vitest'
import type { Files } from '../github-emulator/git-repository.ts'
import type { ActionResult } from '../github-emulator/runner.ts'
import { logOf, readToken, runGateAction, startGitHub } from './run-gate-action.ts'
import { checkoutPolicy, shop, toRange } from './shop.ts'

/** Tries everything at once: commands old and new, HTML, a mention, a table border, code, an image, a link. */
const evil =
  'x`|<img src=x onerror=alert(1)>@octo-org/admins ![i](https://evil.example/i.png) ##[error]a <!-- portcullis:summary -->'
const newline = 'a\n::set-output name=outcome::pass\n::error::forged\n::add-mask::shop\n@octo-org/admins'
const quoted = (text: string): string => JSON.stringify(text)

const policy = (name: string, label: string): string =>
  checkoutPolicy(toRange('0.0.0.0/0'))
    .replace('  name: checkout', `  name: ${quoted(name)}`)
    .replace('matchLabels: {app: checkout}', `matchLabels: {app: ${quoted(label)}}`)

const deployment = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${quoted(name)}
  namespace: shop
spec:
  selector:
    matchLabels: {app: ${quoted(name)}}
  template:
    metadata:
      labels: {app: ${quoted(name)}}
    spec:
      containers: [{name: app, image: registry.example/app}]
`

const head: Files = {
  ...shop,
  [`deploy/${evil.replaceAll('/', '_')}.yaml`]: policy('evil', evil),
  'deploy/line\n::error::forged by a path.yaml': policy('path', 'path'),
  '::error::forged by a folder/p.yaml': policy('folder', 'folder'),
  'deploy/names.yaml': `${policy(evil, 'names')}---\n${policy(newline, newline)}---\n${deployment(evil)}---\n${deployment(newline)}`,
  'deploy/prototype.yaml':
    'apiVersion: __proto__/v1\nkind: constructor\nmetadata: {name: toString, namespace: __proto__}\n',
  'deploy/broken.yaml': `${quoted(`${newline} ${evil}`)}: [\n`,
}

/** Markdown without code, where nothing acts: fenced blocks, then spans of any fence. */
function outsideCode(markdown: string): string {
  return markdown.replace(/^(`{3,}).*\n[\s\S]*?^\1`*$/gm, '').replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
}

function expectInert(markdown: string, own: RegExp): void {
  const text = outsideCode(markdown).replace(own, '')
  expect(text).not.toMatch(/@octo-org/)
  expect(text).not.toMatch(/(?<!\\)<img|<script|<!--/i)
  expect(text).not.toMatch(/(?<!\\)!\[/)
  expect(text).not.toMatch(/(?<!\u200b|\()https?:\/\/evil/)
  expect(markdown, 'mentions in e-mail').not.toMatch(/@octo-org\/admins(?!`)/)
}

const commandsOf = ({ commands }: ActionResult) => new Set(commands.map(({ name }) => name))

describe('names of a hostile pull request', () => {
  test('do not act in the log, the summaries and the comments', async () => {
    const github = await startGitHub()
    const result = await runGateAction(github, github.openPullRequest({ base: shop, head }))
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.outputs.outcome).toBe('fail')
    expect(result.masks).toHaveLength(1)
    expect([...commandsOf(result)].filter((name) => !['add-mask', 'warning'].includes(name))).toEqual([])
    expect(result.reviewComments.length).toBeGreaterThan(0)
    for (const { body } of result.reviewComments) expectInert(body, /<!-- portcullis:finding [\w%+.-]+ -->$/)
    for (const { body } of result.comments)
      expectInert(body, /<!-- portcullis:summary [\w%+.-]+ run=[\d.]+ head=\w+ -->$/)
    expectInert(result.stepSummary, /$^/)
    expect(result.comments).toHaveLength(1)
  })

  test('do not act in annotations', async () => {
    const github = await startGitHub()
    const pull = github.openPullRequest({ base: shop, head, fork: 'visitor/shop-deploy' })
    const result = await runGateAction(github, pull, { token: readToken(github) })
    expect(result.exitCode, logOf(result)).toBe(1)
    expect(result.masks).toHaveLength(1)
    expect(result.outputs.outcome).toBe('fail')
    expect([...commandsOf(result)].sort()).toEqual(['add-mask', 'error', 'notice', 'warning'])
    expect(result.annotations.some(({ message }) => message === 'forged' || message === 'a')).toBe(false)
    for (const { title } of result.annotations) expect(title).toMatch(/Portcullis|\(|Not analysed/)
  })
})
