import { gzipSync } from 'node:zlib'
import { Octokit } from '@octokit/rest'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { secondaryRateLimit } from './fault.ts'
import type { OpenedPullRequest } from './open-pull-request.ts'
import { shopAfter, shopBefore } from './shop.ts'
import { type Emulator, startEmulator } from './start-emulator.ts'

const REPO = { owner: 'shop', repo: 'shop-deploy' }
const POLICY = 'k8s/checkout.yaml'

let emulator: Emulator
let pull: OpenedPullRequest
let octokit: Octokit

function connect(token: string): Octokit {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  return new Octokit({ auth: token, baseUrl: emulator.apiUrl, log })
}

function onPull() {
  return { ...REPO, pull_number: pull.number, issue_number: pull.number }
}

beforeEach(async () => {
  emulator = await startEmulator()
  pull = emulator.openPullRequest({ base: shopBefore, head: shopAfter })
  octokit = connect(emulator.token({ contents: 'read', pull_requests: 'write' }))
})
afterEach(() => emulator.close())

async function review(...comments: readonly object[]) {
  const request = { ...onPull(), commit_id: pull.headSha, event: 'COMMENT' as const, body: 'Exposure changed.' }
  return octokit.pulls.createReview({ ...request, comments: comments as { path: string; body: string }[] })
}

const refusal = (message: string) =>
  expect.objectContaining({
    status: 422,
    response: expect.objectContaining({
      data: expect.objectContaining({ errors: [expect.stringContaining(message)] }),
    }),
  })

describe('lines that can be commented on', () => {
  const accepted = [
    { name: 'an added line', comment: { line: 12 } },
    { name: 'a context line', comment: { line: 13, side: 'RIGHT' } },
    { name: 'a removed line on the left', comment: { line: 12, side: 'LEFT' } },
    { name: 'a range in one hunk', comment: { start_line: 11, line: 12, side: 'RIGHT', start_side: 'RIGHT' } },
    { name: 'a range from the removed to the added line', comment: { start_line: 12, start_side: 'LEFT', line: 12 } },
  ]
  test.each(accepted)('$name', async ({ comment }) => {
    await review({ path: POLICY, body: 'New access.', ...comment })
    expect(emulator.state.reviewComments).toHaveLength(1)
  })

  const refused = [
    { name: 'a line beyond the context', comment: { line: 2 }, says: 'Line could not be resolved' },
    { name: 'a context line on the left', comment: { line: 11, side: 'LEFT' }, says: 'Line could not be resolved' },
    { name: 'a file outside the diff', comment: { path: 'README.md', line: 1 }, says: 'Path could not be resolved' },
    { name: 'a range of one line', comment: { start_line: 12, line: 12 }, says: 'must precede' },
    { name: 'a range from outside', comment: { start_line: 2, line: 12 }, says: 'same hunk' },
  ]
  test.each(refused)('not $name', async ({ comment, says }) => {
    await expect(review({ path: POLICY, body: 'New access.', ...comment })).rejects.toEqual(refusal(says))
    expect(emulator.state.reviews).toEqual([])
  })

  test('one bad anchor loses the whole review', async () => {
    const good = { path: POLICY, body: 'New access.', line: 12 }
    await expect(review(good, { ...good, line: 1 })).rejects.toEqual(refusal('Line could not be resolved'))
    expect(emulator.state.reviewComments).toEqual([])
  })

  test('a commit that is not the head is refused', async () => {
    const old = pull.headSha
    pull.push({ ...shopAfter, 'README.md': '# The shop\n' })
    await expect(
      octokit.pulls.createReview({ ...onPull(), commit_id: old, event: 'COMMENT', body: 'Late.' }),
    ).rejects.toMatchObject({ status: 422 })
  })

  test('a comment whose line changed is outdated, one whose line moved moves with it', async () => {
    await review({ path: POLICY, body: 'Payments.', line: 12 }, { path: POLICY, body: 'Mobile.', line: 13 })
    const text = String(shopAfter[POLICY]).replace('app: payments', 'app: billing')
    pull.push({ ...shopAfter, [POLICY]: `# Checkout\n${text}` })
    const { data } = await octokit.pulls.listReviewComments(onPull())
    expect(data.map(({ body, line, original_line }) => [body, line, original_line])).toEqual([
      ['Payments.', null, 12],
      ['Mobile.', 14, 13],
    ])
  })
})

