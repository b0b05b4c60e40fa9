import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseManifests } from '../../src/manifests/parse-manifests.ts'
import type { Finding } from '../../src/rules/finding.ts'
import type { Rule } from '../../src/rules/rule.ts'
import { startLine, textOf } from '../../src/source/span.ts'
import { type Example, examplesOf, marksOf } from './page.ts'
import { applyEdits, runExample } from './run-example.ts'

const root = join(import.meta.dirname, '../..')
const pages = readdirSync(join(root, 'docs/rules'))
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .map((name) => name.slice(0, -'.md'.length))

const sourceOf = (file: string): string => readFileSync(join(root, 'src/rules', file), 'utf8')
const ruleFiles = readdirSync(join(root, 'src/rules')).filter((name) =>
  sourceOf(name).includes('export default defineRule('),
)

test('every rule has a page, and every page a rule', () => {
  expect(ruleFiles.map((name) => name.slice(0, -'.ts'.length)).sort()).toEqual([...pages].sort())
})

describe.each(pages)('%s', async (id) => {
  const { default: rule } = (await import(join(root, 'src/rules', `${id}.ts`))) as { default: Rule }
  const page = readFileSync(join(root, 'docs/rules', `${id}.md`), 'utf8')
  const examples = examplesOf(page)
  const invalid = examples.filter(({ kind }) => kind === 'invalid')
  const valid = examples.filter(({ kind }) => kind === 'valid')

  test('the page has its parts, and examples of both kinds', () => {
    expect(page.startsWith(`# ${id}\n`)).toBe(true)
    expect(page).toContain('\n## Options\n')
    expect(page).toContain('\n## Known limits\n')
    expect(invalid.length).toBeGreaterThan(0)
    expect(valid.length).toBeGreaterThan(0)
  })

  test('every option is described on the page', () => {
    for (const option of Object.keys(rule.options.shape)) expect(page).toContain(`\`${option}\``)
  })

  test.each(invalid)('invalid: $name', (example) => {
    const findings = runExample(example, rule)
    expect(findings.map(placeOf)).toEqual(marksOf(example))
    expect(findings).toHaveLength(1)
    const [finding] = findings as [Finding]
    expect(finding.message).not.toBe('')
    if (finding.fix !== undefined) expectFixed(example, rule, finding)
  })

  test.each(valid)('valid: $name', (example) => {
    expect(runExample(example, rule).map(({ message }) => message)).toEqual([])
  })

  if (rule.fix === 'suggestion')
    test('some example carries a suggested change', () => {
      const fixes = invalid.flatMap((example) => runExample(example, rule).flatMap(({ fix }) => fix ?? []))
      expect(fixes.length).toBeGreaterThan(0)
    })

  if (rule.fix === 'patch')
    test('some example carries text to take over', () => {
      const patches = invalid.flatMap((example) => runExample(example, rule).flatMap(({ patch }) => patch ?? []))
      expect(patches.length).toBeGreaterThan(0)
    })
})

function placeOf({ at }: Finding): object {
  return { side: at.side, path: at.span.file.path, line: startLine(at.span) }
}

/** The fix makes the finding go away, brings no other, leaves a readable file and every comment but those it deletes. */
function expectFixed(example: Example, rule: Rule, { fix }: Finding): void {
  const fixed = applyEdits(example, fix?.edits ?? [])
  expect(runExample(fixed, rule).map(({ message }) => message)).toEqual([])
  for (const [path, text] of fixed.files.head) {
    expect(parseManifests({ path, text }).gaps).toEqual([])
    const deleted = (fix?.edits ?? []).filter((edit) => edit.text === '' && edit.span.file.path === path)
    const gone = new Set(deleted.flatMap(({ span }) => commentsOf(textOf(span))))
    const before = commentsOf(example.files.head.get(path) ?? '')
    expect(commentsOf(text)).toEqual(before.filter((comment) => !gone.has(comment)))
  }
}

const commentsOf = (text: string): string[] => text.split('\n').flatMap((line) => /#.*$/.exec(line)?.[0] ?? [])
