import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { planRelease, type ReleaseFacts } from '../../scripts/release/plan-release.ts'
import { readReleaseFacts } from '../../scripts/release/read-release-facts.ts'

const ready: ReleaseFacts = {
  version: '1.2.0',
  lockVersion: '1.2.0',
  commit: 'c0ffee',
  tags: ['v1', 'v1.1.9', 'v0.9.0'],
  uncommitted: [],
  notes: ['Reads charts.', 'Fewer comments.'],
  waiting: [],
  bundleProblem: '',
}

const problemsOf = (facts: ReleaseFacts) => planRelease(facts).checks.filter(({ problem }) => problem !== '')
const commandsOf = (facts: ReleaseFacts) => planRelease(facts).commands.map((command) => command.join(' '))

describe('the release plan', () => {
  test('tags, publishes the notes, then moves the major tag', () => {
    expect(problemsOf(ready)).toEqual([])
    expect(commandsOf(ready)).toEqual([
      'gh api repos/{owner}/{repo}/git/refs -f ref=refs/tags/v1.2.0 -f sha=c0ffee',
      'gh release create v1.2.0 --verify-tag --title v1.2.0 --notes Reads charts.\n\nFewer comments.',
      'gh api -X PATCH repos/{owner}/{repo}/git/refs/tags/v1 -f sha=c0ffee -F force=true',
    ])
  })

  test('makes the major tag with the first release of a major', () => {
    const commands = commandsOf({ ...ready, version: '2.0.0', lockVersion: '2.0.0' })
    expect(commands.at(-1)).toBe('gh api repos/{owner}/{repo}/git/refs -f ref=refs/tags/v2 -f sha=c0ffee')
  })

  test.each([
    { name: 'a patch of an older minor', version: '1.2.1', tags: ['v1', 'v1.3.0'] },
    { name: 'a pre-release', version: '1.4.0-rc.1', tags: ['v1', 'v1.3.0'] },
  ])('leaves the major tag where it is for $name', ({ version, tags }) => {
    expect(commandsOf({ ...ready, version, lockVersion: version, tags }).join('\n')).not.toMatch(/tags\/v1( |$)/m)
  })

  test('moves the major tag from 1.9.0 to 1.10.0', () => {
    const facts = { ...ready, version: '1.10.0', lockVersion: '1.10.0', tags: ['v1', 'v1.9.0'] }
    expect(commandsOf(facts)).toHaveLength(3)
  })

  test.each<{ name: string; facts: Partial<ReleaseFacts>; problem: string }>([
    { name: 'version', facts: { version: 'v2', lockVersion: 'v2' }, problem: 'not MAJOR.MINOR.PATCH' },
    { name: 'lock file', facts: { lockVersion: '1.1.0' }, problem: 'has version 1.1.0' },
    { name: 'tag', facts: { tags: ['v1.2.0'] }, problem: 'v1.2.0 exists' },
    { name: 'notes', facts: { notes: [] }, problem: 'changes/1.2.0' },
    { name: 'waiting', facts: { waiting: ['charts.md'] }, problem: 'charts.md' },
    { name: 'committed', facts: { uncommitted: ['src/gate.ts'] }, problem: 'src/gate.ts' },
    { name: 'bundles', facts: { bundleProblem: 'dist/cli.js is old' }, problem: 'dist/cli.js is old' },
  ])('is stopped by: $name', ({ name, facts, problem }) => {
    expect(problemsOf({ ...ready, ...facts })).toContainEqual({ name, problem: expect.stringContaining(problem) })
  })
})

describe('the facts of a release', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-release-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('are read from the working tree', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=Release', '-c', 'user.email=release@shop.example', ...args], {
        cwd: folder,
        encoding: 'utf8',
      })
    mkdirSync(join(folder, 'changes/1.2.0'), { recursive: true })
    mkdirSync(join(folder, 'changes/next'))
    writeFileSync(join(folder, 'package.json'), '{"version":"1.2.0"}')
    writeFileSync(join(folder, 'package-lock.json'), '{"version":"1.1.0"}')
    writeFileSync(join(folder, 'changes/1.2.0/b.md'), 'Second.\n')
    writeFileSync(join(folder, 'changes/1.2.0/a.md'), 'First.\n')
    writeFileSync(join(folder, 'changes/next/later.md'), 'Later.\n')
    git('init', '--quiet')
    git('add', '.')
    git('commit', '--quiet', '--message', 'Shop')
    git('tag', 'v1.1.0')
    writeFileSync(join(folder, 'stray.txt'), '')
    const facts = await readReleaseFacts(folder, async () => ({ ok: false, output: 'old\nrebuild' }))
    expect(facts).toEqual({
      version: '1.2.0',
      lockVersion: '1.1.0',
      commit: git('rev-parse', 'HEAD').trim(),
      tags: ['v1.1.0'],
      uncommitted: ['stray.txt'],
      notes: ['First.', 'Second.'],
      waiting: ['later.md'],
      bundleProblem: 'old rebuild',
    })
  })
})
