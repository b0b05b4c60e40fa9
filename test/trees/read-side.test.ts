import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../../src/manifests/limits.ts'
import { changedFiles } from '../../src/trees/changed-files.ts'
import { directoryTree } from '../../src/trees/directory-tree.ts'
import { GitError, openRepository } from '../../src/trees/git.ts'
import { gitTree } from '../../src/trees/git-tree.ts'
import { isManifestPath, readSide, readSides, type Side } from '../../src/trees/read-side.ts'
import { commit, git, repositoryOf, service, shopRepository, temporaryFolder, urlOf, write } from './shop-repository.ts'

const names = (side: Side) =>
  side.files.map(({ file, resources }) => `${file.path}: ${resources.map(({ name }) => name.value)}`)

describe('a revision and a directory hold the same', () => {
  const files = {
    'deploy/web.yaml': service('web'),
    'deploy/ünïcode name.yml': service('cart'),
    'deploy/api.json': '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "api"}}',
    'deploy/empty.yaml': '',
    'README.md': 'the shop',
    'package-lock.json': '{}',
  }
  const expected = [
    'deploy/api.json: api',
    'deploy/empty.yaml: ',
    'deploy/web.yaml: web',
    'deploy/ünïcode name.yml: cart',
  ]

  test('files with a manifest ending, in the order of their paths', async () => {
    const folder = shopRepository()
    const head = commit(folder, files)
    const revision = await readSide(gitTree(await repositoryOf(folder), head))
    const directory = await readSide(directoryTree(folder))
    expect(names(revision)).toEqual(expected)
    expect(names(directory)).toEqual(expected)
    expect(directory.entries).toEqual(revision.entries)
  })

  test('what both sides share is parsed once', async () => {
    const folder = shopRepository()
    const base = commit(folder, files)
    write(folder, { 'deploy/web.yaml': service('shopfront') })
    const sides = { base: gitTree(await repositoryOf(folder), base), head: directoryTree(folder) }
    const { base: before, head: after } = await readSides(sides)
    expect(after.files.filter((file) => !before.files.includes(file)).map(({ file }) => file.path)).toEqual([
      'deploy/web.yaml',
    ])
    expect(changedFiles(before.entries, after.entries).map(({ path }) => path)).toEqual(['deploy/web.yaml'])
  })

  test('a mistake in settings is told where the change touches the file, and in no other', async () => {
    const folder = shopRepository()
    const settings = (name: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  a: "never closed\n`
    const base = commit(folder, { 'old.yaml': settings('old') })
    write(folder, { 'new.yaml': settings('new') })
    const sides = { base: gitTree(await repositoryOf(folder), base), head: directoryTree(folder) }
    const { head } = await readSides(sides)
    expect(head.files.flatMap(({ gaps }) => gaps.map(({ span }) => span.file.path))).toEqual(['new.yaml'])
  })

  test('large files come through whole', async () => {
    const folder = shopRepository()
    const many = Array.from({ length: 20_000 }, (_, index) => service(`web-${index}`)).join('---\n')
    const head = commit(folder, { 'a.yaml': many, 'b.yaml': service('last') })
    const side = await readSide(gitTree(await repositoryOf(folder), head), isManifestPath, {
      ...defaultLimits,
      documents: 30_000,
    })
    expect(side.files.map(({ resources }) => resources.length)).toEqual([20_000, 1])
  })
})

test('a renamed file is a file gone and a file come', async () => {
  const folder = shopRepository()
  const base = commit(folder, { 'web.yaml': service('web') })
  git(folder, 'mv', 'web.yaml', 'front.yaml')
  const head = commit(folder, {})
  const repository = await repositoryOf(folder)
  const [before, after] = await Promise.all(
    [base, head].map((revision) => gitTree(repository, revision).list(isManifestPath)),
  )
  const changes = changedFiles(before ?? [], after ?? [])
  expect(changes.map(({ path, base, head }) => [path, base !== undefined, head !== undefined])).toEqual([
    ['front.yaml', false, true],
    ['web.yaml', true, false],
  ])
})

describe('what is not read is counted', () => {
  test('links to files and folders are not followed', async () => {
    const outside = temporaryFolder()
    write(outside, { 'secret.yaml': service('secret') })
    const folder = shopRepository()
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'link.yaml'))
    symlinkSync(outside, join(folder, 'linked.yaml'))
    const head = commit(folder, { 'web.yaml': service('web') })
    for (const tree of [gitTree(await repositoryOf(folder), head), directoryTree(folder)]) {
      const side = await readSide(tree)
      expect(names(side)).toEqual(['web.yaml: web'])
      expect(side.skipped).toMatchObject({ symlinks: 2 })
    }
  })

  test('submodules are not entered', async () => {
    const library = shopRepository()
    commit(library, { 'web.yaml': service('library') })
    const folder = shopRepository()
    git(folder, 'submodule', 'add', '--quiet', urlOf(library), 'library.yaml')
    const head = commit(folder, { 'web.yaml': service('web') })
    const side = await readSide(gitTree(await repositoryOf(folder), head))
    expect(names(side)).toEqual(['web.yaml: web'])
    expect(side.skipped).toMatchObject({ submodules: 1 })
  })

  test('text that is not UTF-8, and files beyond the limits, are gaps', async () => {
    const folder = shopRepository()
    const latin1 = Buffer.from(service('caf\u00e9'), 'latin1')
    const head = commit(folder, { 'cafe.yaml': latin1, 'huge.yaml': '#'.repeat(2000), 'web.yaml': service('web') })
    const limits = { ...defaultLimits, fileBytes: 1000 }
    const side = await readSide(gitTree(await repositoryOf(folder), head), isManifestPath, limits)
    expect(names(side)).toEqual(['web.yaml: web'])
    expect(side.diagnostics.map(({ code, span, effect }) => [code, span.file.path, effect])).toEqual([
      ['file-limit', 'huge.yaml', 'unknown'],
      ['file-not-text', 'cafe.yaml', 'unknown'],
    ])
    expect(side.skipped).toMatchObject({ tooBig: 1, notText: 1 })
  })

  test('a tree stops where its bytes are used up', async () => {
    const folder = temporaryFolder()
    write(folder, { 'a.yaml': service('a'), 'b.yaml': service('b') })
    const limits = { ...defaultLimits, treeBytes: service('a').length }
    const side = await readSide(directoryTree(folder), isManifestPath, limits)
    expect(names(side)).toEqual(['a.yaml: a'])
    expect(side.diagnostics).toMatchObject([{ code: 'file-limit' }])
  })
})

