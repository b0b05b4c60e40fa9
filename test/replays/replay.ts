import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { renderText } from '../../src/report/text.ts'
import { configPath, runGate } from '../../src/run/run-gate.ts'
import type { Repository } from '../../src/trees/git.ts'
import { parentsOf, resolveCommit } from '../../src/trees/git-commit.ts'
import { gitTree } from '../../src/trees/git-tree.ts'

/** Bundles of real pull requests, kept beside this repository: their licences are their owners'. */
const bundles = join(import.meta.dirname, '../../../shared/real')

export const hasBundles: boolean = existsSync(bundles)

export interface Replay {
  readonly report: Report
  /** The report as a terminal shows it, each run of white space a single space. */
  readonly text: string
  readonly milliseconds: number
}

export interface ReplayOptions {
  /** `manifests` of the one cluster that the configuration names; without it there is no configuration. */
  readonly manifests?: string
  /** Whether base and head change places. */
  readonly reversed?: boolean
}

/** Runs the gate on the pull request of a bundle: base is the first parent of its merge commit, head the merge. */
export async function replay(name: string, { manifests, reversed = false }: ReplayOptions = {}): Promise<Replay> {
  const repository = cloneBundle(name)
  const merge = await resolveCommit(repository, 'refs/remotes/origin/merge')
  const [before = merge] = await parentsOf(repository, merge)
  const [base, head] = reversed ? [merge, before] : [before, merge]
  const text =
    manifests === undefined ? undefined : `version: 1\nclusters: {real: {sources: [{manifests: ${manifests}}]}}\n`
  const start = performance.now()
  const { report } = await runGate({
    base: { label: 'base', sha: base, tree: gitTree(repository, base) },
    head: { label: 'head', sha: head, tree: gitTree(repository, head) },
    config:
      text === undefined
        ? { path: configPath, tree: gitTree(repository, base), sha: base, required: false }
        : { file: { path: 'replay.yml', text } },
    tighten: (config) => config,
    directory: '',
    now: new Date(0),
    notes: [],
  })
  const milliseconds = performance.now() - start
  const shown = renderText(report, { colour: false, width: 200 })
  process.stdout.write(
    `${name}${reversed ? ', reversed' : ''}: ${report.outcome.verdict} in ${milliseconds.toFixed(0)} ms\n`,
  )
  return { report, text: shown.replace(/\s+/g, ' '), milliseconds }
}

function cloneBundle(name: string): Repository {
  const directory = mkdtempSync(join(tmpdir(), 'replay-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const clone = join(directory, 'clone')
  execFileSync('git', ['clone', '--quiet', '--no-checkout', join(bundles, `${name}.bundle`), clone], { stdio: 'pipe' })
  return { gitDirectory: join(clone, '.git') }
}
