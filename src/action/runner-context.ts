import type { Environment } from '../github/event.ts'

/** Where this run takes place, as the runner tells it. */
export interface RunnerContext {
  readonly owner: string
  readonly repo: string
  readonly serverUrl: string
  readonly apiUrl: string
  readonly workflow: string
  readonly runId: number
  readonly runAttempt: number
  readonly workspace: string
  /** Folder for files of this job; undefined outside a runner. */
  readonly temporary: string | undefined
  /** Root of the pages about rules; undefined when the action runs from a local path. */
  readonly docsUrl: string | undefined
  readonly takesSummary: boolean
}

/**
 * Reads the runner's context. The toolkit parses the event payload while it is imported, so it is imported only here,
 * after our own reader has found the payload readable.
 */
export async function readRunnerContext(env: Environment): Promise<RunnerContext> {
  const { context } = await import('@actions/github')
  const { owner, repo } = context.repo
  const { serverUrl, apiUrl, workflow, runId, runAttempt } = context
  return {
    owner,
    repo,
    serverUrl: serverUrl.replace(/\/$/, ''),
    apiUrl,
    workflow,
    runId,
    runAttempt,
    workspace: env.GITHUB_WORKSPACE ?? process.cwd(),
    temporary: env.RUNNER_TEMP,
    docsUrl: docsUrl(env, serverUrl),
    takesSummary: env.GITHUB_STEP_SUMMARY !== undefined,
  }
}

function docsUrl(env: Environment, serverUrl: string): string | undefined {
  const repository = env.GITHUB_ACTION_REPOSITORY ?? ''
  return repository === '' ? undefined : `${serverUrl}/${repository}/blob/${env.GITHUB_ACTION_REF || 'HEAD'}/docs`
}
