import { existsSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type CheckoutOptions, checkout } from '../github-emulator/checkout.ts'
import type { EventName } from '../github-emulator/event-payloads.ts'
import type { OpenedPullRequest } from '../github-emulator/open-pull-request.ts'
import { type ActionResult, type ActionRun, runAction } from '../github-emulator/runner.ts'
import { type Emulator, type EmulatorOptions, startEmulator } from '../github-emulator/start-emulator.ts'

const bundle = join(import.meta.dirname, '../../dist/index.js')

/** An emulated GitHub that is gone after the test. */
export async function startGitHub(options: EmulatorOptions = {}): Promise<Emulator> {
  if (!existsSync(bundle))
    throw new Error('dist/index.js is missing: these tests run the packaged action, so run `npm run build` first')
  const emulator = await startEmulator(options)
  onTestFinished(() => emulator.close())
  return emulator
}

export interface GateRun extends Partial<Omit<ActionRun, 'emulator' | 'event'>> {
  readonly event?: EventName
  /** How the job checks out; `none` leaves the workspace empty. Ignored when `workspace` is given. */
  readonly checkout?: CheckoutOptions | 'none'
}

/** A token as a workflow gives it: reads the code, writes on pull requests. */
export const writeToken = (emulator: Emulator): string => emulator.token({ contents: 'read', pull_requests: 'write' })

/** A token of a run for a fork or for Dependabot. */
export const readToken = (emulator: Emulator): string => emulator.token({ contents: 'read', pull_requests: 'read' })

/** Checks out as the documentation asks and runs the packaged action on a pull request as the runner would. */
export async function runGateAction(
  emulator: Emulator,
  pull: OpenedPullRequest,
  { event = 'pull_request', checkout: wanted = {}, ...run }: GateRun = {},
): Promise<ActionResult> {
  const token = run.token ?? writeToken(emulator)
  const workspace = run.workspace ?? mkdtempSync(join(emulator.directory, 'workspace-'))
  const context = pull.events[event]
  if (run.workspace === undefined && wanted !== 'none') await checkout(emulator, context, token, workspace, wanted)
  return runAction({ ...run, emulator, event: context, token, workspace })
}

/** What the run said on all of its streams, for failing tests to show. */
export const logOf = ({ stdout, stderr }: ActionResult): string => `${stdout}\n${stderr}`
