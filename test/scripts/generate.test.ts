import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { replaceBetweenMarkers } from '../../scripts/generate/between-markers.ts'
import { generateFiles } from '../../scripts/generate/generate-files.ts'
import { generators } from '../../scripts/generate/generators.ts'
import { markdownTable } from '../../scripts/generate/markdown-table.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-generate-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, text: string) => {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const generate = (check = false) => generateFiles(root, generators, check)

describe('npm run generate', () => {
  test('makes nothing where there is nothing to make it from', async () => {
    expect(await generate()).toEqual([])
  })

  test('lists the rules that have a page, and says which preset turns them on', async () => {
    write('package.json', '{"type":"module"}')
    write('src/rules/rule.ts', 'export type Rule = object')
    write('src/rules/helper.ts', 'export const helper = 1')
    write('src/rules/shut-door.ts', rule('shut-door', 'A door is shut'))
    write('src/rules/open-door.ts', rule('open-door', 'A door | is open'))
    write('docs/rules/open-door.md', '# open-door')
    write('docs/rules/shut-door.md', '# shut-door')
    write(
      'src/config/presets.ts',
      "export const presets = { recommended: new Map([['open-door', 'error']]), strict: new Map([['open-door', 'warning']]) }",
    )
    expect((await generate()).map(({ state }) => state)).toEqual(['written', 'written'])
    expect(read('src/rules/registry.ts')).toContain(
      "import openDoor from './open-door.ts'\nimport type { Rule } from './rule.ts'\nimport shutDoor from './shut-door.ts'\n",
    )
    expect(read('src/rules/registry.ts')).toContain('= [\n  openDoor,\n  shutDoor,\n]')
    expect(read('docs/rules/README.md')).toContain(
      '| [`open-door`](open-door.md) | A door \\| is open | error | recommended, strict (warning) | suggested change |',
    )
    expect(read('docs/rules/README.md')).toContain('| [`shut-door`](shut-door.md) | A door is shut | error |  |')
  })

  test('fails for a rule whose file has another name', async () => {
    write('package.json', '{"type":"module"}')
    write('src/rules/rule.ts', '')
    write('src/rules/wide-door.ts', rule('narrow-door', 'A door is narrow'))
    write('docs/rules/wide-door.md', '')
    expect(await generate()).toContainEqual({
      file: 'docs/rules/README.md',
      state: 'failed',
      reason: 'src/rules/wide-door.ts defines the rule narrow-door; file and id must agree',
    })
  })

  test('describes every diagnostic in the group its comment opens', async () => {
    write('package.json', '{"type":"module"}')
    write(
      'src/source/diagnostic-code.ts',
      "export const diagnosticCodes = {\n  // doors\n  'door-open': 'A door is open.',\n  // prices: too high\n  price: 'Too dear.',\n}",
    )
    await generate()
    const page = read('docs/diagnostics.md')
    expect(page.match(/^## .*$/gm)).toEqual(['## Doors', '## Prices: too high'])
    expect(page).toContain('`door-open` | A door is open. |')
    expect(page).toContain('`price` | Too dear. |')
  })

  test('fills the tables of README.md from action.yml and leaves the rest alone', async () => {
    write('README.md', '# Shop\n\n<!-- generated:action -->\nold\n<!-- /generated:action -->\n\nThe end.\n')
    write(
      'action.yml',
      'inputs:\n  token: {description: Who is asking, required: true}\n  fail-on: {description: "When to fail\\nat all", default: error}\noutputs:\n  outcome: {description: The answer}\n',
    )
    await generate()
    const text = read('README.md')
    expect(text).toContain('| `token` | Who is asking | required |\n| `fail-on` | When to fail at all | `error` |')
    expect(text).toContain('| `outcome` | The answer |')
    expect(text).toMatch(/^# Shop\n.*\n\nThe end\.\n$/s)
    expect(text).not.toContain('old')
  })

  test('with --check names what is stale and writes nothing', async () => {
    write('package.json', '{"type":"module"}')
    write('src/cli/help.ts', "export const helpText = () => 'usage: portcullis'")
    await generate()
    expect(await generate(true)).toEqual([{ file: 'docs/cli.md', state: 'current', reason: '' }])
    write('docs/cli.md', read('docs/cli.md').replace('usage', 'abusage'))
    const stale = read('docs/cli.md')
    expect(await generate(true)).toEqual([{ file: 'docs/cli.md', state: 'stale', reason: '' }])
    expect(read('docs/cli.md')).toBe(stale)
  })
})

describe('text between markers', () => {
  test.each([
    { name: 'no marker', text: 'nothing' },
    { name: 'no end', text: '<!-- generated:help -->' },
    { name: 'end first', text: '<!-- /generated:help --><!-- generated:help -->' },
    { name: 'twice', text: '<!-- generated:help --><!-- /generated:help -->'.repeat(2) },
  ])('is refused with $name', ({ text }) => {
    expect(() => replaceBetweenMarkers(text, 'help', 'new')).toThrow('once each')
  })

  test('may hold what a replacement pattern would change', () => {
    const text = replaceBetweenMarkers('<!-- generated:help --><!-- /generated:help -->', 'help', 'costs $& or $1')
    expect(text).toContain('costs $& or $1')
  })
})

test('a table keeps its columns whatever its cells hold', () => {
  expect(markdownTable(['Door', 'State'], [['a|b', 'open\nwide']])).toBe(
    '| Door | State |\n| --- | --- |\n| a\\|b | open wide |',
  )
})

function rule(id: string, title: string): string {
  return `export default { id: '${id}', title: '${title}', severity: 'error', fix: 'suggestion' }`
}