describe('listing', () => {
  test('pages of 30, 100 at most, with links', async () => {
    for (const round of Array.from({ length: 65 }, (_, index) => index)) {
      await octokit.issues.createComment({ ...onPull(), body: `Comment ${round}` })
    }
    const first = await octokit.issues.listComments(onPull())
    expect(first.data).toHaveLength(30)
    expect(first.headers.link).toContain('page=2>; rel="next"')
    expect(await octokit.paginate(octokit.issues.listComments, onPull())).toHaveLength(65)
  })

  test('the content budget runs out', async () => {
    emulator.state.limits.contentPerMinute = 1
    await octokit.issues.createComment({ ...onPull(), body: 'One.' })
    await expect(octokit.issues.createComment({ ...onPull(), body: 'Two.' })).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('secondary rate limit'),
    })
  })

  test('binary and very long changes have no patch', async () => {
    const many = Array.from({ length: 2_100 }, (_, index) => `key${index}: ${index}`).join('\n')
    const big = { 'logo.png': Buffer.from([0, 1, 2, 0]), 'values.yaml': many }
    pull = emulator.openPullRequest({ base: shopBefore, head: { ...shopAfter, ...big } })
    const { data } = await octokit.pulls.listFiles(onPull())
    expect(data.map((file) => [file.filename, file.patch !== undefined])).toEqual([
      [POLICY, true],
      ['logo.png', false],
      ['values.yaml', false],
    ])
  })

  test('renames keep the old name', async () => {
    const { [POLICY]: policy, ...rest } = shopBefore
    pull = emulator.openPullRequest({ base: shopBefore, head: { ...rest, 'k8s/policy.yaml': policy ?? '' } })
    const { data } = await octokit.pulls.listFiles(onPull())
    expect(data).toMatchObject([{ status: 'renamed', filename: 'k8s/policy.yaml', previous_filename: POLICY }])
  })
})

describe('tokens', () => {
  test('a read token may read and not write', async () => {
    octokit = connect(emulator.token({ contents: 'read', pull_requests: 'read' }))
    expect((await octokit.pulls.get(onPull())).data.head.sha).toBe(pull.headSha)
    await expect(review()).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining('Resource not accessible by integration'),
      response: { headers: { 'x-accepted-github-permissions': 'pull_requests=write' } },
    })
  })

  test('an unknown token is refused', async () => {
    await expect(connect('ghs_stolen').pulls.get(onPull())).rejects.toMatchObject({ status: 401 })
  })

  test('the bot has its REST name, and only GraphQL says who the viewer is', async () => {
    const { data } = await octokit.issues.createComment({ ...onPull(), body: 'Summary.' })
    expect(data.user).toMatchObject({ login: 'github-actions[bot]', type: 'Bot' })
    expect(await octokit.graphql('{ viewer { login } }')).toEqual({
      viewer: { login: 'github-actions[bot]', databaseId: data.user?.id },
    })
    await expect(octokit.users.getAuthenticated()).rejects.toMatchObject({ status: 501 })
  })
})

