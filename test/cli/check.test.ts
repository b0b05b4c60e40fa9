import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commit, git, shallowClone, shopRepository, temporaryFolder, write } from '../trees/shop-repository.ts'
import { runCli } from './run-cli.ts'
import { deployment, openShop, policy, shop } from './shop.ts'

/** The web shop may fetch from anywhere: a rule of every preset stands against it. */
const crawler = {
  'k8s/stock.yaml': policy('shop', 'web', 'egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]').replace(
    'name: web',
    'name: crawler',
  ),
}

describe('the verdict is the exit code', () => {
  test('0 where nothing changes', async () => {
    const { exitCode, stdout } = await check(shop, shop)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^Portcullis: no change of exposure\n/)
  })

  test('0 where access only shrinks', async () => {
    const { exitCode, stdout } = await check(openShop, shop)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('can no longer reach payments/api')
  })

  test('1 where a rule is broken', async () => {
    const { exitCode, stdout } = await check(shop, { ...shop, ...crawler })
    expect(exitCode).toBe(1)
    expect(stdout).toContain('egress-any-ip')
  })

  test('2 where a changed file cannot be read', async () => {
    const { exitCode, stdout } = await check(shop, { ...shop, 'k8s/broken.yaml': 'kind: [\napiVersion: v1\n' })
    expect(exitCode).toBe(2)
    expect(stdout).toMatch(/^Portcullis: incomplete/)
  })

  test('a broken rule weighs more than a gap', async () => {
    const { exitCode } = await check(shop, { ...shop, ...crawler, 'k8s/broken.yaml': 'kind: [\napiVersion: v1\n' })
    expect(exitCode).toBe(1)
  })

  test('--fail-on outweighs the configuration', async () => {
    const { exitCode, stdout } = await check(shop, { ...shop, ...crawler }, '--fail-on', 'none')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('egress-any-ip')
  })
})

describe('configuration', () => {
  const lenient = {
    '.github/portcullis.yml':
      'version: 1\nrules: {egress-any-ip: off, metadata-ip-reachable: off}\ngate: {fail-on: none}\n',
  }

  test('of the base side gates', async () => {
    const { exitCode } = await check({ ...shop, ...lenient }, { ...shop, ...crawler })
    expect(exitCode).toBe(0)
  })

  test('that the change brings along does not gate', async () => {
    const { exitCode, stdout } = await check(shop, { ...shop, ...crawler, ...lenient })
    expect(exitCode).toBe(1)
    expect(stdout.replaceAll('\n', ' ')).toContain('the version of the base branch gates until it is merged')
  })

  test('named with --config is trusted', async () => {
    const folder = temporaryFolder()
    write(folder, { 'lenient.yml': lenient['.github/portcullis.yml'] })
    const { exitCode } = await check(shop, { ...shop, ...crawler }, '--config', join(folder, 'lenient.yml'))
    expect(exitCode).toBe(0)
  })

  test('named and not there is a usage error', async () => {
    const { exitCode, stderr } = await check(shop, shop, '--config', 'nowhere.yml')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('nowhere.yml')
  })
})

