import { type Answer, type ApiRequest, notFound } from '../answer.ts'
import { pullDiff } from '../pull-diff.ts'
import { diffEntryShape, repositoryShape, userShape } from '../shapes.ts'
import type { State } from '../state.ts'

function repositoryUrl(state: State): string {
  return `${state.apiUrl}/repos/${state.owner}/${state.name}`
}

function found(state: State, revision: string, type: 'commit' | 'tree' | 'blob'): string | undefined {
  return state.git.resolve(`${revision}^{${type}}`)
}

export function getRepository(request: ApiRequest): Answer {
  return { status: 200, body: repositoryShape(request.state) }
}

export function getRef(request: ApiRequest): Answer {
  const { state } = request
  const ref = `refs/${request.operation.parameters.ref}`
  const sha = state.git.resolve(ref)
  if (sha === undefined) return notFound()
  const object = { type: 'commit', sha, url: `${repositoryUrl(state)}/git/commits/${sha}` }
  return { status: 200, body: { ref, node_id: `REF_${sha}`, url: `${repositoryUrl(state)}/git/${ref}`, object } }
}

interface CommitFacts {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly person: { readonly name: string; readonly email: string; readonly date: string }
}

function commitFacts(state: State, sha: string): CommitFacts {
  const format = ['%T', '%P', '%an', '%ae', '%aI', '%B'].join('%x00')
  const [tree = '', parents = '', name = '', email = '', date = '', message = ''] = state.git
    .git('show', '-s', `--format=${format}`, sha)
    .split('\0')
  return {
    sha,
    tree,
    parents: parents.split(' ').filter(Boolean),
    message: message.trimEnd(),
    person: { name, email, date },
  }
}

const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }

export function getCommit(request: ApiRequest): Answer {
  const { state } = request
  const sha = found(state, request.operation.parameters.commit_sha ?? '', 'commit')
  if (sha === undefined) return notFound()
  const facts = commitFacts(state, sha)
  const url = `${repositoryUrl(state)}/git/commits`
  const page = `${state.serverUrl}/${state.owner}/${state.name}/commit`
  return {
    status: 200,
    body: {
      sha,
      node_id: `C_${sha}`,
      url: `${url}/${sha}`,
      html_url: `${page}/${sha}`,
      author: facts.person,
      committer: facts.person,
      tree: { sha: facts.tree, url: `${repositoryUrl(state)}/git/trees/${facts.tree}` },
      message: facts.message,
      parents: facts.parents.map((parent) => ({ sha: parent, url: `${url}/${parent}`, html_url: `${page}/${parent}` })),
      verification: UNSIGNED,
    },
  }
}

/** Recursive listings end at 100,000 entries and say `truncated` (OpenAPI description). */
const MAX_TREE_ENTRIES = 100_000

export function getTree(request: ApiRequest): Answer {
  const { state } = request
  const sha = found(state, request.operation.parameters.tree_sha ?? '', 'tree')
  if (sha === undefined) return notFound()
  const recursive = request.query.has('recursive') ? ['-r', '-t'] : []
  const lines = state.git
    .git('ls-tree', '-z', '--long', ...recursive, sha)
    .split('\0')
    .filter(Boolean)
  const tree = lines.slice(0, MAX_TREE_ENTRIES).map((line) => treeEntry(state, line))
  const url = `${repositoryUrl(state)}/git/trees/${sha}`
  return { status: 200, body: { sha, url, tree, truncated: lines.length > MAX_TREE_ENTRIES } }
}

function treeEntry(state: State, line: string) {
  const [facts = '', path = ''] = line.split('\t')
  const [mode, type = '', sha, size] = facts.split(/ +/)
  const entry = { path, mode, type, sha, url: `${repositoryUrl(state)}/git/${type}s/${sha}` }
  return type === 'blob' ? { ...entry, size: Number(size) } : entry
}

export function getBlob(request: ApiRequest): Answer {
  const { state } = request
  const sha = found(state, request.operation.parameters.file_sha ?? '', 'blob')
  if (sha === undefined) return notFound()
  const bytes = state.git.bytes('cat-file', 'blob', sha)
  const url = `${repositoryUrl(state)}/git/blobs/${sha}`
  const content = bytes.toString('base64')
  return { status: 200, body: { sha, node_id: `B_${sha}`, size: bytes.length, url, content, encoding: 'base64' } }
}

/** Files and links; folders answer with their entries. */
export function getContents(request: ApiRequest): Answer {
  const { state } = request
  const path = request.operation.parameters.path ?? ''
  const ref = request.query.get('ref') ?? 'main'
  const sha = state.git.resolve(`${ref}:${path}`)
  if (sha === undefined) return notFound()
  if (state.git.git('cat-file', '-t', sha) === 'blob') return { status: 200, body: contentShape(state, path, sha, ref) }
  const names = state.git.git('ls-tree', '-z', sha).split('\0').filter(Boolean)
  return { status: 200, body: names.map((line) => directoryEntry(state, path, line, ref)) }
}

