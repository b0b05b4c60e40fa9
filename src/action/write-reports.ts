import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderExposureDelta } from '../report/exposure-delta.ts'
import { renderJson } from '../report/json.ts'
import type { Links } from '../report/links.ts'
import { renderSummary } from '../report/markdown.ts'
import type { Report } from '../report/report.ts'
import { renderSarif } from '../report/sarif.ts'
import { rules } from '../rules/registry.ts'

/** An output above this size would count against the megabyte a job has for all of them. */
const LARGEST_OUTPUT = 256 * 1024

export interface ReportFiles {
  readonly json: string
  readonly sarif: string
  readonly markdown: string
  /** The exposure delta itself, or the path of the file that holds it. */
  readonly exposureDelta: string
}

export interface ReportLinks {
  readonly links: Links
  readonly rulesUrl: (rule: string) => string | undefined
  /** Tells the SARIF runs of several gates apart. */
  readonly category: string
}

/** Writes the report files into a folder, which is made where it is missing. */
export async function writeReports(
  report: Report,
  folder: string,
  { links, rulesUrl, category }: ReportLinks,
): Promise<ReportFiles> {
  await mkdir(folder, { recursive: true })
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name)
    // The folder may lie in the checkout, where the pull request could have put a link of that name.
    await rm(path, { force: true })
    await writeFile(path, text, { flag: 'wx' })
    return path
  }
  const delta = renderExposureDelta(report)
  return {
    json: await write('report.json', renderJson(report)),
    sarif: await write('report.sarif', renderSarif(report, rules, { rulesUrl, category })),
    markdown: await write('report.md', renderSummary(report, links, { rulesUrl })),
    exposureDelta: Buffer.byteLength(delta) > LARGEST_OUTPUT ? await write('exposure-delta.json', delta) : delta,
  }
}
