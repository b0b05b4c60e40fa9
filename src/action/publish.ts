import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { info, setOutput, summary, warning } from '@actions/core'
import type { PostResult } from '../github/apply-plan.ts'
import { annotate, printable } from '../github/workflow-commands.ts'
import { type Annotation, planAnnotations } from '../report/annotations.ts'
import { exitCodes } from '../report/exit-codes.ts'
import { renderJobSummary } from '../report/job-summary.ts'
import type { Links } from '../report/links.ts'
import type { Report } from '../report/report.ts'
import { headline } from '../report/wording.ts'
import type { RunResult } from '../run/run-gate.ts'
import type { ChosenSides } from './choose-sides.ts'
import { type ConversationInput, converse } from './converse.ts'
import type { RunnerContext } from './runner-context.ts'
import { type ReportFiles, writeReports } from './write-reports.ts'

export interface Publication extends Omit<ConversationInput, 'links' | 'rulesUrl'> {
  /** Whether the exit code is 0 whatever the outcome. */
  readonly advisory: boolean
}

/** Files and outputs first, so that nothing is lost; then the conversation; then what found no place there. */
export async function publish({ report }: RunResult, publication: Publication): Promise<number> {
  const { context, inputs, sides } = publication
  const links = linksOf(context, sides)
  const rulesUrl = (rule: string): string | undefined => context.docsUrl && `${context.docsUrl}/rules/${rule}.md`
  setOutcome(report)
  await orWarn('The report files could not be written', async () => {
    const folder = await reportFolder(context, inputs.reportDirectory)
    setFiles(await writeReports(report, folder, { links, rulesUrl, category: inputs.name }))
  })
  const posted = await converse(report, { ...publication, links, rulesUrl })
  annotateRest(report, posted)
  if (context.takesSummary) await summarise(renderJobSummary(report, links, rulesUrl))
  info(printable(`Portcullis: ${headline(report)} (${report.outcome.verdict})`))
  return publication.advisory ? 0 : exitCodes[report.outcome.verdict]
}

async function reportFolder({ workspace, temporary }: RunnerContext, wanted: string): Promise<string> {
  return wanted === '' ? mkdtemp(join(temporary ?? tmpdir(), 'portcullis-')) : resolve(workspace, wanted)
}

/** A full disk or a folder that may not be written to is told, and does not change the outcome. */
async function orWarn(sentence: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    warning(printable(`${sentence}: ${error.message}`))
  }
}

/** The toolkit's error about a summary file that is not there has no code. */
async function summarise(text: string): Promise<void> {
  try {
    await summary.addRaw(text).write()
  } catch (error) {
    warning(printable(`The job summary could not be written: ${error instanceof Error ? error.message : error}`))
  }
}

function setOutcome({ outcome, findings }: Report): void {
  const standing = findings.filter(({ status }) => status !== 'fixed')
  setOutput('outcome', outcome.verdict)
  setOutput('findings', standing.length)
  setOutput('new-findings', standing.filter(({ status }) => status !== 'existing').length)
}

function setFiles(files: ReportFiles): void {
  setOutput('exposure-delta', files.exposureDelta)
  setOutput('report-json', files.json)
  setOutput('report-sarif', files.sarif)
  setOutput('report-markdown', files.markdown)
}

/** Pages of the lines at the two commits that the lines were counted in. */
function linksOf({ serverUrl, owner, repo }: RunnerContext, commits: ChosenSides): Links {
  const pathOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/')
  return { blob: (side, path, line) => `${serverUrl}/${owner}/${repo}/blob/${commits[side]}/${pathOf(path)}#L${line}` }
}

/** Says again what a reader of the pull request does not see there, and why, within what the runner keeps. */
function annotateRest(report: Report, posted: PostResult | undefined): void {
  const why = posted?.reason === undefined ? [] : [whyUnposted(posted.reason)]
  const rest = posted?.posted === 'all' ? { annotations: [], surplus: 0 } : planAnnotations(report)
  const left = annotate([...why, ...rest.annotations])
  const surplus = rest.surplus + left.error + left.warning + left.notice
  if (surplus > 0) info(`${surplus} more are in the job summary`)
}

function whyUnposted(reason: string): Annotation {
  const rest = 'The outcome is the same; annotations and the job summary hold what was not posted.'
  return { level: 'warning', place: undefined, title: 'Portcullis could not comment', message: `${reason} ${rest}` }
}