function contentLinks(state: State, path: string, sha: string, ref: string, kind: 'blobs' | 'trees') {
  const encoded = path.split('/').map(encodeURIComponent).join('/')
  const url = `${repositoryUrl(state)}/contents/${encoded}?ref=${ref}`
  const html = `${state.serverUrl}/${state.owner}/${state.name}/blob/${ref}/${encoded}`
  const git = `${repositoryUrl(state)}/git/${kind}/${sha}`
  return { url, html_url: html, git_url: git, download_url: html, _links: { self: url, html, git } }
}

function contentShape(state: State, path: string, sha: string, ref: string) {
  const bytes = state.git.bytes('cat-file', 'blob', sha)
  const links = contentLinks(state, path, sha, ref, 'blobs')
  const name = path.split('/').at(-1) ?? path
  const content = `${bytes.toString('base64').replace(/(.{60})/g, '$1\n')}\n`
  return { type: 'file', name, path, sha, size: bytes.length, encoding: 'base64', content, ...links }
}

function directoryEntry(state: State, folder: string, line: string, ref: string) {
  const [facts = '', name = ''] = line.split('\t')
  const [, type, sha = ''] = facts.split(' ')
  const path = `${folder}/${name}`.replace(/^\//, '')
  const size = type === 'blob' ? Number(state.git.git('cat-file', '-s', sha)) : 0
  const links = contentLinks(state, path, sha, ref, type === 'blob' ? 'blobs' : 'trees')
  return { type: type === 'blob' ? 'file' : 'dir', name, path, sha, size, ...links }
}

/** Files only on page 1 and at most 300; 250 commits (OpenAPI description of `compare`). */
const MAX_COMPARE_FILES = 300
const MAX_COMPARE_COMMITS = 250

export function compare(request: ApiRequest): Answer {
  const { state } = request
  const [base = '', head = ''] = (request.operation.parameters.basehead ?? '').split('...')
  const [left, right] = [found(state, base, 'commit'), found(state, head, 'commit')]
  if (left === undefined || right === undefined) return notFound()
  const mergeBase = state.git.git('merge-base', left, right)
  const ahead = revisions(state, `${left}..${right}`)
  const behind = revisions(state, `${right}..${left}`)
  const files = Number(request.query.get('page') ?? 1) === 1 ? pullDiff(state.git, left, right) : []
  const page = `${state.serverUrl}/${state.owner}/${state.name}/compare/${base}...${head}`
  return {
    status: 200,
    body: {
      url: `${repositoryUrl(state)}/compare/${base}...${head}`,
      ...{ html_url: page, permalink_url: page, diff_url: `${page}.diff`, patch_url: `${page}.patch` },
      base_commit: commitShape(state, left),
      merge_base_commit: commitShape(state, mergeBase),
      status: comparisonStatus(ahead.length, behind.length),
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: ahead.slice(0, MAX_COMPARE_COMMITS).map((sha) => commitShape(state, sha)),
      files: files.slice(0, MAX_COMPARE_FILES).map((file) => diffEntryShape(state, file, right)),
    },
  }
}

function revisions(state: State, range: string): readonly string[] {
  return state.git.git('rev-list', '--reverse', range).split('\n').filter(Boolean)
}

function comparisonStatus(ahead: number, behind: number): string {
  if (ahead > 0) return behind > 0 ? 'diverged' : 'ahead'
  return behind > 0 ? 'behind' : 'identical'
}

function commitShape(state: State, sha: string) {
  const facts = commitFacts(state, sha)
  const url = `${repositoryUrl(state)}/commits`
  const page = `${state.serverUrl}/${state.owner}/${state.name}/commit`
  return {
    sha,
    node_id: `C_${sha}`,
    url: `${url}/${sha}`,
    html_url: `${page}/${sha}`,
    comments_url: `${url}/${sha}/comments`,
    commit: {
      url: `${repositoryUrl(state)}/git/commits/${sha}`,
      author: facts.person,
      committer: facts.person,
      message: facts.message,
      comment_count: 0,
      tree: { sha: facts.tree, url: `${repositoryUrl(state)}/git/trees/${facts.tree}` },
      verification: UNSIGNED,
    },
    author: userShape(state, 'shop-developer'),
    committer: userShape(state, 'shop-developer'),
    parents: facts.parents.map((parent) => ({ sha: parent, url: `${url}/${parent}`, html_url: `${page}/${parent}` })),
  }
}
