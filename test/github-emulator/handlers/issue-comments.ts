import { type Answer, type ApiRequest, bodyTooLong, isTooLong, notFound, paged } from '../answer.ts'
import { issueCommentShape } from '../shapes.ts'
import { type IssueComment, newId, now } from '../state.ts'
import { pullOf } from './pulls.ts'

export function listIssueComments(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  const comments = request.state.issueComments.filter((comment) => comment.issue === pull.number)
  return paged(
    request,
    comments.map((comment) => issueCommentShape(request.state, comment)),
  )
}

export function createIssueComment(request: ApiRequest): Answer {
  const pull = pullOf(request)
  if (pull === undefined) return notFound()
  if (isTooLong(request.body.body)) return bodyTooLong('IssueComment')
  const { state, grant } = request
  const at = now(state)
  const comment = { id: newId(state), issue: pull.number, login: grant.login, createdAt: at, updatedAt: at }
  const stored: IssueComment = { ...comment, body: String(request.body.body) }
  state.issueComments.push(stored)
  return { status: 201, body: issueCommentShape(state, stored) }
}

export function getIssueComment(request: ApiRequest): Answer {
  const comment = commentOf(request)
  return comment === undefined ? notFound() : { status: 200, body: issueCommentShape(request.state, comment) }
}

export function updateIssueComment(request: ApiRequest): Answer {
  const comment = commentOf(request)
  if (comment === undefined) return notFound()
  if (isTooLong(request.body.body)) return bodyTooLong('IssueComment')
  comment.body = String(request.body.body)
  comment.updatedAt = now(request.state)
  return { status: 200, body: issueCommentShape(request.state, comment) }
}

export function deleteIssueComment(request: ApiRequest): Answer {
  const comment = commentOf(request)
  if (comment === undefined) return notFound()
  request.state.issueComments = request.state.issueComments.filter((other) => other !== comment)
  return { status: 204 }
}

function commentOf(request: ApiRequest): IssueComment | undefined {
  const id = Number(request.operation.parameters.comment_id)
  return request.state.issueComments.find((comment) => comment.id === id)
}
