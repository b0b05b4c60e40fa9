import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { borrowObjects, ensureCommits, fetchCommits, fetchMergeBase } from '../../src/trees/fetch-missing.ts'
import { MissingCommitError } from '../../src/trees/git.ts'
import { hasSnapshot, isShallow, mergeBase, parentsOf, resolveCommit } from '../../src/trees/git-commit.ts'
import { gitTree } from '../../src/trees/git-tree.ts'
import { readSide } from '../../src/trees/read-side.ts'
import { commit, git, repositoryOf, service, shallowClone, shopRepository, urlOf } from './shop-repository.ts'

/** An origin with a pull request and its merge commit; main moved on after the branch was made. */
function originWithPullRequest() {
  const folder = shopRepository()
  const fork = commit(folder, { 'web.yaml': service('web') })
  git(folder, 'checkout', '--quiet', '-b', 'pr')
  const head = commit(folder, { 'web.yaml': service('shopfront') })
  git(folder, 'checkout', '--quiet', 'main')
  const base = commit(folder, { 'api.yaml': service('api') })
  git(folder, 'checkout', '--quiet', '-b', 'merge')
  git(folder, 'merge', '--quiet', '--no-ff', '--message', 'merge', 'pr')
  return { folder, fork, head, base, merge: git(folder, 'rev-parse', 'HEAD') }
}

/** Everything about a clone that a careless fetch would change. */
function stateOf(clone: string) {
  const file = (name: string) => {
    const path = join(clone, '.git', name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
  return {
    refs: git(clone, 'for-each-ref'),
    objects: git(clone, 'count-objects', '-v'),
    status: git(clone, 'status', '--porcelain', '--branch'),
    files: ['HEAD', 'config', 'shallow', 'FETCH_HEAD', 'packed-refs', 'objects/info/alternates'].map(file),
  }
}

describe('a shallow clone of the merge commit', () => {
  test('names its parents although it does not hold them', async () => {
    const origin = originWithPullRequest()
    const clone = await repositoryOf(shallowClone(origin.folder, 'merge'))
    expect(await isShallow(clone)).toBe(true)
    expect(await parentsOf(clone, origin.merge)).toEqual([origin.base, origin.head])
    expect(await hasSnapshot(clone, origin.base)).toBe(false)
    expect(await hasSnapshot(clone, origin.merge)).toBe(true)
  })

  test('gets its base into a borrowed repository and stays as it was', async () => {
    const origin = originWithPullRequest()
    const folder = shallowClone(origin.folder, 'merge')
    const clone = await repositoryOf(folder)
    const before = stateOf(folder)
    const repository = await ensureCommits(clone, { url: urlOf(origin.folder) }, [origin.base, origin.merge])
    const base = await readSide(gitTree(repository, origin.base))
    const head = await readSide(gitTree(repository, origin.merge))
    expect(base.files.map(({ resources }) => resources[0]?.name.value)).toEqual(['api', 'web'])
    expect(head.files.map(({ resources }) => resources[0]?.name.value)).toEqual(['api', 'shopfront'])
    await repository.remove()
    expect(existsSync(repository.gitDirectory)).toBe(false)
    expect(stateOf(folder)).toEqual(before)
  })

  test('finds the merge base by fetching history', async () => {
    const origin = originWithPullRequest()
    const folder = shallowClone(origin.folder, 'pr')
    const before = stateOf(folder)
    const repository = await borrowObjects(await repositoryOf(folder))
    expect(await fetchMergeBase(repository, { url: urlOf(origin.folder) }, origin.base, origin.head)).toBe(origin.fork)
    expect(await hasSnapshot(repository, origin.fork)).toBe(true)
    await repository.remove()
    expect(stateOf(folder)).toEqual(before)
  })
})

test('a clone without its files gets them where they are needed', async () => {
  const origin = originWithPullRequest()
  git(origin.folder, 'config', 'uploadpack.allowFilter', 'true')
  const folder = shallowClone(origin.folder, 'merge', '--filter=blob:none', '--no-checkout')
  const repository = await ensureCommits(await repositoryOf(folder), { url: urlOf(origin.folder) }, [origin.merge])
  const side = await readSide(gitTree(repository, origin.merge))
  expect(side.files).toHaveLength(2)
  await repository.remove()
})

test('a clone that holds everything is used as it is', async () => {
  const origin = originWithPullRequest()
  const clone = await repositoryOf(origin.folder)
  const repository = await ensureCommits(clone, undefined, [origin.base, origin.merge])
  expect(repository.gitDirectory).toBe(clone.gitDirectory)
  await repository.remove()
  expect(await hasSnapshot(clone, origin.base)).toBe(true)
  expect(await mergeBase(clone, origin.base, origin.head)).toBe(origin.fork)
})

describe('commits that cannot be had', () => {
  test.each(['f'.repeat(40), '--upload-pack=touch /tmp/x', 'main'])('%s', async (wanted) => {
    const origin = originWithPullRequest()
    const clone = await repositoryOf(shallowClone(origin.folder, 'merge'))
    await expect(ensureCommits(clone, { url: urlOf(origin.folder) }, [wanted])).rejects.toThrow(MissingCommitError)
  })

  test('without a remote to ask', async () => {
    const origin = originWithPullRequest()
    const clone = await repositoryOf(shallowClone(origin.folder, 'merge'))
    await expect(ensureCommits(clone, undefined, [origin.base])).rejects.toThrow('fetch-depth: 2')
  })

  test('from a remote that would be a program', async () => {
    const origin = originWithPullRequest()
    const clone = await repositoryOf(shallowClone(origin.folder, 'merge'))
    const mark = join(origin.folder, 'started')
    await expect(ensureCommits(clone, { url: `ext::touch ${mark}` }, [origin.base])).rejects.toThrow(MissingCommitError)
    expect(existsSync(mark)).toBe(false)
  })
})

test.each(['', '--help', '-h', 'no-such-branch', 'HEAD\0'])('revision %j is refused', async (revision) => {
  const repository = await repositoryOf(originWithPullRequest().folder)
  await expect(resolveCommit(repository, revision)).rejects.toThrow(MissingCommitError)
})

test('a revision names a commit', async () => {
  const origin = originWithPullRequest()
  const repository = await repositoryOf(origin.folder)
  expect(await resolveCommit(repository, 'merge^1')).toBe(origin.base)
})

test('the token reaches the remote alone, and no file of the borrowed repository', async () => {
  const seen: (string | undefined)[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const origin = originWithPullRequest()
  const repository = await borrowObjects(await repositoryOf(shallowClone(origin.folder, 'merge')))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop.git`
  const attempt = fetchCommits(repository, { url, token: 'shop-secret' }, [origin.base])
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  )
  expect(seen).toContain(`basic ${Buffer.from('x-access-token:shop-secret').toString('base64')}`)
  expect(`${error?.message} ${String(error?.cause)}`).not.toContain('shop-secret')
  expect(readFileSync(join(repository.gitDirectory, 'config'), 'utf8')).not.toContain('secret')
  await repository.remove()
})

test('a path with a quote and a space is borrowed from all the same', async () => {
  const origin = originWithPullRequest()
  const odd = join(origin.folder, 'a "shop" clone')
  git(origin.folder, 'clone', '--quiet', '--depth=1', '--branch', 'merge', urlOf(origin.folder), odd)
  writeFileSync(join(odd, 'note.txt'), 'left alone')
  const repository = await ensureCommits(await repositoryOf(odd), { url: urlOf(origin.folder) }, [origin.base])
  expect(await hasSnapshot(repository, origin.merge)).toBe(true)
  await repository.remove()
})
