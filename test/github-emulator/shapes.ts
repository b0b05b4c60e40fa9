import { currentPlace } from './outdated.ts'
import type { DiffFile } from './pull-diff.ts'
import type { CheckRun, IssueComment, PullRequest, Review, State, StoredReviewComment } from './state.ts'

/** REST shapes of GitHub's objects, complete enough for its own description. */

/** The id of `github-actions[bot]` is public and fixed; people get one from their name. */
const ACTIONS_BOT_ID = 41_898_282

export function userId(login: string): number {
  return login === 'github-actions[bot]'
    ? ACTIONS_BOT_ID
    : [...login].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), 7) % 9_000_000
}

export function userShape(state: State, login: string) {
  const url = `${state.apiUrl}/users/${encodeURIComponent(login)}`
  return {
    login,
    id: userId(login),
    node_id: `U_${userId(login)}`,
    avatar_url: `${state.serverUrl}/avatars/${userId(login)}`,
    gravatar_id: '',
    url,
    html_url: `${state.serverUrl}/${encodeURIComponent(login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: login.endsWith('[bot]') ? 'Bot' : 'User',
    site_admin: false,
  }
}

const PLAIN_LINKS = [
  'assignees{/user}',
  'branches{/branch}',
  'collaborators{/collaborator}',
  'comments{/number}',
  'commits{/sha}',
  'compare/{base}...{head}',
  'contents/{+path}',
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'hooks',
  'issues{/number}',
  'keys{/key_id}',
  'labels{/name}',
  'languages',
  'merges',
  'milestones{/number}',
  'notifications{?since,all,participating}',
  'pulls{/number}',
  'releases{/id}',
  'stargazers',
  'statuses/{sha}',
  'subscribers',
  'subscription',
  'tags',
  'teams',
] as const

export function repositoryShape(state: State, fullName = `${state.owner}/${state.name}`) {
  const [owner = '', name = ''] = fullName.split('/')
  const url = `${state.apiUrl}/repos/${fullName}`
  const page = `${state.serverUrl}/${fullName}`
  const links = PLAIN_LINKS.map((link) => [`${/^\w+/.exec(link)?.[0]}_url`, `${url}/${link}`])
  return {
    ...Object.fromEntries(links),
    archive_url: `${url}/{archive_format}{/ref}`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    issue_events_url: `${url}/issues/events{/number}`,
    trees_url: `${url}/git/trees{/sha}`,
    id: userId(fullName),
    node_id: `R_${userId(fullName)}`,
    name,
    full_name: fullName,
    owner: userShape(state, owner),
    private: false,
    fork: owner !== state.owner,
    description: null,
    homepage: null,
    language: null,
    license: null,
    mirror_url: null,
    url,
    html_url: page,
    clone_url: `${page}.git`,
    git_url: `git://${new URL(state.serverUrl).host}/${fullName}.git`,
    ssh_url: `git@${new URL(state.serverUrl).hostname}:${fullName}.git`,
    svn_url: page,
    default_branch: 'main',
    ...{ forks: 0, forks_count: 0, open_issues: 0, open_issues_count: 0, size: 1, stargazers_count: 0 },
    ...{ watchers: 0, watchers_count: 0, network_count: 0, subscribers_count: 0 },
    ...{ has_issues: true, has_projects: false, has_wiki: false, has_pages: false },
    ...{ has_downloads: false, has_discussions: false },
    ...{ archived: false, disabled: false },
    ...{ pushed_at: CREATED, created_at: CREATED, updated_at: CREATED },
  }
}

const CREATED = '2026-01-05T10:00:00Z'

/** As in `GET pulls/{n}` and in webhook payloads. */
export function pullShape(state: State, pull: PullRequest) {
  const url = `${state.apiUrl}/repos/${state.owner}/${state.name}/pulls/${pull.number}`
  const issue = `${state.apiUrl}/repos/${state.owner}/${state.name}/issues/${pull.number}`
  const page = `${state.serverUrl}/${state.owner}/${state.name}/pull/${pull.number}`
  const statuses = `${state.apiUrl}/repos/${state.owner}/${state.name}/statuses/${pull.headSha}`
  return {
    url,
    id: pull.number + 1_000_000,
    node_id: `PR_${pull.number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${state.apiUrl}/repos/${state.owner}/${state.name}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    number: pull.number,
    state: 'open',
    locked: false,
    title: pull.title,
    user: userShape(state, pull.author),
    body: null,
    labels: pull.labels.map((name) => labelShape(state, name)),
    ...{ milestone: null, closed_at: null, merged_at: null, assignee: null, auto_merge: null, merged_by: null },
    ...{ assignees: [], requested_reviewers: [], requested_teams: [] },
    created_at: CREATED,
    updated_at: CREATED,
    merge_commit_sha: pull.mergeSha ?? null,
    head: branchShape(state, pull.headRepository, pull.headRef, pull.headSha),
    base: branchShape(state, `${state.owner}/${state.name}`, pull.baseRef, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${state.apiUrl}/repos/${state.owner}/${state.name}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: statuses },
    },
    author_association: 'CONTRIBUTOR',
    draft: false,
    merged: false,
    mergeable: pull.mergeSha !== undefined,
    rebaseable: pull.mergeSha !== undefined,
    mergeable_state: pull.mergeSha === undefined ? 'dirty' : 'clean',
    comments: state.issueComments.filter((comment) => comment.issue === pull.number).length,
    review_comments: state.reviewComments.filter((comment) => comment.pull === pull.number).length,
    maintainer_can_modify: false,
    ...{ commits: 1, additions: 0, deletions: 0, changed_files: 0 },
  }
}

function branchShape(state: State, repository: string, ref: string, sha: string) {
  const [owner = ''] = repository.split('/')
  return {
    label: `${owner}:${ref}`,
    ref,
    sha,
    user: userShape(state, owner),
    repo: repositoryShape(state, repository),
  }
}

export function labelShape(state: State, name: string) {
  const url = `${state.apiUrl}/repos/${state.owner}/${state.name}/labels/${encodeURIComponent(name)}`
  return {
    id: userId(name),
    node_id: `LA_${userId(name)}`,
    url,
    name,
    description: null,
    color: 'ededed',
    default: false,
  }
}

export function issueCommentShape(state: State, comment: IssueComment) {
  const repo = `${state.apiUrl}/repos/${state.owner}/${state.name}`
  return {
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${repo}/issues/comments/${comment.id}`,
    html_url: `${state.serverUrl}/${state.owner}/${state.name}/pull/${comment.issue}#issuecomment-${comment.id}`,
    issue_url: `${repo}/issues/${comment.issue}`,
    body: comment.body,
    user: userShape(state, comment.login),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: 'NONE',
    minimized: comment.minimized === undefined ? null : { reason: comment.minimized.toLowerCase() },
  }
}

