import { styleText } from 'node:util'
import type { ActionResult } from '../../test/github-emulator/runner.ts'

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const title = (text: string): void => print(`\n${styleText(['bold', 'inverse'], ` ${text} `)}\n`)

/** Files of the two sides of the pull request, by path. */
export interface SideFiles {
  readonly base: Readonly<Record<string, string>>
  readonly head: Readonly<Record<string, string>>
}

/** What a reviewer finds on the pull request: the comments on the lines, then the summary, then the check. */
export function printConversation(result: ActionResult, files: SideFiles): void {
  title(`Review by ${result.reviews[0]?.login ?? 'nobody'}`)
  for (const review of result.reviews) print(visible(review.body))
  for (const comment of result.reviewComments) {
    const last = comment.line ?? 0
    const first = comment.startLine ?? last
    print(`\n${styleText('bold', `${comment.path}:${first === last ? last : `${first}-${last}`}`)}`)
    print(excerpt(files[comment.side === 'LEFT' ? 'base' : 'head'][comment.path] ?? '', Math.max(1, first - 2), last))
    print(indent(visible(comment.body)))
  }
  for (const comment of result.comments) {
    title(`Comment by ${comment.login}`)
    print(visible(comment.body))
  }
  title(`Check: outcome ${result.outputs.outcome}, exit code ${result.exitCode}`)
}

function excerpt(text: string, first: number, last: number): string {
  const lines = text.split('\n').slice(first - 1, last)
  return lines.map((line, index) => styleText('dim', `  ${String(first + index).padStart(4)} | ${line}`)).join('\n')
}

const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')

/** GitHub hides HTML comments. */
const visible = (body: string): string => body.replace(/\n*<!--[\s\S]*?-->\s*/g, '\n').trimEnd()