test('a blob that the repository lost is an error, not an empty file', async () => {
  const folder = shopRepository()
  const head = commit(folder, { 'web.yaml': service('web') })
  const repository = await repositoryOf(folder)
  const entries = await gitTree(repository, head).list(isManifestPath)
  const lost = entries.map((entry) => ({ ...entry, id: '1'.repeat(40) }))
  const read = async () => {
    for await (const blob of gitTree(repository, head).read(lost)) expect(blob).toBeUndefined()
  }
  await expect(read()).rejects.toThrow(GitError)
})

test('a folder outside every repository has none', async () => {
  expect(await openRepository(temporaryFolder())).toBeUndefined()
})

test('programs that the repository configures are not started', async () => {
  const folder = shopRepository()
  const head = commit(folder, { 'web.yaml': service('web') })
  const trap = join(folder, 'trap.sh')
  const mark = join(temporaryFolder(), 'started')
  write(folder, { 'trap.sh': `#!/bin/sh\ntouch ${mark}\n` })
  git(folder, 'update-index', '--chmod=+x', '--add', 'trap.sh')
  for (const key of ['core.fsmonitor', 'core.sshCommand', 'core.pager', 'diff.external'])
    git(folder, 'config', key, `sh ${trap}`)
  await readSide(gitTree(await repositoryOf(folder), head))
  const left = await readSide(directoryTree(join(mark, '..')), () => true)
  expect(left.entries).toEqual([])
})
