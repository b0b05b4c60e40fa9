import { posix, resolve } from 'node:path'
import type { Config } from '../config/config.ts'
import { configPath, type RunResult, runGate } from '../run/run-gate.ts'
import { chooseSides, type Place, placeOf } from './choose-sides.ts'
import { readConfigFile } from './config-file.ts'
import type { Io } from './io.ts'
import { withProgress } from './progress.ts'
import { UsageError } from './usage-error.ts'

/** What the commands that compare two sides have in common. */
export interface SideRequest {
  readonly base: string | undefined
  readonly head: string | undefined
  readonly config: string | undefined
  readonly directory: string | undefined
  readonly chdir: string | undefined
  readonly failOn: Config['gate']['failOn'] | undefined
}

export interface RunSides {
  readonly result: RunResult
  readonly folder: string
}

/** Chooses the sides, reads them and asks the gate. What the command line says of the gate outweighs the configuration. */
export async function runSides(request: SideRequest, io: Io): Promise<RunSides> {
  const folder = resolve(io.cwd, request.chdir ?? '')
  const result = await withProgress(io, 'Reading and comparing both sides', async () => {
    const place = await placeOf(folder)
    return runIn(place, request, io)
  })
  return { result, folder }
}

async function runIn(place: Place, request: SideRequest, { now }: Io): Promise<RunResult> {
  const { config } = request
  const trusted = config === undefined ? undefined : readConfigFile(place.folder, config)
  const { base, head, configTree, configSha } = await chooseSides(place, request.base, request.head)
  return runGate({
    base,
    head,
    config:
      trusted === undefined
        ? { path: configPath, tree: configTree, sha: configSha, required: false }
        : { file: trusted },
    tighten: ({ gate, ...rest }) => ({ ...rest, gate: { ...gate, failOn: request.failOn ?? gate.failOn } }),
    directory: belowRoot(request.directory ?? ''),
    now,
    notes: [],
  })
}

/** A folder inside the trees, as trees write paths: no dots, no slash at either end. */
function belowRoot(directory: string): string {
  const path = posix.normalize(directory.replaceAll('\\', '/')).replace(/^\/+|\/+$/g, '')
  if (path === '..' || path.startsWith('../')) {
    throw new UsageError(`--directory ${directory} lies outside the trees`, 'It is a folder counted from their root.')
  }
  return path === '.' ? '' : path
}