describe('bodies and shapes', () => {
  test('65,536 characters fit, one more does not', async () => {
    await octokit.issues.createComment({ ...onPull(), body: 'x'.repeat(65_536) })
    await expect(octokit.issues.createComment({ ...onPull(), body: 'x'.repeat(65_537) })).rejects.toMatchObject({
      status: 422,
      response: { data: { errors: [{ message: 'Body is too long (maximum is 65536 characters)' }] } },
    })
  })

  test('a request that GitHub does not describe so is refused with its place', async () => {
    const misspelt = { ...onPull(), event: 'COMENT', body: 'Hello.' }
    await expect(
      octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', misspelt as never),
    ).rejects.toMatchObject({ status: 422, message: expect.stringContaining('/event') })
  })

  test('every read operation answers as described', async () => {
    octokit = connect(emulator.token({ contents: 'read', pull_requests: 'read', checks: 'write' }))
    const ref = `pull/${pull.number}/merge`
    expect((await octokit.git.getRef({ ...REPO, ref })).data.object.sha).toBe(pull.mergeSha)
    const commit = await octokit.git.getCommit({ ...REPO, commit_sha: pull.mergeSha ?? '' })
    expect(commit.data.parents.map((parent) => parent.sha)).toEqual([pull.baseSha, pull.headSha])
    const tree = await octokit.git.getTree({ ...REPO, tree_sha: commit.data.tree.sha, recursive: 'true' })
    const blob = tree.data.tree.find((entry) => entry.path === POLICY)?.sha ?? ''
    const { data } = await octokit.git.getBlob({ ...REPO, file_sha: blob })
    expect(Buffer.from(data.content, 'base64').toString()).toBe(shopAfter[POLICY])
    const basehead = `${pull.baseSha}...${pull.headSha}`
    expect((await octokit.repos.compareCommitsWithBasehead({ ...REPO, basehead })).data.files).toHaveLength(1)
    expect((await octokit.repos.getContent({ ...REPO, path: POLICY })).data).toMatchObject({
      type: 'file',
      path: POLICY,
    })
    expect((await octokit.repos.getContent({ ...REPO, path: 'k8s' })).data).toMatchObject([{ name: 'checkout.yaml' }])
    expect((await octokit.repos.get(REPO)).data.full_name).toBe('shop/shop-deploy')
    expect((await octokit.issues.listLabelsOnIssue(onPull())).data).toEqual([])
    const level = await octokit.repos.getCollaboratorPermissionLevel({ ...REPO, username: 'guest' })
    expect(level.data.permission).toBe('read')
    await octokit.checks.create({ ...REPO, name: 'portcullis', head_sha: pull.headSha, status: 'in_progress' })
  })

  test('code scanning takes gzip in base64 from a token with its scope', async () => {
    const upload = (sarif: string) =>
      octokit.codeScanning.uploadSarif({ ...REPO, commit_sha: pull.headSha, ref: 'refs/heads/main', sarif })
    await expect(upload('')).rejects.toMatchObject({ status: 403 })
    octokit = connect(emulator.token({ security_events: 'write' }))
    await expect(upload('plain')).rejects.toMatchObject({ status: 400 })
    expect((await upload(gzipSync('{"version":"2.1.0"}').toString('base64'))).status).toBe(202)
  })

  test('a minimised comment says so', async () => {
    const { data } = await octokit.issues.createComment({ ...onPull(), body: 'Summary.' })
    const minimize = 'mutation($input: MinimizeCommentInput!) { minimizeComment(input: $input) { clientMutationId } }'
    await octokit.graphql(minimize, { input: { subjectId: data.node_id, classifier: 'OUTDATED' } })
    const [comment] = (await octokit.issues.listComments(onPull())).data
    expect(comment).toMatchObject({ minimized: { reason: 'outdated' } })
    const reader = connect(emulator.token({ pull_requests: 'read' }))
    const input = { subjectId: data.node_id, classifier: 'OUTDATED' }
    await expect(reader.graphql(minimize, { input })).rejects.toThrow('Resource not accessible')
  })

  test('an unknown route says that the emulator does not know it', async () => {
    await expect(octokit.issues.list()).rejects.toMatchObject({ status: 501 })
  })
})

describe('faults and the record', () => {
  test('the nth request fails as scripted, the next works', async () => {
    emulator.fault({ path: /\/comments$/, method: 'POST', after: 1, answer: secondaryRateLimit(7) })
    await octokit.issues.createComment({ ...onPull(), body: 'One.' })
    await expect(octokit.issues.createComment({ ...onPull(), body: 'Two.' })).rejects.toMatchObject({
      status: 429,
      response: { headers: { 'retry-after': '7' } },
    })
    await octokit.issues.createComment({ ...onPull(), body: 'Three.' })
    expect(emulator.log.map(({ method, status }) => [method, status])).toEqual([
      ['POST', 201],
      ['POST', 429],
      ['POST', 201],
    ])
  })

  test('the primary limit runs out', async () => {
    emulator.state.limits.requests = 1
    await octokit.pulls.get(onPull())
    await expect(octokit.pulls.get(onPull())).rejects.toMatchObject({
      status: 403,
      response: { headers: { 'x-ratelimit-remaining': '0' } },
    })
  })
})

test('on Enterprise Server the API lives below /api/v3', async () => {
  const enterprise = await startEmulator({ basePath: '/api/v3' })
  const opened = enterprise.openPullRequest({ base: shopBefore, head: shopAfter })
  const client = new Octokit({ auth: enterprise.token({ pull_requests: 'read' }), baseUrl: enterprise.apiUrl })
  expect((await client.pulls.get({ ...REPO, pull_number: opened.number })).data.number).toBe(opened.number)
  expect(await client.graphql('{ viewer { login } }')).toMatchObject({ viewer: { login: 'github-actions[bot]' } })
  await enterprise.close()
})
