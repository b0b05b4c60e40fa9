import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Generated, Generator } from './generator.ts'

export type FileState = 'current' | 'stale' | 'written' | 'failed'

export interface FileResult {
  readonly file: string
  readonly state: FileState
  /** Why it failed; empty otherwise. */
  readonly reason: string
}

/** Brings every generated file up to date, or with `check` only says which ones are not. */
export async function generateFiles(
  root: string,
  generators: readonly Generator[],
  check: boolean,
): Promise<readonly FileResult[]> {
  const results: FileResult[] = []
  for (const generator of generators) {
    for (const generated of generator(root)) results.push(await generateFile(root, generated, check))
  }
  return results
}

async function generateFile(root: string, { file, content }: Generated, check: boolean): Promise<FileResult> {
  try {
    const wanted = await content()
    const path = join(root, file)
    if (existsSync(path) && readFileSync(path, 'utf8') === wanted) return { file, state: 'current', reason: '' }
    if (check) return { file, state: 'stale', reason: '' }
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, wanted)
    return { file, state: 'written', reason: '' }
  } catch (error) {
    return { file, state: 'failed', reason: error instanceof Error ? error.message : String(error) }
  }
}
