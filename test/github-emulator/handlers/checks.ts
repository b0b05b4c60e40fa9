import { gunzipSync } from 'node:zlib'
import { type Answer, type ApiRequest, validationFailed } from '../answer.ts'
import { checkRunShape, userShape } from '../shapes.ts'
import { newId } from '../state.ts'

/** 50 annotations a request and the text limits come from the description itself. */
export function createCheckRun(request: ApiRequest): Answer {
  const { state, body } = request
  const headSha = String(body.head_sha)
  if (state.git.resolve(`${headSha}^{commit}`) === undefined) {
    return validationFailed([{ resource: 'CheckRun', code: 'invalid', field: 'head_sha' }])
  }
  const run = { id: newId(state), name: String(body.name), headSha, body }
  state.checkRuns.push(run)
  return { status: 201, body: checkRunShape(state, run) }
}

/** People of the repository's owner may write, everybody else may read. */
export function getPermission(request: ApiRequest): Answer {
  const { state } = request
  const username = request.operation.parameters.username ?? ''
  const level = username === state.owner ? 'admin' : 'read'
  const permissions = { pull: true, triage: false, push: level === 'admin', maintain: false, admin: level === 'admin' }
  const user = { ...userShape(state, username), permissions, role_name: level }
  return { status: 200, body: { permission: level, role_name: level, user } }
}

const MAX_SARIF_BYTES = 10 * 1024 * 1024

/** The upload is gzip in base64, at most 10 MB (github/docs, sarif-support-for-code-scanning). */
export function uploadSarif(request: ApiRequest): Answer {
  const { state, body } = request
  const bytes = Buffer.from(String(body.sarif), 'base64')
  if (bytes.length > MAX_SARIF_BYTES) return { status: 413, body: undefined }
  try {
    JSON.parse(gunzipSync(bytes).toString('utf8'))
  } catch {
    return { status: 400, body: { message: 'sarif is not gzip-compressed JSON', documentation_url: '' } }
  }
  const id = `00000000-0000-0000-0000-${String(newId(state)).padStart(12, '0')}`
  state.sarifs.push({ id, commitSha: String(body.commit_sha) })
  return {
    status: 202,
    body: { id, url: `${state.apiUrl}/repos/${state.owner}/${state.name}/code-scanning/sarifs/${id}` },
  }
}
