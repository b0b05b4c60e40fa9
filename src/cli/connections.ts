import { commandSafe } from '../report/escape.ts'
import { assertNever } from '../source/assert-never.ts'
import type { Arguments } from './command-spec.ts'
import { pictureOf } from './connection-groups.ts'
import { connectionsDot, connectionsMermaid } from './connections-graph.ts'
import { connectionsJson } from './connections-json.ts'
import { connectionsText } from './connections-text.ts'
import { deliver } from './deliver.ts'
import { type Io, wantsColour } from './io.ts'
import { type NamedView, readDirectory } from './read-directory.ts'
import { tellProblems } from './tell-problems.ts'

/** Who can talk to whom in a directory, cluster by cluster. */
export async function connections(
  { operands: [directory = '.'], options }: Arguments<'connections'>,
  io: Io,
): Promise<number> {
  const { clusters, problems } = await readDirectory(directory, options, io)
  const colour = options.output === undefined && wantsColour(io.stdout, io.env)
  deliver(commandSafe(render(clusters, options.format ?? 'text', colour)), options.output, io.cwd, io)
  return tellProblems(problems, io)
}

type Format = NonNullable<Arguments<'connections'>['options']['format']>

function render(clusters: readonly NamedView[], format: Format, colour: boolean): string {
  switch (format) {
    case 'text':
      return connectionsText(clusters.map(pictureOf), colour)
    case 'json':
      return connectionsJson(clusters)
    case 'dot':
      return connectionsDot(clusters.map(pictureOf))
    case 'mermaid':
      return connectionsMermaid(clusters.map(pictureOf))
    default:
      return assertNever(format)
  }
}
