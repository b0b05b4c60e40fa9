import type { Operation } from './contract.ts'
import type { Scope, State, TokenGrant } from './state.ts'

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface ApiRequest {
  readonly state: State
  readonly operation: Operation
  readonly query: URLSearchParams
  /** Parsed JSON, already held against the description. */
  readonly body: Readonly<Record<string, unknown>>
  readonly grant: TokenGrant
}

export interface Route {
  /** Any one of these is enough. */
  readonly needs: readonly { readonly scope: Scope; readonly level: 'read' | 'write' }[]
  /** Counts against the content-creation budget. */
  readonly creates?: boolean
  readonly handle: (request: ApiRequest) => Answer
}

const documentation_url = 'https://docs.github.com/rest'

export function notFound(): Answer {
  return { status: 404, body: { message: 'Not Found', documentation_url, status: '404' } }
}

/** 422 of most endpoints: objects that name resource, field and code. */
export function validationFailed(errors: readonly Readonly<Record<string, unknown>>[]): Answer {
  return { status: 422, body: { message: 'Validation Failed', errors, documentation_url, status: '422' } }
}

/** 422 of `POST reviews`: plain sentences that do not say which comment is meant (QwenLM/qwen-code#6711). */
export function unprocessable(errors: readonly string[]): Answer {
  return {
    status: 422,
    body: { message: 'Unprocessable Entity', errors: [...new Set(errors)], documentation_url, status: '422' },
  }
}

/** Recorded answer to an issue comment of more than 65,536 characters (actions/dependency-review-action#730). */
const BODY_LIMIT = 65_536
export const BODY_TOO_LONG = `Body is too long (maximum is ${BODY_LIMIT} characters)`

export function isTooLong(body: unknown): boolean {
  return typeof body === 'string' && body.length > BODY_LIMIT
}

export function bodyTooLong(resource: string): Answer {
  return validationFailed([{ resource, code: 'unprocessable', field: 'data', message: BODY_TOO_LONG }])
}

/**
 * One page with its `Link` header: 30 a page unless asked, 100 at most (OpenAPI description, parameters `per-page`,
 * `page`). `cap` is the end of what GitHub lists at all.
 */
export function paged(request: ApiRequest, all: readonly unknown[], cap = Number.POSITIVE_INFINITY): Answer {
  const listed = all.slice(0, cap)
  const size = Math.min(Math.max(Number(request.query.get('per_page') ?? 30), 1), 100)
  const page = Math.max(Number(request.query.get('page') ?? 1), 1)
  const last = Math.max(Math.ceil(listed.length / size), 1)
  const link = linkHeader(request, page, last)
  return {
    status: 200,
    body: listed.slice((page - 1) * size, page * size),
    ...(link !== '' && { headers: { link } }),
  }
}

function linkHeader(request: ApiRequest, page: number, last: number): string {
  const { state, operation, query } = request
  const path = operation.template.replace(/\{(\w+)\}/g, (_, name: string) => operation.parameters[name] ?? '')
  const to = (target: number, rel: string) => {
    const parameters = new URLSearchParams(query)
    parameters.set('page', String(target))
    return `<${state.apiUrl}${path}?${parameters}>; rel="${rel}"`
  }
  const before = page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : []
  const after = page < last ? [to(page + 1, 'next'), to(last, 'last')] : []
  return [...before, ...after].join(', ')
}
