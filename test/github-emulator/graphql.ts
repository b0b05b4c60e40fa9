import type { Answer } from './answer.ts'
import { notAccessible } from './fault.ts'
import { userId } from './shapes.ts'
import type { State, TokenGrant } from './state.ts'

interface GraphqlBody {
  readonly query?: unknown
  readonly variables?: Readonly<Record<string, unknown>>
}

const MINIMIZE_REASONS = ['SPAM', 'ABUSE', 'OFF_TOPIC', 'OUTDATED', 'DUPLICATE', 'RESOLVED']

/**
 * The two fields the client needs, by hand: `viewer` (the job's token cannot call `GET /user`,
 * marocchino/sticky-pull-request-comment#332) and `minimizeComment`. Everything else is refused.
 */
export function answerGraphql(state: State, grant: TokenGrant, body: GraphqlBody): Answer {
  const query = typeof body.query === 'string' ? body.query : ''
  if (/\bminimizeComment\s*\(/.test(query)) return minimize(state, grant, body.variables ?? {})
  if (/\bviewer\s*\{/.test(query)) {
    return { status: 200, body: { data: { viewer: { login: grant.login, databaseId: userId(grant.login) } } } }
  }
  return { status: 501, body: { message: 'The emulator does not know this GraphQL document.' } }
}

/** Allowed with pull-requests or issues write (shakacode/react_on_rails#2412); denials come as 200 with errors. */
function minimize(state: State, grant: TokenGrant, variables: Readonly<Record<string, unknown>>): Answer {
  const input = (variables.input ?? variables) as { subjectId?: unknown; classifier?: unknown }
  const { permissions } = grant
  if (permissions.pull_requests !== 'write' && permissions.issues !== 'write') return failed('FORBIDDEN', denied)
  const all = [
    ...state.issueComments.map((comment) => ({ node: `IC_${comment.id}`, comment })),
    ...state.reviewComments.map((comment) => ({ node: `PRRC_${comment.id}`, comment })),
  ]
  const target = all.find(({ node }) => node === input.subjectId)
  if (target === undefined)
    return failed('NOT_FOUND', `Could not resolve to a node with the global id of '${input.subjectId}'`)
  const reason = String(input.classifier)
  if (!MINIMIZE_REASONS.includes(reason)) return failed('INVALID', `${reason} is no ReportedContentClassifiers`)
  target.comment.minimized = reason
  return { status: 200, body: { data: { minimizeComment: { minimizedComment: { isMinimized: true } } } } }
}

const denied = (notAccessible('').body as { message: string }).message

function failed(type: string, message: string): Answer {
  return {
    status: 200,
    body: { data: { minimizeComment: null }, errors: [{ type, path: ['minimizeComment'], message }] },
  }
}
