/** A refusal or a failure of the API, as a sentence for people with a way out. */
export interface ApiFailure {
  readonly status: number
  readonly reason: string
}

/**
 * The failure behind a rejected call.
 * @throws the error itself when it does not come from the API: then it is ours and must be seen.
 */
export function apiFailure(error: unknown): ApiFailure {
  if (!(error instanceof Error)) throw error
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined
  if (status !== undefined) return { status, reason: reasonFor(status, isRateLimit(error)) }
  // Answered with 200 and errors inside: the GraphQL way of refusing.
  if (error.name === 'GraphqlResponseError') return { status: 403, reason: reasonFor(403, isRateLimit(error)) }
  throw error
}

/** Neither made nor refused for certain: what was asked for may exist all the same. */
export function mayHaveHappened(failure: ApiFailure): boolean {
  return failure.status >= 500
}

function isRateLimit(error: Error): boolean {
  return /rate limit/i.test(error.message)
}

function reasonFor(status: number, rateLimit: boolean): string {
  if (rateLimit || status === 429) return 'GitHub’s rate limit was reached. Run the job again later.'
  switch (status) {
    case 401:
      return 'GitHub did not accept the token (401). Pass the job’s token in the input token.'
    case 403:
    case 404:
      return (
        `The token may not write to this pull request (${status}): give the job "pull-requests: write". ` +
        'Runs for forks and Dependabot get a read-only token.'
      )
    case 422:
      return 'GitHub could not place what was posted (422).'
    default:
      return `GitHub could not be reached or failed (${status}). Run the job again.`
  }
}
