import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { openRepository, type Repository } from '../../src/trees/git.ts'

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const identity = ['-c', 'user.name=Shop', '-c', 'user.email=shop@example.com', '-c', 'protocol.file.allow=always']

export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync('git', [...identity, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim()
}

export function write(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
}

/** Writes files, commits everything and gives the id of the commit. */
export function commit(folder: string, files: Readonly<Record<string, string | Uint8Array>>): string {
  write(folder, files)
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'change the shop')
  return git(folder, 'rev-parse', 'HEAD')
}

export function shopRepository(): string {
  const folder = temporaryFolder()
  git(folder, 'init', '--quiet', '--initial-branch=main')
  return folder
}

/** A clone over a remote, as `actions/checkout` makes it. */
export function shallowClone(origin: string, branch: string, ...options: readonly string[]): string {
  const folder = join(temporaryFolder(), 'clone')
  git(
    dirname(folder),
    'clone',
    '--quiet',
    '--branch',
    branch,
    ...(options.length > 0 ? options : ['--depth=1']),
    urlOf(origin),
    folder,
  )
  return folder
}

export function urlOf(folder: string): string {
  return pathToFileURL(folder).href
}

export async function repositoryOf(folder: string): Promise<Repository> {
  const opened = await openRepository(folder)
  if (opened === undefined) throw new Error(`${folder} is no repository`)
  return opened.repository
}

export function service(name: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\n`
}
