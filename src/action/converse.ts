import { warning } from '@actions/core'
import { applyPlan, type PostResult } from '../github/apply-plan.ts'
import type { GitHubClient } from '../github/client.ts'
import { printable } from '../github/workflow-commands.ts'
import type { DiffView } from '../report/anchor.ts'
import type { Links } from '../report/links.ts'
import type { Report } from '../report/report.ts'
import { planReview } from '../report/review.ts'
import { unpostedSummary } from '../report/unposted-summary.ts'
import { configPath } from '../run/run-gate.ts'
import type { BorrowedRepository, Remote } from '../trees/fetch-missing.ts'
import { GitError } from '../trees/git.ts'
import { gitTree } from '../trees/git-tree.ts'
import { type ChosenSides, commonAncestor, type PullRequestSides } from './choose-sides.ts'
import type { Inputs } from './inputs.ts'
import { noDiff, readDiff } from './read-diff.ts'
import type { RunnerContext } from './runner-context.ts'

export interface ConversationInput {
  readonly context: RunnerContext
  readonly inputs: Inputs
  readonly sides: ChosenSides
  readonly repository: BorrowedRepository
  readonly remote: Remote
  readonly client: GitHubClient | undefined
  readonly links: Links
  readonly rulesUrl: (rule: string) => string | undefined
}

/** Speaks on the pull request; undefined where there is none, nobody to speak as, or the inputs ask for silence. */
export async function converse(report: Report, input: ConversationInput): Promise<PostResult | undefined> {
  const { context, inputs, sides, client, links, rulesUrl } = input
  const { pull } = sides
  if (pull === undefined || client === undefined || inputs.comments === 'none') return undefined
  const diff = inputs.comments === 'review' ? await diffOf(report, pull, input) : noDiff
  const { headSha, number } = pull
  const name = inputs.name || defaultName(context, inputs)
  const { comments, commentWhen } = inputs
  const plan = planReview(report, diff, { name, headSha, comments, commentWhen, links, rulesUrl })
  return applyPlan(plan, {
    client,
    number,
    run: { id: context.runId, attempt: context.runAttempt, headSha },
    withUnposted: (_body, unposted) => unpostedSummary(report, plan, unposted, { links, rulesUrl }),
  })
}

/** Matrix legs share a job id, so the default name is made of what tells their gates apart. */
function defaultName({ workflow }: RunnerContext, { config, workingDirectory }: Inputs): string {
  return [workflow, config || configPath, workingDirectory || '.'].join(' / ')
}

/** The diff that GitHub shows; where it cannot be had, comments go to the summary and a warning says why. */
async function diffOf(
  report: Report,
  pull: PullRequestSides,
  { sides, repository, remote }: ConversationInput,
): Promise<DiffView> {
  const paths = pathsOf(report)
  if (paths.length === 0) return noDiff
  try {
    const mergeBase = await commonAncestor({ repository, remote }, pull.baseTip, pull.headSha)
    return await readDiff(paths, {
      base: gitTree(repository, sides.base),
      head: gitTree(repository, sides.head),
      mergeBase: gitTree(repository, mergeBase),
      pullHead: gitTree(repository, pull.headSha),
    })
  } catch (error) {
    if (!(error instanceof GitError)) throw error
    warning(printable(`Comments cannot be placed on lines: ${error.message}`))
    return noDiff
  }
}

/** Files that a comment could be about; what was there before gets none. */
function pathsOf({ findings }: Report): string[] {
  const fresh = findings.filter(({ status }) => status === 'new' || status === 'worse')
  const places = fresh.flatMap(({ at, near, fix }) => [
    at.span,
    near?.span,
    ...(fix?.edits ?? []).map(({ span }) => span),
  ])
  return places.flatMap((span) => (span === undefined || span.file.path === '' ? [] : [span.file.path]))
}
