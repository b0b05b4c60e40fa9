import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { starterConfig } from '../config/starter.ts'
import { configPath } from '../run/run-gate.ts'
import type { Arguments } from './command-spec.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

/** Writes the starting configuration, and never over one that is there unless it is told to. */
export async function init({ operands: [directory = ''], options }: Arguments<'init'>, io: Io): Promise<number> {
  const file = resolve(io.cwd, directory, configPath)
  const shown = join(directory, configPath)
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(file, starterConfig, { flag: options.force === true ? 'w' : 'wx' })
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
    throw new UsageError(`${shown} is there already`, 'Edit it, or replace it with --force')
  }
  io.stdout.write(`Wrote ${shown}. It takes effect once it is on the base branch.\n`)
  return 0
}
