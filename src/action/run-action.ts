import { readFileSync } from 'node:fs'
import { createClient, type GitHubClient } from '../github/client.ts'
import { type Environment, type GitHubEvent, readEvent } from '../github/event.ts'
import { UnknownEventError } from '../github/event-error.ts'
import { configPath, type RunResult, runGate } from '../run/run-gate.ts'
import { type BorrowedRepository, borrowObjects, createEmptyRepository, type Remote } from '../trees/fetch-missing.ts'
import { openRepository } from '../trees/git.ts'
import { gitTree } from '../trees/git-tree.ts'
import { type ChosenSides, chooseSides } from './choose-sides.ts'
import type { Inputs } from './inputs.ts'
import { placeInCheckout } from './place-in-checkout.ts'
import { publish } from './publish.ts'
import { type RunnerContext, readRunnerContext } from './runner-context.ts'
import { tightenWith } from './tighten.ts'

/** Analyses what the event asks for and publishes the result; returns the exit code. */
export async function runAction(env: Environment, inputs: Inputs): Promise<number> {
  const event = eventOf(env, inputs)
  const context = await readRunnerContext(env)
  const client = clientOf(context, inputs)
  const remote = remoteOf(context, inputs)
  const { repository, directory } = await openWorkspace(context, inputs)
  try {
    const sides = await chooseSides({ event, repository, remote, client, base: inputs.base, head: inputs.head })
    const result = await analyse(sides, repository, directory, inputs)
    return await publish(result, { context, inputs, sides, repository, remote, client, advisory: isAdvisory(event) })
  } finally {
    await repository.remove()
  }
}

/** Two sides named by the inputs need no event that knows any. */
function eventOf(env: Environment, { base, head }: Inputs): GitHubEvent {
  try {
    return readEvent(env, (path) => readFileSync(path, 'utf8'))
  } catch (error) {
    const isNamed = base !== '' && head !== ''
    if (error instanceof UnknownEventError && isNamed) return { kind: 'dispatch', ref: '', sha: '' }
    throw error
  }
}

/** A push has happened already: it is reported and never fails. */
const isAdvisory = ({ kind }: GitHubEvent): boolean => kind === 'push'

function analyse(
  sides: ChosenSides,
  repository: BorrowedRepository,
  directory: string,
  inputs: Inputs,
): Promise<RunResult> {
  const { base, head, config } = sides
  return runGate({
    base: { label: sides.baseLabel, sha: base, tree: gitTree(repository, base) },
    head: { label: sides.headLabel, sha: head, tree: gitTree(repository, head) },
    config: {
      path: inputs.config || configPath,
      tree: gitTree(repository, config),
      sha: config,
      required: inputs.config !== '',
    },
    tighten: tightenWith(inputs.failOn),
    directory,
    now: new Date(),
    notes: sides.notes,
  })
}

interface Workspace {
  readonly repository: BorrowedRepository
  /** Folder of the repository that is analysed; '' for all of it. */
  readonly directory: string
}

/** A repository that borrows the checkout's objects, or an empty one where the job has no checkout. */
async function openWorkspace({ workspace }: RunnerContext, { workingDirectory }: Inputs): Promise<Workspace> {
  const place = placeInCheckout(workspace, workingDirectory)
  const opened = await openRepository(place.existing).catch(() => undefined)
  if (opened === undefined) return { repository: await createEmptyRepository(), directory: workingDirectory }
  const directory = `${opened.prefix}${place.rest}`.replace(/\/$/, '')
  return { repository: await borrowObjects(opened.repository), directory }
}

function clientOf({ owner, repo, apiUrl }: RunnerContext, { token }: Inputs): GitHubClient | undefined {
  return token === '' ? undefined : createClient({ token, apiUrl, owner, repo })
}

function remoteOf({ serverUrl, owner, repo }: RunnerContext, { token }: Inputs): Remote {
  return { url: `${serverUrl}/${owner}/${repo}.git`, token: token === '' ? undefined : token }
}
