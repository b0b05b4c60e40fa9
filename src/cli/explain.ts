import { commandSafe } from '../report/escape.ts'
import type { Arguments } from './command-spec.ts'
import { deliver } from './deliver.ts'
import { type Answer, answersIn, foldAnswers } from './explain-answers.ts'
import { explainJson } from './explain-json.ts'
import { explainText } from './explain-text.ts'
import { findPeer, unknownPeer } from './find-peer.ts'
import { type Io, wantsColour } from './io.ts'
import { parsePort } from './parse-port.ts'
import { readDirectory } from './read-directory.ts'
import { tellProblems } from './tell-problems.ts'
import { UsageError } from './usage-error.ts'

/** Why one peer can or cannot reach another, in each cluster that holds both. */
export async function explain({ operands: [directory = '.'], options }: Arguments<'explain'>, io: Io): Promise<number> {
  const from = needed('from', options.from)
  const to = needed('to', options.to)
  const { clusters, problems } = await readDirectory(directory, options, io)
  const found = clusters.flatMap(({ name, view }) => {
    const source = findPeer(from, view)
    const destination = findPeer(to, view)
    return source && destination ? [{ cluster: name, view, source, destination }] : []
  })
  if (found.length === 0)
    throw missingPeer(
      from,
      to,
      clusters.map(({ view }) => view),
    )
  const workloads = found.flatMap(({ destination }) => destination.workloads)
  const asked = options.port === undefined ? undefined : parsePort(options.port, workloads)
  const answers: readonly Answer[] = foldAnswers(found.flatMap((question) => answersIn(question, asked)))
  const colour = options.output === undefined && wantsColour(io.stdout, io.env)
  const text = options.format === 'json' ? explainJson(answers) : explainText(answers, clusters.length > 1, colour)
  deliver(commandSafe(text), options.output, io.cwd, io)
  return tellProblems(problems, io)
}

function needed(option: 'from' | 'to', value: string | undefined): string {
  if (value !== undefined) return value
  throw new UsageError(`explain needs --${option}`, 'Usage: portcullis explain DIR --from PEER --to PEER [--port PORT]')
}

function missingPeer(from: string, to: string, views: Parameters<typeof unknownPeer>[2]): UsageError {
  if (!views.some((view) => findPeer(from, view))) return unknownPeer('--from', from, views)
  if (!views.some((view) => findPeer(to, view))) return unknownPeer('--to', to, views)
  return new UsageError(`no cluster holds both ${from} and ${to}`, 'Name peers that are applied together.')
}
