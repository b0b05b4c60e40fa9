import { exitCodes } from '../report/exit-codes.ts'
import { renderJson } from '../report/json.ts'
import { renderSummary } from '../report/markdown.ts'
import type { Report } from '../report/report.ts'
import { renderSarif } from '../report/sarif.ts'
import { renderText } from '../report/text.ts'
import { rules } from '../rules/registry.ts'
import { assertNever } from '../source/assert-never.ts'
import type { Arguments } from './command-spec.ts'
import { deliver } from './deliver.ts'
import { type Io, wantsColour } from './io.ts'
import { runSides } from './run-sides.ts'

/** The gate on this machine: the verdict is the exit code. */
export async function check({ options }: Arguments<'check'>, io: Io): Promise<number> {
  const { result, folder } = await runSides({ ...options, failOn: options['fail-on'] }, io)
  const text = render(result.report, options.format ?? 'text', options.output === undefined, io)
  deliver(text, options.output, folder, io)
  return exitCodes[result.report.outcome.verdict]
}

type Format = NonNullable<Arguments<'check'>['options']['format']>

function render(report: Report, format: Format, toTerminal: boolean, { stdout, env }: Io): string {
  switch (format) {
    case 'text':
      return renderText(report, { colour: toTerminal && wantsColour(stdout, env), width: stdout.columns })
    case 'markdown':
      return renderSummary(report)
    case 'json':
      return renderJson(report)
    case 'sarif':
      return renderSarif(report, rules)
    default:
      return assertNever(format)
  }
}
