import { plainText } from '../report/escape.ts'
import { type Paint, paintWith } from '../report/terminal-paint.ts'
import { counted, enumerated } from '../report/wording.ts'
import type { DescribedDirection, DescribedStep } from './describe-direction.ts'
import type { Answer } from './explain-answers.ts'

const colours = { allowed: 'green', denied: 'red', partly: 'yellow', unknown: 'yellow' } as const

/** More answers than anybody reads: the peers that were named fare differently in many ways. */
const TOLD_ANSWERS = 10

/** Each answer as a paragraph: the verdict, then what each end has to say. */
export function explainText(answers: readonly Answer[], severalClusters: boolean, colour: boolean): string {
  const paint = paintWith(colour)
  const told = answers.slice(0, TOLD_ANSWERS).map((answer) => paragraph(answer, severalClusters, paint))
  const left = answers.length - told.length
  const more = `${counted(left, 'more answer')}: name a narrower peer or a port, or ask for --format json`
  return [...told, ...(left === 0 ? [] : [[more]])].map((lines) => `${lines.join('\n')}\n`).join('\n')
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

function directionLines(title: string, { verdict, steps, others }: DescribedDirection, paint: Paint): string[] {
  return [
    `  ${title}: ${paint(colours[verdict], halves[verdict])}`,
    ...steps.flatMap((step) => stepLines(step, paint)),
    ...othersLines(others).map((line) => `    ${paint('dim', line)}`),
  ]
}

function stepLines({ entry, place, effect, decides, because }: DescribedStep, paint: Paint): string[] {
  const line = plainText(`${entry}${place === '' ? '' : ` (${place})`}: ${effect}`)
  const reasons = because.map((text) => `      ${paint('yellow', plainText(`unknown, because ${text}`))}`)
  return [`    ${decides ? line : paint('dim', line)}`, ...reasons]
}

function othersLines({ silent, same, isolating, late }: DescribedDirection['others']): string[] {
  return [
    ...(same === 0 ? [] : [`${counted(same, 'more says', 'more say')} the same`]),
    ...(isolating === 0
      ? []
      : [`${counted(isolating, 'policy isolates', 'policies isolate')} it, which takes nothing of this away`]),
    ...(late === 0 ? [] : [`${counted(late, 'rule comes', 'rules come')} too late, since all of it is decided above`]),
    ...(silent === 0 ? [] : [`${counted(silent, 'rule speaks', 'rules speak')} of other peers only`]),
  ]
}
