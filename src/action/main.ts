import { error as reportError, setOutput, setSecret } from '@actions/core'
import type { Environment } from '../github/event.ts'
import { EventError } from '../github/event-error.ts'
import { printable } from '../github/workflow-commands.ts'
import { exitCodes } from '../report/exit-codes.ts'
import type { Verdict } from '../report/report.ts'
import { GitError } from '../trees/git.ts'
import { InputError, readInputs } from './inputs.ts'
import { runAction } from './run-action.ts'

/** Runs the action and returns its exit code: 0 pass, 1 fail, 2 incomplete, 3 for wrong inputs and our own errors. */
export async function main(env: Environment): Promise<number> {
  try {
    const inputs = readInputs()
    if (inputs.token !== '') setSecret(inputs.token)
    return await runAction(env, inputs)
  } catch (error) {
    return explainError(error)
  }
}

/** What the user can mend is `incomplete`: nothing was analysed, so nothing may pass. The rest is a crash of ours. */
function explainError(error: unknown): number {
  if (error instanceof EventError)
    return incomplete([error.message, error.file, error.remedy].filter(Boolean).join(' '))
  if (error instanceof GitError) return incomplete(error.message)
  if (error instanceof InputError) return stop('Portcullis: wrong input', error.message)
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return stop('Portcullis crashed', `This is a bug in Portcullis, not a verdict: ${text}`)
}

function incomplete(sentence: string): number {
  reportError(printable(sentence), { title: 'Portcullis: nothing could be analysed' })
  setOutput('outcome', 'incomplete' satisfies Verdict)
  return exitCodes.incomplete
}

function stop(title: string, sentence: string): number {
  reportError(printable(sentence), { title })
  return 3
}
