import type { IncomingMessage } from 'node:http'
import type { Answer, Route } from './answer.ts'
import { loadContract, type Operation } from './contract.ts'
import { nextFault, notAccessible, secondaryRateLimit } from './fault.ts'
import { answerGraphql } from './graphql.ts'
import { isObject } from './json-schema.ts'
import { routes } from './routes.ts'
import type { State, TokenGrant } from './state.ts'

export interface Incoming {
  readonly method: string
  /** Path below the API's base; undefined when it lies outside. */
  readonly path: string | undefined
  readonly url: URL
  readonly text: string
  readonly request: IncomingMessage
}

export interface Outcome {
  readonly answer: Answer
  readonly login: string | undefined
  readonly body: unknown
}

const documentation_url = 'https://docs.github.com/rest'

/** One API request from the gate to the answer: faults, token, limits, description, permission, handler. */
export function answerRequest(state: State, incoming: Incoming): Outcome {
  const body = parsed(incoming.text)
  const grant = grantOf(state, incoming.request)
  const answer = withFaults(state, incoming, () => guarded(state, incoming, grant, body))
  return { answer: withRateHeaders(state, answer), login: grant?.login, body }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export function grantOf(state: State, request: IncomingMessage): TokenGrant | undefined {
  const header = request.headers.authorization ?? ''
  const [scheme = '', value = ''] = header.split(' ')
  const basic =
    scheme.toLowerCase() === 'basic' ? Buffer.from(value, 'base64').toString('utf8').split(':')[1] : undefined
  return state.tokens.get(basic ?? value)
}

function withFaults(state: State, incoming: Incoming, handle: () => Answer): Answer {
  const fault = nextFault(state, incoming.method, incoming.path ?? incoming.url.pathname)
  fault?.effect?.(state)
  if (fault?.answer === undefined) return handle()
  if (fault.handledFirst === true) handle()
  return fault.answer
}

function guarded(state: State, incoming: Incoming, grant: TokenGrant | undefined, body: unknown): Answer {
  state.requestsUsed += 1
  if (grant === undefined) {
    return { status: 401, body: { message: 'Bad credentials', documentation_url, status: '401' } }
  }
  if (state.requestsUsed > state.limits.requests) return rateLimited()
  if (incoming.path === '/graphql') return answerGraphql(state, grant, isObject(body) ? body : {})
  const operation = incoming.path === undefined ? undefined : loadContract().match(incoming.method, incoming.path)
  const route = operation && routes[`${operation.method.toLowerCase()} ${operation.template}`]
  if (operation === undefined || route === undefined) return unknownRoute(incoming)
  return checked(state, incoming, operation, body, () => routed(state, incoming, operation, route, grant, body))
}

/** A client that leaves what the emulator knows must not pass for a client that works. */
function unknownRoute(incoming: Incoming): Answer {
  const message = `The emulator does not know ${incoming.method} ${incoming.url.pathname}.`
  return { status: 501, body: { message } }
}

/** Holds request and answer against GitHub's description. */
function checked(state: State, incoming: Incoming, operation: Operation, body: unknown, handle: () => Answer): Answer {
  const contract = loadContract()
  const problems = contract.requestProblems(operation, incoming.url.searchParams, body)
  const invalid = { message: `Invalid request.\n\n${problems.join('\n')}`, documentation_url, status: '422' }
  if (problems.length > 0) return { status: 422, body: invalid }
  const answer = handle()
  const breaches = contract.responseProblems(operation, answer.status, answer.body)
  for (const breach of breaches) {
    state.contractBreaches.push(`${incoming.method} ${operation.template} ${answer.status}: ${breach}`)
  }
  return answer
}

function routed(
  state: State,
  incoming: Incoming,
  operation: Operation,
  route: Route,
  grant: TokenGrant,
  body: unknown,
): Answer {
  const { owner, repo } = operation.parameters
  if (owner !== state.owner || repo !== state.name) {
    return { status: 404, body: { message: 'Not Found', documentation_url, status: '404' } }
  }
  if (!isAllowed(route, grant)) {
    return notAccessible(route.needs.map(({ scope, level }) => `${scope}=${level}`).join('; '))
  }
  if (route.creates === true && overContentBudget(state)) return secondaryRateLimit(60, 403)
  const answer = route.handle({
    state,
    operation,
    query: incoming.url.searchParams,
    body: isObject(body) ? body : {},
    grant,
  })
  if (route.creates === true && answer.status < 300) state.creations.push(performance.now())
  return answer
}

function isAllowed(route: Route, grant: TokenGrant): boolean {
  const held = (level: string | undefined) => (level === 'write' ? 2 : level === 'read' ? 1 : 0)
  return route.needs.length === 0 || route.needs.some((need) => held(grant.permissions[need.scope]) >= held(need.level))
}

function overContentBudget(state: State): boolean {
  const since = (milliseconds: number) =>
    state.creations.filter((time) => performance.now() - time < milliseconds).length
  return since(60_000) >= state.limits.contentPerMinute || since(3_600_000) >= state.limits.contentPerHour
}

/** The primary limit (github/docs, rate-limits-for-the-rest-api): 403 and nothing remaining. */
function rateLimited(): Answer {
  return { status: 403, body: { message: 'API rate limit exceeded for installation.', documentation_url } }
}

function withRateHeaders(state: State, answer: Answer): Answer {
  const { requests } = state.limits
  const headers = {
    'x-ratelimit-limit': String(requests),
    'x-ratelimit-remaining': String(Math.max(requests - state.requestsUsed, 0)),
    'x-ratelimit-used': String(Math.min(state.requestsUsed, requests)),
    'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 3600),
    'x-ratelimit-resource': 'core',
    'x-github-api-version-selected': '2022-11-28',
  }
  return { ...answer, headers: { ...headers, ...answer.headers } }
}
