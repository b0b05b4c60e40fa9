import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { EventContext } from './event-payloads.ts'
import { type RunnerLog, readFileCommands, readRunnerLog } from './runner-log.ts'
import type { Emulator } from './start-emulator.ts'
import type { IssueComment, RequestRecord, Review, StoredReviewComment } from './state.ts'

export interface ActionRun {
  readonly emulator: Emulator
  /** From `openPullRequest(…).events`. */
  readonly event: EventContext
  /** Defaults to the event's own name; another one shows what the action makes of a mismatch. */
  readonly eventName?: string
  /** Inputs as the workflow gives them; defaults of action.yml are the caller's to add. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The checkout, or an empty folder for a job without one. */
  readonly workspace: string
  /** Given to the action as input `token`, the way `${{ github.token }}` is. */
  readonly token: string
  /** Path from the repository's root. */
  readonly entry?: string
  readonly runId?: number
  readonly runAttempt?: number
  /** Further variables of the job (`env:` of the workflow). */
  readonly env?: Readonly<Record<string, string>>
  /** Written to GITHUB_EVENT_PATH instead of the payload. */
  readonly rawPayload?: string
}

export interface ActionResult extends RunnerLog {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly outputs: Readonly<Record<string, string>>
  readonly exportedVariables: Readonly<Record<string, string>>
  /** Markdown of the step summary; empty, as on GitHub, when it is over 1 MiB. */
  readonly stepSummary: string
  /** RUNNER_TEMP of this run. */
  readonly temporary: string
  readonly milliseconds: number
  /** What stands on the pull requests afterwards, and what this run asked of the API. */
  readonly comments: readonly IssueComment[]
  readonly reviews: readonly Review[]
  readonly reviewComments: readonly StoredReviewComment[]
  readonly requests: readonly RequestRecord[]
}

const ROOT = resolve(import.meta.dirname, '../..')
/** Over the limit the upload of the summary fails and the step goes on (github/docs, workflow-commands). */
const SUMMARY_LIMIT = 1024 * 1024
const FILES = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const
type RunnerFiles = Readonly<Record<(typeof FILES)[number] | 'EVENT', string>>

/** Runs a packaged action as the runner does: from an empty environment plus the runner's contract. */
export async function runAction(run: ActionRun): Promise<ActionResult> {
  const temporary = mkdtempSync(join(run.emulator.directory, 'runner-'))
  const files = createFiles(temporary, run)
  const before = run.emulator.state.log.length
  const start = performance.now()
  const { exitCode, stdout, stderr } = await execute(run, environment(run, temporary, files))
  const milliseconds = performance.now() - start
  const summary = readFileSync(files.STEP_SUMMARY, 'utf8')
  const { issueComments, reviews, reviewComments, log } = run.emulator.state
  return {
    exitCode,
    stdout,
    stderr,
    ...readRunnerLog(`${stdout}\n${stderr}`),
    outputs: readFileCommands(readFileSync(files.OUTPUT, 'utf8')),
    exportedVariables: readFileCommands(readFileSync(files.ENV, 'utf8')),
    stepSummary: Buffer.byteLength(summary) > SUMMARY_LIMIT ? '' : summary,
    temporary,
    milliseconds,
    comments: [...issueComments],
    reviews: [...reviews],
    reviewComments: [...reviewComments],
    requests: log.slice(before),
  }
}

function createFiles(temporary: string, run: ActionRun): RunnerFiles {
  const folder = join(temporary, '_runner_file_commands')
  const event = join(temporary, '_github_workflow', 'event.json')
  mkdirSync(folder)
  mkdirSync(dirname(event))
  writeFileSync(event, run.rawPayload ?? JSON.stringify(run.event.payload))
  const paths = FILES.map((name) => [name, join(folder, name.toLowerCase())] as const)
  for (const [, path] of paths) writeFileSync(path, '')
  return Object.fromEntries([...paths, ['EVENT', event] as const]) as RunnerFiles
}

/** github/docs, variables reference; `INPUT_` names are upper case with spaces as `_`, hyphens stay. */
function environment(run: ActionRun, temporary: string, files: RunnerFiles): NodeJS.ProcessEnv {
  const { emulator, event } = run
  const inputs = Object.entries({ token: run.token, ...run.inputs })
  return {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: temporary,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: 'portcullis',
    GITHUB_ACTOR: 'shop-developer',
    GITHUB_API_URL: emulator.apiUrl,
    GITHUB_BASE_REF: event.baseRef,
    GITHUB_ENV: files.ENV,
    GITHUB_EVENT_NAME: run.eventName ?? event.name,
    GITHUB_EVENT_PATH: files.EVENT,
    GITHUB_GRAPHQL_URL: emulator.graphqlUrl,
    GITHUB_HEAD_REF: event.headRef,
    GITHUB_JOB: 'gate',
    GITHUB_OUTPUT: files.OUTPUT,
    GITHUB_PATH: files.PATH,
    GITHUB_REF: event.ref,
    GITHUB_REF_NAME: event.ref.replace(/^refs\/(?:heads|pull)\//, ''),
    GITHUB_REPOSITORY: `${emulator.owner}/${emulator.name}`,
    GITHUB_REPOSITORY_OWNER: emulator.owner,
    GITHUB_RUN_ATTEMPT: String(run.runAttempt ?? 1),
    GITHUB_RUN_ID: String(9_000_000 + (run.runId ?? 1)),
    GITHUB_RUN_NUMBER: String(run.runId ?? 1),
    GITHUB_SERVER_URL: emulator.serverUrl,
    GITHUB_SHA: event.sha,
    GITHUB_STATE: files.STATE,
    GITHUB_STEP_SUMMARY: files.STEP_SUMMARY,
    GITHUB_TRIGGERING_ACTOR: 'shop-developer',
    GITHUB_WORKFLOW: 'Portcullis',
    GITHUB_WORKFLOW_REF: `${emulator.owner}/${emulator.name}/.github/workflows/portcullis.yml@${event.ref}`,
    GITHUB_WORKSPACE: run.workspace,
    RUNNER_ARCH: 'X64',
    RUNNER_ENVIRONMENT: 'github-hosted',
    RUNNER_NAME: 'GitHub Actions 1',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: temporary,
    RUNNER_TOOL_CACHE: join(temporary, 'tools'),
    ...Object.fromEntries(inputs.map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value])),
    ...run.env,
  }
}

interface Execution {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

function execute(run: ActionRun, env: NodeJS.ProcessEnv): Promise<Execution> {
  const child = spawn(process.execPath, [resolve(ROOT, run.entry ?? 'dist/index.js')], { cwd: run.workspace, env })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  return new Promise((done, reject) => {
    child.once('error', reject)
    // A signal has no exit code; the runner shows it as a failure.
    child.once('close', (code) =>
      done({
        exitCode: code ?? 137,
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    )
  })
}