describe('output', () => {
  test.each([
    ['markdown', /^.*[Pp]ortcullis/],
    ['json', /^\{\n {2}"schemaVersion"/],
    ['sarif', /^\{[\s\S]*"version": ?"2\.1\.0"/],
  ] as const)('as %s', async (format, start) => {
    const { exitCode, stdout } = await check(shop, { ...shop, ...crawler }, '--format', format)
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(start)
    expect(stdout).toContain('egress-any-ip')
  })

  test('goes to a file when asked', async () => {
    const folder = sides(shop, { ...shop, ...crawler })
    const { exitCode, stdout } = await runCli(
      folder,
      'check',
      '--base',
      'base',
      '--head',
      'head',
      '--format',
      'json',
      '--output',
      'report.json',
    )
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')).outcome.verdict).toBe('fail')
  })

  test('is the same for the same input', async () => {
    const folder = sides(shop, openShop)
    const [first, second] = [await checkIn(folder, '--format', 'json'), await checkIn(folder, '--format', 'json')]
    expect(first).toEqual(second)
  })

  test('--directory leaves out what lies elsewhere', async () => {
    const other = { 'other/values.yaml': 'replicas: 2\n' }
    const { exitCode, stdout } = await check(
      { ...shop, ...other },
      { ...shop, ...other, ...crawler },
      '--directory',
      'other',
    )
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Read 0 files')
  })

  test('--directory that holds nothing on either side is a mistake, not a clean answer', async () => {
    const { exitCode, stdout } = await check(shop, { ...shop, ...crawler }, '--directory', 'dploy')
    expect(exitCode).toBe(2)
    expect(stdout).toContain('directory-empty')
  })
})

describe('sides of a repository', () => {
  test('by default the working tree against where it left the default branch', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    git(folder, 'checkout', '--quiet', '-b', 'crawler')
    commit(folder, { 'README.md': 'The shop' })
    write(folder, crawler)
    const { exitCode, stdout } = await runCli(folder, 'check')
    expect(stdout).toContain('merge base with main')
    expect(stdout).toContain('working tree')
    expect(exitCode).toBe(1)
  })

  test('a file that Git ignores is no change', async () => {
    const folder = shopRepository()
    commit(folder, { ...shop, '.gitignore': 'k8s/stock.yaml\n' })
    write(folder, crawler)
    expect((await runCli(folder, 'check')).exitCode).toBe(0)
  })

  test('what happened on the default branch meanwhile is not the change', async () => {
    const origin = shopRepository()
    commit(origin, shop)
    git(origin, 'checkout', '--quiet', '-b', 'till')
    commit(origin, { 'k8s/till.yaml': deployment('shop', 'till', 'http', 8080) })
    git(origin, 'checkout', '--quiet', 'main')
    commit(origin, crawler)
    const clone = shallowClone(origin, 'till', '--no-single-branch')
    const { exitCode, stdout } = await runCli(clone, 'check')
    expect(stdout).toContain('merge base with origin/HEAD')
    expect(exitCode).toBe(0)
  })

  test('the configuration is that of the tip of the default branch', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    git(folder, 'checkout', '--quiet', '-b', 'crawler')
    commit(folder, crawler)
    git(folder, 'checkout', '--quiet', 'main')
    commit(folder, { '.github/portcullis.yml': 'version: 1\ngate: {fail-on: none}\n' })
    git(folder, 'checkout', '--quiet', 'crawler')
    expect((await runCli(folder, 'check')).exitCode).toBe(0)
  })

  test('revisions by name, from a folder inside the repository', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    commit(folder, crawler)
    const { exitCode, stdout } = await runCli(join(folder, 'k8s'), 'check', '--base', 'HEAD^', '--head', 'HEAD')
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/HEAD\^ \([0-9a-f]{9}\) → HEAD \(/)
  })

  test('-C runs elsewhere', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    expect((await runCli(temporaryFolder(), 'check', '-C', folder)).exitCode).toBe(0)
  })

  test('a shallow clone that hides the merge base is incomplete', async () => {
    const origin = shopRepository()
    commit(origin, shop)
    git(origin, 'checkout', '--quiet', '-b', 'till')
    commit(origin, crawler)
    git(origin, 'checkout', '--quiet', 'main')
    commit(origin, { 'README.md': 'The shop' })
    const clone = shallowClone(origin, 'till', '--depth=1', '--no-single-branch')
    const { exitCode, stderr } = await runCli(clone, 'check')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--unshallow')
  })

  test('the clone stays as it was', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    const before = git(folder, 'status', '--porcelain')
    await runCli(folder, 'check')
    expect(git(folder, 'status', '--porcelain')).toBe(before)
    expect(existsSync(join(folder, '.git', 'FETCH_HEAD'))).toBe(false)
  })

  test.each([
    { name: 'outside a repository', args: [], hint: '--base DIR --head DIR' },
    { name: 'a folder against nothing', args: ['--head', '.'], hint: '--base REV' },
  ])('$name is a usage error with a way out', async ({ args, hint }) => {
    const { exitCode, stderr } = await runCli(temporaryFolder(), 'check', ...args)
    expect(exitCode).toBe(3)
    expect(stderr).toContain(hint)
  })

  test('without any default branch base has to be named', async () => {
    const folder = shopRepository()
    git(folder, 'checkout', '--quiet', '-b', 'trunk')
    commit(folder, shop)
    const { exitCode, stderr } = await runCli(folder, 'check')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('--base REV')
  })
})

describe('as a program', () => {
  const entry = join(import.meta.dirname, '../../src/cli/index.ts')

  test('the exit code is the verdict, and a reader that goes away is no crash', () => {
    const folder = sides(shop, { ...shop, ...crawler })
    const script = `"$0" "$1" check --base base --head head --format json | head -c 1 >/dev/null; echo "$PIPESTATUS"`
    const out = execFileSync('bash', ['-c', script, process.execPath, entry], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    expect(out.trim()).toBe('1')
  })

  test('a Git that is not there is told in a sentence', async () => {
    const folder = shopRepository()
    commit(folder, shop)
    const run = () =>
      execFileSync(process.execPath, [entry, 'check'], {
        cwd: folder,
        env: { PATH: temporaryFolder() },
        encoding: 'utf8',
        stdio: 'pipe',
      })
    expect(run).toThrow(expect.objectContaining({ status: 2, stderr: expect.stringContaining('is it on PATH?') }))
  })
})

type Files = Readonly<Record<string, string>>

function sides(base: Files, head: Files): string {
  const folder = temporaryFolder()
  for (const [side, files] of Object.entries({ base, head })) {
    write(folder, Object.fromEntries(Object.entries(files).map(([path, text]) => [`${side}/${path}`, text])))
  }
  return folder
}

function check(base: Files, head: Files, ...options: readonly string[]) {
  return checkIn(sides(base, head), ...options)
}

function checkIn(folder: string, ...options: readonly string[]) {
  return runCli(folder, 'check', '--base', 'base', '--head', 'head', ...options)
}
