import { plainText } from '../report/escape.ts'
import { type Paint, paintWith } from '../report/terminal-paint.ts'
import { counted } from '../report/wording.ts'
import type { ConnectionGroup, ConnectionPicture, SourceLine } from './connection-groups.ts'

/** One block for each group of destinations: who reaches them, and on which ports. */
export function connectionsText(pictures: readonly ConnectionPicture[], colour: boolean): string {
  const paint = paintWith(colour)
  if (pictures.length === 0) return 'There are no manifests here that matter to the network.\n'
  return pictures.map((picture) => `${pictureLines(picture, pictures.length > 1, paint).join('\n')}\n`).join('\n')
}

function pictureLines({ cluster, groups, omitted }: ConnectionPicture, several: boolean, paint: Paint): string[] {
  const title = several ? [paint('bold', `Cluster ${plainText(cluster)}`), ''] : []
  const rest =
    omitted === 0 ? [] : [`${counted(omitted, 'more group')} of peers left out; the cluster is too large to list.`]
  return [
    ...title,
    ...groups.flatMap((group, index) => [...(index === 0 ? [] : ['']), ...groupLines(group, paint)]),
    ...rest,
  ]
}

function groupLines({ destinations, sources }: ConnectionGroup, paint: Paint): string[] {
  const lines = sources.length === 0 ? ['  nobody'] : sources.map((line) => sourceLine(line, paint))
  return [paint('bold', `to ${plainText(destinations)}`), ...lines]
}

function sourceLine({ sources, connections, certainty }: SourceLine, paint: Paint): string {
  const line = `  from ${plainText(sources)}: ${plainText(connections)}`
  return certainty === 'certain' ? line : `${line} ${paint('yellow', '(unknown)')}`
}
