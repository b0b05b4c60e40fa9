import { type Answer, type ApiRequest, notFound, paged } from '../answer.ts'
import { pullDiff } from '../pull-diff.ts'
import { diffEntryShape, labelShape, pullShape } from '../shapes.ts'
import type { PullRequest } from '../state.ts'

export function pullOf(request: ApiRequest): PullRequest | undefined {
  const { pull_number, issue_number } = request.operation.parameters
  return request.state.pulls.get(Number(pull_number ?? issue_number))
}

export function getPull(request: ApiRequest): Answer {
  const pull = pullOf(request)
  return pull === undefined ? notFound() : { status: 200, body: pullShape(request.state, pull) }
}

/** At most 3,000 files are ever listed (OpenAPI description of `GET pulls/{n}/files`). */
const MAX_PULL_FILES = 3_000

export function listPullFiles(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  const files = pullDiff(request.state.git, pull.baseSha, pull.headSha)
  const entries = files.map((file) => diffEntryShape(request.state, file, pull.headSha))
  return paged(request, entries, MAX_PULL_FILES)
}

export function listLabels(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  return paged(
    request,
    pull.labels.map((name) => labelShape(request.state, name)),
  )
}
