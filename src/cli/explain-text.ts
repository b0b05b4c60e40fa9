import { plainText } from '../report/escape.ts'
import { type Paint, paintWith } from '../report/terminal-paint.ts'
import { enumerated } from '../report/wording.ts'
import type { DescribedDirection, DescribedEntry } from './describe-direction.ts'
import type { Answer } from './explain-answers.ts'

const colours = { allowed: 'green', denied: 'red', partly: 'yellow', unknown: 'yellow' } as const

/** Each answer as a paragraph: the verdict, then what each end has to say. */
export function explainText(answers: readonly Answer[], severalClusters: boolean, colour: boolean): string {
  const paint = paintWith(colour)
  return answers.map((answer) => `${paragraph(answer, severalClusters, paint).join('\n')}\n`).join('\n')
}

function paragraph(answer: Answer, severalClusters: boolean, paint: Paint): string[] {
  const { source, destination, asked, verdict, clusters } = answer
  const question = plainText(`${source} → ${destination}${asked === '' ? '' : ` on ${asked}`}`)
  return [
    `${paint('bold', question)}: ${paint(colours[verdict], verdictText(answer), 'bold')}`,
    ...(severalClusters ? [paint('dim', plainText(`in ${enumerated(clusters, 6)}`))] : []),
    '',
    ...directionLines(`leaving ${plainText(source)}`, answer.egress, paint),
    ...directionLines(`entering ${plainText(destination)}`, answer.ingress, paint),
  ]
}

function verdictText({ verdict, allowed, asked }: Answer): string {
  if (verdict === 'partly') return `allowed on ${allowed.must}, denied otherwise`
  if (verdict === 'unknown')
    return allowed.must === 'nothing'
      ? `unknown (perhaps ${allowed.may})`
      : `allowed on ${allowed.must}, perhaps on ${allowed.may}`
  return verdict === 'allowed' && asked === '' ? 'allowed on every port' : verdict
}

const halves = { allowed: 'allowed', denied: 'denied', partly: 'allowed in part', unknown: 'unknown' } as const

function directionLines(
  title: string,
  { verdict, unpoliced, isolatedBy, rules }: DescribedDirection,
  paint: Paint,
): string[] {
  return [
    `  ${title}: ${paint(colours[verdict], halves[verdict])}`,
    ...(unpoliced === '' ? [] : [`    ${unpoliced}`]),
    ...[...isolatedBy, ...rules].map((found) => entryLine(found, paint)),
  ]
}

function entryLine({ entry, place, effect, decides }: DescribedEntry, paint: Paint): string {
  const line = plainText(`${entry}${place === '' ? '' : ` (${place})`}: ${effect}`)
  return `    ${decides ? line : paint('dim', line)}`
}
