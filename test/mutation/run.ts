import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Mutation testing on demand: `node test/mutation/run.ts sets`, or `reach` or `policies`, or files of one of them
 * (`reach src/reach/row.ts`), with options of Stryker (`--concurrency=1`). Works on a copy, in which Stryker is installed
 * and types are taken out of the sources (it writes some of them back wrongly); lines and columns stay. The figures of
 * the last run: docs/decisions/0005-oracle.md.
 */
const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'portcullis-mutants-'))
const left: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist'])
const words = process.argv.slice(2)
const options = words.filter((word) => word.startsWith('--'))
const [part = 'sets', ...files] = words.filter((word) => !word.startsWith('--'))
const stryker = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1']

cpSync(root, folder, { recursive: true, filter: (path) => !left.has(path.slice(root.length + 1)) })
run('npm', ['ci', '--no-audit', '--no-fund'])
run('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...stryker])
for (const path of readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })) {
  const file = join(folder, 'src', path)
  if (path.endsWith('.ts')) writeFileSync(file, stripTypeScriptTypes(readFileSync(file, 'utf8')))
}
const mutated = files.length > 0 ? files : [`src/${part}/**/*.ts`]
run('npx', ['stryker', 'run', 'test/mutation/stryker.config.json', '--mutate', mutated.join(','), ...options])
console.log(`the report is ${join(folder, 'test/mutation/report.json')}`)

function run(command: string, given: readonly string[]): void {
  const { status } = spawnSync(command, given, {
    cwd: folder,
    stdio: 'inherit',
    env: { ...process.env, PORTCULLIS_MUTATED: part },
  })
  if (status !== 0) process.exit(status ?? 1)
}
