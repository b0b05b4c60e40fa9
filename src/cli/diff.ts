import { commandSafe } from '../report/escape.ts'
import type { Gap } from '../report/report.ts'
import { freshGaps } from '../report/wording.ts'
import type { Arguments } from './command-spec.ts'
import { deliver } from './deliver.ts'
import { diffJson } from './diff-json.ts'
import { diffText } from './diff-text.ts'
import { type Io, wantsColour } from './io.ts'
import { runSides } from './run-sides.ts'
import { tellProblems } from './tell-problems.ts'

/** What a change opens and closes, without a verdict on it. */
export async function diff({ operands: [base, head], options }: Arguments<'diff'>, io: Io): Promise<number> {
  const { result, folder } = await runSides({ ...options, base, head, failOn: 'none' }, io)
  const { report } = result
  const colour = options.output === undefined && wantsColour(io.stdout, io.env)
  const text = options.format === 'json' ? diffJson(report) : diffText(report, { colour, width: io.stdout.columns })
  deliver(commandSafe(text), options.output, folder, io)
  return tellProblems(
    freshGaps(report).map(({ diagnostic }: Gap) => diagnostic),
    io,
  )
}
