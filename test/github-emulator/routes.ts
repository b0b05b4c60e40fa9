import type { Route } from './answer.ts'
import { createCheckRun, getPermission, uploadSarif } from './handlers/checks.ts'
import { compare, getBlob, getCommit, getContents, getRef, getRepository, getTree } from './handlers/git-data.ts'
import {
  createIssueComment,
  deleteIssueComment,
  getIssueComment,
  listIssueComments,
  updateIssueComment,
} from './handlers/issue-comments.ts'
import { getPull, listLabels, listPullFiles } from './handlers/pulls.ts'
import {
  createReview,
  createReviewComment,
  deleteReviewComment,
  getReviewComment,
  listReviewComments,
  listReviews,
  updateReviewComment,
} from './handlers/reviews.ts'

/** Which scopes open what: github/docs, permissions-required-for-github-apps. */
const readPulls = [{ scope: 'pull_requests', level: 'read' }] as const
const writePulls = [{ scope: 'pull_requests', level: 'write' }] as const
const readContents = [{ scope: 'contents', level: 'read' }] as const
const readIssues = [
  { scope: 'issues', level: 'read' },
  { scope: 'pull_requests', level: 'read' },
] as const
const writeIssues = [
  { scope: 'issues', level: 'write' },
  { scope: 'pull_requests', level: 'write' },
] as const

const REPO = '/repos/{owner}/{repo}'

export const routes: Readonly<Record<string, Route>> = {
  [`get ${REPO}`]: { needs: [], handle: getRepository },
  [`get ${REPO}/pulls/{pull_number}`]: { needs: readPulls, handle: getPull },
  [`get ${REPO}/pulls/{pull_number}/files`]: { needs: readPulls, handle: listPullFiles },
  [`get ${REPO}/pulls/{pull_number}/reviews`]: { needs: readPulls, handle: listReviews },
  [`post ${REPO}/pulls/{pull_number}/reviews`]: { needs: writePulls, creates: true, handle: createReview },
  [`get ${REPO}/pulls/{pull_number}/comments`]: { needs: readPulls, handle: listReviewComments },
  [`post ${REPO}/pulls/{pull_number}/comments`]: { needs: writePulls, creates: true, handle: createReviewComment },
  [`get ${REPO}/pulls/comments/{comment_id}`]: { needs: readPulls, handle: getReviewComment },
  [`patch ${REPO}/pulls/comments/{comment_id}`]: { needs: writePulls, handle: updateReviewComment },
  [`delete ${REPO}/pulls/comments/{comment_id}`]: { needs: writePulls, handle: deleteReviewComment },
  [`get ${REPO}/issues/{issue_number}/comments`]: { needs: readIssues, handle: listIssueComments },
  [`post ${REPO}/issues/{issue_number}/comments`]: { needs: writeIssues, creates: true, handle: createIssueComment },
  [`get ${REPO}/issues/comments/{comment_id}`]: { needs: readIssues, handle: getIssueComment },
  [`patch ${REPO}/issues/comments/{comment_id}`]: { needs: writeIssues, handle: updateIssueComment },
  [`delete ${REPO}/issues/comments/{comment_id}`]: { needs: writeIssues, handle: deleteIssueComment },
  [`get ${REPO}/issues/{issue_number}/labels`]: { needs: readIssues, handle: listLabels },
  [`get ${REPO}/git/ref/{ref}`]: { needs: readContents, handle: getRef },
  [`get ${REPO}/git/commits/{commit_sha}`]: { needs: readContents, handle: getCommit },
  [`get ${REPO}/git/trees/{tree_sha}`]: { needs: readContents, handle: getTree },
  [`get ${REPO}/git/blobs/{file_sha}`]: { needs: readContents, handle: getBlob },
  [`get ${REPO}/compare/{basehead}`]: { needs: readContents, handle: compare },
  [`get ${REPO}/contents/{path}`]: { needs: readContents, handle: getContents },
  [`post ${REPO}/check-runs`]: { needs: [{ scope: 'checks', level: 'write' }], handle: createCheckRun },
  [`get ${REPO}/collaborators/{username}/permission`]: { needs: [], handle: getPermission },
  [`post ${REPO}/code-scanning/sarifs`]: {
    needs: [{ scope: 'security_events', level: 'write' }],
    handle: uploadSarif,
  },
}