export function reviewShape(state: State, review: Review) {
  const pull = `${state.apiUrl}/repos/${state.owner}/${state.name}/pulls/${review.pull}`
  const page = `${state.serverUrl}/${state.owner}/${state.name}/pull/${review.pull}#pullrequestreview-${review.id}`
  return {
    id: review.id,
    node_id: `PRR_${review.id}`,
    user: userShape(state, review.login),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pull,
    author_association: 'NONE',
    _links: { html: { href: page }, pull_request: { href: pull } },
    ...(review.state !== 'PENDING' && { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  }
}

export function reviewCommentShape(state: State, comment: StoredReviewComment) {
  const repo = `${state.apiUrl}/repos/${state.owner}/${state.name}`
  const url = `${repo}/pulls/comments/${comment.id}`
  const page = `${state.serverUrl}/${state.owner}/${state.name}/pull/${comment.pull}#discussion_r${comment.id}`
  const place = currentPlace(state, comment)
  return {
    url,
    pull_request_review_id: comment.review,
    id: comment.id,
    node_id: `PRRC_${comment.id}`,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: state.pulls.get(comment.pull)?.headSha ?? comment.commitId,
    original_commit_id: comment.commitId,
    ...(comment.inReplyTo !== undefined && { in_reply_to_id: comment.inReplyTo }),
    user: userShape(state, comment.login),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: page,
    pull_request_url: `${repo}/pulls/${comment.pull}`,
    author_association: 'NONE',
    _links: { self: { href: url }, html: { href: page }, pull_request: { href: `${repo}/pulls/${comment.pull}` } },
    line: place.line,
    start_line: place.startLine,
    original_line: comment.line,
    original_start_line: comment.startLine ?? null,
    side: comment.side,
    start_side: comment.startLine === undefined ? null : (comment.startSide ?? comment.side),
    subject_type: 'line',
  }
}

export function diffEntryShape(state: State, file: DiffFile, head: string) {
  const page = `${state.serverUrl}/${state.owner}/${state.name}`
  const path = file.path.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.sha,
    filename: file.path,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${page}/blob/${head}/${path}`,
    raw_url: `${page}/raw/${head}/${path}`,
    contents_url: `${state.apiUrl}/repos/${state.owner}/${state.name}/contents/${path}?ref=${head}`,
    ...(file.patch !== undefined && { patch: file.patch }),
    ...(file.previousPath !== undefined && { previous_filename: file.previousPath }),
  }
}

export function checkRunShape(state: State, run: CheckRun) {
  const url = `${state.apiUrl}/repos/${state.owner}/${state.name}/check-runs/${run.id}`
  const output = (run.body.output ?? {}) as { title?: string; summary?: string; text?: string; annotations?: unknown[] }
  return {
    id: run.id,
    head_sha: run.headSha,
    node_id: `CR_${run.id}`,
    external_id: run.body.external_id ?? null,
    url,
    html_url: `${state.serverUrl}/${state.owner}/${state.name}/runs/${run.id}`,
    details_url: run.body.details_url ?? null,
    status: run.body.status ?? (run.body.conclusion === undefined ? 'queued' : 'completed'),
    conclusion: run.body.conclusion ?? null,
    started_at: run.body.started_at ?? null,
    completed_at: run.body.completed_at ?? null,
    name: run.name,
    check_suite: { id: 1 },
    app: null,
    pull_requests: [],
    output: {
      title: output.title ?? null,
      summary: output.summary ?? null,
      text: output.text ?? null,
      annotations_count: output.annotations?.length ?? 0,
      annotations_url: `${url}/annotations`,
    },
  }
}
