import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerRequest } from './answer-request.ts'
import type { Fault } from './fault.ts'
import { serveGit } from './git-http.ts'
import { createGitRepository } from './git-repository.ts'
import { type OpenedPullRequest, openPullRequest, type PullRequestSpec } from './open-pull-request.ts'
import type { Permissions, RequestRecord, State } from './state.ts'

export interface EmulatorOptions {
  readonly owner?: string
  readonly name?: string
  /** Where the API lives below the origin: empty as on github.com, `/api/v3` as on GitHub Enterprise Server. */
  readonly basePath?: '' | '/api/v3'
  readonly limits?: Partial<State['limits']>
}

export interface Emulator {
  readonly state: State
  readonly owner: string
  readonly name: string
  /** Value of GITHUB_API_URL. */
  readonly apiUrl: string
  /** Value of GITHUB_SERVER_URL. */
  readonly serverUrl: string
  readonly graphqlUrl: string
  /** Temporary folder that `close` removes. */
  readonly directory: string
  readonly log: readonly RequestRecord[]
  /** A new token with these permissions, of the job's own bot unless a login is given. */
  readonly token: (permissions: Permissions, login?: string) => string
  readonly openPullRequest: (spec: PullRequestSpec) => OpenedPullRequest
  readonly fault: (fault: Fault) => void
  /** Stops the server, removes its folder, and throws when one of its own answers broke GitHub's description. */
  readonly close: () => Promise<void>
}

/** GITHUB_TOKEN: 1,000 requests an hour; about 80 contents a minute, 500 an hour (github/docs, rate limits). */
const LIMITS: State['limits'] = { requests: 1_000, contentPerMinute: 80, contentPerHour: 500 }

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const directory = mkdtempSync(join(tmpdir(), 'github-emulator-'))
  const owner = options.owner ?? 'shop'
  const name = options.name ?? 'shop-deploy'
  const bare = join(directory, 'git', owner, `${name}.git`)
  mkdirSync(bare, { recursive: true })
  const state = newState(owner, name, bare, options)
  const basePath = options.basePath ?? ''
  const server = createServer((request, response) => void serve(state, basePath, directory, request, response))
  const origin = await listen(server)
  state.serverUrl = origin
  state.apiUrl = origin + basePath
  return {
    state,
    owner,
    name,
    directory,
    apiUrl: state.apiUrl,
    serverUrl: origin,
    graphqlUrl: origin + graphqlPath(basePath),
    log: state.log,
    token: (permissions, login = 'github-actions[bot]') => addToken(state, permissions, login),
    openPullRequest: (spec) => openPullRequest(state, spec),
    fault: (fault) => void state.faults.push(fault),
    close: () => close(server, state, directory),
  }
}

function newState(owner: string, name: string, bare: string, options: EmulatorOptions): State {
  return {
    owner,
    name,
    git: createGitRepository(bare),
    apiUrl: '',
    serverUrl: '',
    tokens: new Map(),
    pulls: new Map(),
    issueComments: [],
    reviews: [],
    reviewComments: [],
    checkRuns: [],
    sarifs: [],
    log: [],
    faults: [],
    faultCounts: new Map(),
    contractBreaches: [],
    limits: { ...LIMITS, ...options.limits },
    creations: [],
    requestsUsed: 0,
    nextId: 1000,
    ticks: 0,
  }
}

function addToken(state: State, permissions: Permissions, login: string): string {
  const token = `ghs_emulated${String(state.tokens.size + 1).padStart(28, '0')}`
  state.tokens.set(token, { login, permissions })
  return token
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
  })
}

async function close(server: Server, state: State, directory: string): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true, force: true })
  if (state.contractBreaches.length > 0) throw new Error(state.contractBreaches.join('\n'))
}

function graphqlPath(basePath: string): string {
  return basePath === '' ? '/graphql' : '/api/graphql'
}

async function serve(
  state: State,
  basePath: string,
  directory: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', state.serverUrl)
  if (/\.git\/|\/info\/refs$|\/git-upload-pack$/.test(url.pathname) && !url.pathname.startsWith('/repos/')) {
    return serveGit(state, join(directory, 'git'), url, request, response)
  }
  const at = performance.now()
  const text = await bodyOf(request)
  const path = url.pathname === graphqlPath(basePath) ? '/graphql' : withoutBase(url.pathname, basePath)
  const { answer, login, body } = answerRequest(state, { method: request.method ?? 'GET', path, url, text, request })
  state.log.push({
    method: request.method ?? 'GET',
    path: path ?? url.pathname,
    query: url.search,
    body,
    login,
    headers: request.headers,
    status: answer.status,
    at,
  })
  const payload = answer.body === undefined ? '' : JSON.stringify(answer.body)
  response.writeHead(answer.status, { 'content-type': 'application/json; charset=utf-8', ...answer.headers })
  response.end(payload)
}

/** Undefined when the path lies outside the API. */
function withoutBase(pathname: string, basePath: string): string | undefined {
  return pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : undefined
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
