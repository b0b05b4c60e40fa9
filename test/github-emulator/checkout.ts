import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { promisify } from 'node:util'
import type { EventContext } from './event-payloads.ts'
import { GIT_ENVIRONMENT } from './git-repository.ts'
import type { Emulator } from './start-emulator.ts'

export interface CheckoutOptions {
  /** Commits of history to fetch; actions/checkout takes 1 unless told, our documentation tells it 2, 0 is all. */
  readonly depth?: number
  /** Leaves the token in the clone's configuration, as actions/checkout does unless told otherwise. */
  readonly persistCredentials?: boolean
}

const run = promisify(execFile)

/** Clones into `directory` over HTTP what a run of this event is for, as actions/checkout does: one ref, detached. */
export async function checkout(
  emulator: Emulator,
  event: EventContext,
  token: string,
  directory: string,
  { depth = 2, persistCredentials = true }: CheckoutOptions = {},
): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const git = (...parameters: readonly string[]) => run('git', parameters, { cwd: directory, env: GIT_ENVIRONMENT })
  const header = `http.${emulator.serverUrl}/.extraheader`
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  await git('init', '--quiet', '--initial-branch=main')
  await git('remote', 'add', 'origin', `${emulator.serverUrl}/${emulator.owner}/${emulator.name}`)
  await git('config', '--local', header, `AUTHORIZATION: basic ${basic}`)
  const local = event.ref.replace(
    /^refs\/(heads|pull)\//,
    (_, kind) => `refs/remotes/${kind === 'heads' ? 'origin' : 'pull'}/`,
  )
  const history = depth === 0 ? [] : [`--depth=${depth}`]
  await git(
    'fetch',
    '--quiet',
    '--no-tags',
    '--prune',
    '--no-recurse-submodules',
    ...history,
    'origin',
    `+${event.sha}:${local}`,
  )
  await git('checkout', '--quiet', '--force', '--detach', local)
  if (!persistCredentials) await git('config', '--local', '--unset-all', header)
}
