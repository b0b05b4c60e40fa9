import type { PostedComment } from './client.ts'

/** A marker alone proves nothing: anybody can write one. GraphQL may leave out the `[bot]` that REST gives an app. */
export function isOwn(comment: PostedComment, viewer: string): boolean {
  return comment.login === viewer || comment.login === `${viewer}[bot]`
}
