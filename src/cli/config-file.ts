import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SourceFile } from '../source/source-file.ts'
import { UsageError } from './usage-error.ts'

/** The file behind `--config`, which the user trusts. Its path stays as it was typed. */
export function readConfigFile(folder: string, path: string): SourceFile {
  try {
    return { path, text: readFileSync(resolve(folder, path), 'utf8') }
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error
    throw new UsageError(`--config: ${error.message}`, '`portcullis init` writes a configuration to start from.')
  }
}
