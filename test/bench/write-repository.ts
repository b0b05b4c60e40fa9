import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { GeneratedShop } from './shop-files.ts'

/** Branches of the repository that `writeRepository` makes. */
export const branches = { base: 'main', clusterWide: 'cluster-wide', oneFile: 'one-file' } as const

/** Writes a shop into a new git repository: the base, and one branch for each change; packed, as a clone is. */
export function writeRepository(folder: string, shop: GeneratedShop): void {
  git(folder, 'init', '--quiet', '--initial-branch', branches.base)
  commit(folder, shop.files, 'The shop')
  for (const change of ['clusterWide', 'oneFile'] as const) {
    git(folder, 'checkout', '--quiet', '-b', branches[change], branches.base)
    commit(folder, shop[change], 'A change')
  }
  git(folder, 'checkout', '--quiet', branches.base)
  git(folder, 'repack', '-a', '-d', '--quiet')
}

function commit(folder: string, files: ReadonlyMap<string, string>, message: string): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  git(folder, 'add', '--all')
  git(folder, '-c', 'user.name=Bench', '-c', 'user.email=bench@shop.invalid', 'commit', '--quiet', '--message', message)
}

function git(folder: string, ...words: readonly string[]): void {
  execFileSync('git', ['-C', folder, '-c', 'gc.auto=0', ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
}
