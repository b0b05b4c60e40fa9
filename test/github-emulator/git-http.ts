import { spawn } from 'node:child_process'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { grantOf } from './answer-request.ts'
import { GIT_ENVIRONMENT } from './git-repository.ts'
import type { State } from './state.ts'

/** Serves fetches below `root` (owner/name.git) with Git's own CGI; pushing is off, a token is always asked for. */
export function serveGit(
  state: State,
  root: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const grant = grantOf(state, request)
  const status = grant === undefined ? 401 : grant.permissions.contents === undefined ? 403 : 200
  const entry = { method: request.method ?? 'GET', path: url.pathname, query: url.search, body: undefined }
  state.log.push({ ...entry, login: grant?.login, headers: request.headers, status, at: performance.now() })
  if (status !== 200) {
    response.writeHead(status, { 'www-authenticate': 'Basic realm="GitHub"' })
    response.end()
    return
  }
  const backend = spawn('git', ['http-backend'], { env: cgiEnvironment(root, url, request) })
  request.pipe(backend.stdin)
  backend.stdin.on('error', () => undefined)
  passOn(backend.stdout, response).catch((error: unknown) =>
    response.destroy(error instanceof Error ? error : undefined),
  )
}

function cgiEnvironment(root: string, url: URL, request: IncomingMessage): NodeJS.ProcessEnv {
  // GitHub serves a repository with and without the ending.
  const path = url.pathname.replace(/^(\/[^/]+\/[^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack))$/, '$1.git$2')
  return {
    ...GIT_ENVIRONMENT,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: path,
    QUERY_STRING: url.search.slice(1),
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    ...(request.headers['content-length'] && { CONTENT_LENGTH: request.headers['content-length'] }),
    ...(request.headers['content-encoding'] && { HTTP_CONTENT_ENCODING: request.headers['content-encoding'] }),
    ...(request.headers['git-protocol'] && { GIT_PROTOCOL: String(request.headers['git-protocol']) }),
  }
}

/** A CGI answer: header lines, an empty line, the body. */
async function passOn(output: NodeJS.ReadableStream, response: ServerResponse): Promise<void> {
  let head = Buffer.alloc(0)
  let headDone = false
  for await (const chunk of output) {
    if (headDone) {
      response.write(chunk)
      continue
    }
    head = Buffer.concat([head, chunk as Buffer])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) continue
    headDone = true
    writeHead(head.subarray(0, end).toString('latin1'), response)
    response.write(head.subarray(end + 4))
  }
  response.end()
}

function writeHead(text: string, response: ServerResponse): void {
  const fields = text
    .split('\r\n')
    .map((line) => [/^[^:]*/.exec(line)?.[0] ?? '', line.replace(/^[^:]*: ?/, '')] as const)
  const status = fields.find(([name]) => name.toLowerCase() === 'status')?.[1]
  response.writeHead(
    status === undefined ? 200 : Number.parseInt(status, 10),
    fields.filter(([name]) => name.toLowerCase() !== 'status').flat(),
  )
}
