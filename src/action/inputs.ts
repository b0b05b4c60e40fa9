import { getInput } from '@actions/core'
import { type Severity, severities } from '../config/severity.ts'

/** Inputs of the action as written in the workflow, checked; see action.yml. */
export interface Inputs {
  readonly config: string
  readonly token: string
  readonly failOn: Severity | undefined
  readonly comments: 'review' | 'summary' | 'none'
  readonly commentWhen: 'changes' | 'always'
  readonly name: string
  readonly base: string
  readonly head: string
  readonly workingDirectory: string
  readonly reportDirectory: string
}

/** An input whose value means nothing; the message names the ones that do. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

export function readInputs(): Inputs {
  const failOn = getInput('fail-on')
  return {
    config: getInput('config'),
    token: getInput('token'),
    failOn: failOn === '' ? undefined : oneOf('fail-on', failOn, severities),
    comments: oneOf('comments', getInput('comments') || 'review', ['review', 'summary', 'none']),
    commentWhen: oneOf('comment-when', getInput('comment-when') || 'changes', ['changes', 'always']),
    name: getInput('name'),
    base: getInput('base'),
    head: getInput('head'),
    workingDirectory: getInput('working-directory')
      .replace(/^(\.\/)+|\/+$/g, '')
      .replace(/^\.$/, ''),
    reportDirectory: getInput('report-directory'),
  }
}

function oneOf<Value extends string>(input: string, text: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === text)
  if (found === undefined) throw new InputError(`input ${input} is one of ${values.join(', ')}, not ${text}`)
  return found
}
