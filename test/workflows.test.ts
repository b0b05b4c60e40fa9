import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '..')
const files = globSync('.github/workflows/*.yml', { cwd: root }).sort()
const actionlint = findActionlint()

interface Step {
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly run?: string
}

interface Workflow {
  readonly permissions?: unknown
  readonly jobs: Readonly<Record<string, { readonly permissions?: unknown; readonly steps: readonly Step[] }>>
}

const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const stepsOf = (file: string) => Object.values((parse(textOf(file)) as Workflow).jobs).flatMap(({ steps }) => steps)

describe.each(files)('%s', (file) => {
  test('grants nothing at the top and something to each job', () => {
    const { permissions, jobs } = parse(textOf(file)) as Workflow
    expect(permissions).toEqual({})
    for (const job of Object.values(jobs)) expect(job.permissions).toBeTypeOf('object')
  })

  test('pins every action to a full commit, and names its version', () => {
    const uses = textOf(file)
      .split('\n')
      .flatMap((line) => /^\s*(?:- )?uses: (.*)$/.exec(line)?.[1] ?? [])
    expect(uses).toHaveLength(stepsOf(file).filter((step) => step.uses !== undefined).length)
    for (const use of uses) expect(use).toMatch(/^(\.\/|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/)
  })

  test('checks out without leaving credentials behind', () => {
    const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'))
    for (const checkout of checkouts) expect(checkout.with).toMatchObject({ 'persist-credentials': false })
  })

  test('puts no expression into a shell script', () => {
    for (const { run } of stepsOf(file)) expect(run ?? '').not.toContain('${{')
  })

  test.skipIf(actionlint === undefined)(
    `is accepted by actionlint${actionlint === undefined ? ' (skipped: no actionlint)' : ''}`,
    () => {
      const { stdout, stderr } = spawnSync(actionlint ?? '', ['-no-color', join(root, file)], {
        cwd: root,
        encoding: 'utf8',
      })
      expect(stdout + stderr).toBe('')
    },
  )
})

test('one version of each action is used everywhere', () => {
  const pins = files.flatMap((file) => textOf(file).match(/uses: [\w./-]+@.*$/gm) ?? [])
  const versions = new Map<string, Set<string>>()
  for (const pin of pins) {
    const [name = '', version = ''] = pin.split('@')
    versions.set(name, (versions.get(name) ?? new Set()).add(version))
  }
  expect([...versions].filter(([, found]) => found.size > 1).map(([name]) => name)).toEqual([])
})

test('one release of actionlint is named everywhere', () => {
  const places = [...files.map(textOf), textOf('.ci/run')].join('\n')
  expect(new Set(places.match(/cmd\/actionlint@\S+/g))).toHaveLength(1)
})

test('the forms for issues ask for what a test needs', () => {
  const form = parse(textOf('.github/ISSUE_TEMPLATE/bug.yml')) as { body: readonly { id?: string }[] }
  const ids = form.body.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['version', 'rule', 'base', 'head', 'expected']))
})

/** Path of actionlint: on PATH, or where `go install` puts it. */
function findActionlint(): string | undefined {
  return ['actionlint', join(goPath(), 'bin', 'actionlint')].find(
    (command) => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0,
  )
}

function goPath(): string {
  const fallback = join(process.env.HOME ?? '', 'go')
  try {
    return execFileSync('go', ['env', 'GOPATH'], { encoding: 'utf8' }).trim() || fallback
  } catch {
    return fallback
  }
}
