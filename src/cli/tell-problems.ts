import { clip, commandSafe, plainText } from '../report/escape.ts'
import { counted } from '../report/wording.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import { regionOf } from '../source/span.ts'
import type { Io } from './io.ts'

/** Problems told one by one; the others are counted. */
const shown = 20

/** Tells on standard error what could not be read; the exit code says whether the answer could be wrong because of it. */
export function tellProblems(problems: readonly Diagnostic[], io: Io): 0 | 2 {
  const serious = problems.filter(({ effect }) => effect !== 'none')
  const rest = serious.length - shown
  const lines = [
    ...serious.slice(0, shown).map(showProblem),
    ...(rest > 0 ? [`and ${counted(rest, 'more problem')} like these`] : []),
  ]
  if (lines.length > 0) io.stderr.write(commandSafe(`${lines.join('\n')}\n`))
  return serious.length > 0 ? 2 : 0
}

function showProblem({ code, span, message, hint }: Diagnostic): string {
  const { path, start } = regionOf(span)
  const place = path === '' ? '' : `${path}:${start.line}:${start.column}: `
  return plainText(clip(`${place}${code}: ${message}. ${hint}`, 500))
}
