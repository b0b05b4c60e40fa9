import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeNewFiles } from '../../scripts/new/write-new-files.ts'

const repository = join(import.meta.dirname, '..', '..')
let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'portcullis-new-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('npm run new', () => {
  test('writes a rule and its page', () => {
    expect(writeNewFiles(root, 'rule', 'late-delivery')).toEqual([
      'src/rules/late-delivery.ts',
      'docs/rules/late-delivery.md',
    ])
    expect(readFileSync(join(root, 'src/rules/late-delivery.ts'), 'utf8')).toContain("id: 'late-delivery'")
    expect(readFileSync(join(root, 'docs/rules/late-delivery.md'), 'utf8')).toMatch(/^# late-delivery\n/)
  })

  test('writes a policy kind, its table of truths and its page', () => {
    expect(writeNewFiles(root, 'kind', 'shop-fence')).toEqual([
      'src/policies/shop-fence/fields.ts',
      'src/policies/shop-fence/read.ts',
      'src/policies/shop-fence/compile.ts',
      'src/policies/shop-fence/kind.ts',
      'test/policies/shop-fence.test.ts',
      'docs/policies/shop-fence.md',
    ])
  })

  test.each([
    { what: 'rule', name: 'LateDelivery', says: 'is no name' },
    { what: 'rule', name: '../gate', says: 'is no name' },
    { what: 'rule', name: '', says: 'is no name' },
    { what: 'rule', name: 'registry', says: 'is taken' },
    { what: 'shop', name: 'checkout', says: 'usage: npm run new' },
    { what: 'constructor', name: 'checkout', says: 'usage: npm run new' },
  ])('refuses $what "$name"', ({ what, name, says }) => {
    expect(() => writeNewFiles(root, what, name)).toThrow(says)
  })

  test('writes nothing when one of the files exists', () => {
    writeNewFiles(root, 'rule', 'late-delivery')
    rmSync(join(root, 'src/rules/late-delivery.ts'))
    expect(() => writeNewFiles(root, 'rule', 'late-delivery')).toThrow('docs/rules/late-delivery.md exists')
    expect(existsSync(join(root, 'src/rules/late-delivery.ts'))).toBe(false)
  })

  test('ends with exit code 3 and one sentence where it refuses', () => {
    const args = ['scripts/new.ts', 'rule', 'Late', '--root', root]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8' })
    expect(status).toBe(3)
    expect(stderr).toMatch(/^"Late" is no name/)
  })
})

test('what is written fits the types and the format of the project', () => {
  for (const name of ['src', 'tsconfig.json', 'biome.json', 'package.json'])
    cpSync(join(repository, name), join(root, name), { recursive: true })
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  mkdirSync(join(root, 'test'))
  const written = [...writeNewFiles(root, 'rule', 'late-delivery'), ...writeNewFiles(root, 'kind', 'shop-fence')]
  const code = written.filter((path) => path.endsWith('.ts'))
  const run = (command: string, args: readonly string[]) => {
    const path = join(repository, 'node_modules', '.bin', command)
    const { stdout, stderr, error } = spawnSync(path, args, { cwd: root, encoding: 'utf8' })
    return `${error?.message ?? ''}${stdout}${stderr}`
  }
  const types = run('tsc', ['--noEmit', '-p', '.']).split('\n')
  expect(types.filter((line) => code.some((path) => line.startsWith(path)))).toEqual([])
  expect(run('biome', ['check', '--colors=off', ...code])).toMatch(/Checked 6 files.*No fixes applied/s)
})
