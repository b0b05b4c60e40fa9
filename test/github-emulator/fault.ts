import type { State } from './state.ts'

/** A scripted mishap: when the nth matching request comes, answer with this or change the world first. */
export interface Fault {
  readonly method?: string
  readonly path: RegExp
  /** How many matching requests pass before the fault; 0 (the default) hits the first. */
  readonly after?: number
  /** How many requests it hits; 1 by default. */
  readonly times?: number
  /** Answer instead of the handler's. Without it the request is handled as usual after `effect`. */
  readonly answer?: FaultAnswer
  /** Handle the request and only then give `answer`: the write happened, the client hears of a failure. */
  readonly handledFirst?: boolean
  readonly effect?: (state: State) => void
}

export interface FaultAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const documentation_url = 'https://docs.github.com/rest'

/** The 403 of a token without the scope (github/docs, troubleshooting-the-rest-api). */
export function notAccessible(accepted: string): FaultAnswer {
  return {
    status: 403,
    body: { message: 'Resource not accessible by integration', documentation_url, status: '403' },
    headers: { 'x-accepted-github-permissions': accepted },
  }
}

/** GitHub's page behind a failing gateway. */
export const badGateway: FaultAnswer = { status: 502, body: { message: 'Server Error' } }

/** Secondary rate limit (github/docs, rate-limits-for-the-rest-api). */
export function secondaryRateLimit(retryAfterSeconds: number, status: 403 | 429 = 429): FaultAnswer {
  return {
    status,
    body: {
      message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
      documentation_url,
    },
    headers: { 'retry-after': String(retryAfterSeconds) },
  }
}

/** The 422 of a review with an anchor outside the diff, in the words seen in 2026. */
export const unresolvedLine: FaultAnswer = {
  status: 422,
  body: { message: 'Unprocessable Entity', errors: ['Line could not be resolved'], documentation_url, status: '422' },
}

/** The fault that this request meets, if any; counts it. */
export function nextFault(state: State, method: string, path: string): Fault | undefined {
  const counts = state.faultCounts
  for (const fault of state.faults) {
    if ((fault.method !== undefined && fault.method !== method) || !fault.path.test(path)) continue
    const seen = counts.get(fault) ?? 0
    counts.set(fault, seen + 1)
    const first = fault.after ?? 0
    if (seen >= first && seen < first + (fault.times ?? 1)) return fault
  }
  return undefined
}
