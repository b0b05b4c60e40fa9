import { clip, plainText } from './escape.ts'
import { foldedChanges } from './folded-changes.ts'
import type { ChangeReport, Report } from './report.ts'

/** More edges than this are no picture any more. */
export const graphEdges = 60

/**
 * A mermaid flowchart of what changed: thick arrows opened, dotted ones closed. Undefined when there is nothing to
 * draw or too much of it.
 */
export function changeGraph(report: Report): string | undefined {
  const edges = uniqueEdges(report)
  if (edges.length === 0 || edges.length > graphEdges) return undefined
  const names = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].toSorted()
  const ids = new Map(names.map((name, index) => [name, `n${index}`]))
  const nodes = names.map((name) => `  ${ids.get(name)}["${label(name)}"]`)
  const arrows = edges.map(({ from, to, arrow, text }) => `  ${ids.get(from)} ${arrow}|"${text}"| ${ids.get(to)}`)
  return ['flowchart LR', ...nodes, ...arrows].join('\n')
}

interface Edge {
  readonly from: string
  readonly to: string
  readonly arrow: '==>' | '-.->'
  readonly text: string
}

function uniqueEdges(report: Report): readonly Edge[] {
  const edges = new Map<string, Edge>()
  for (const direction of ['opened', 'closed', 'replaced'] as const) {
    for (const { change } of foldedChanges(report, direction)) {
      for (const edge of edgesOf(change)) edges.set(JSON.stringify(edge), edge)
    }
  }
  return [...edges.values()]
}

function edgesOf({ sources, destinations, gained, lost }: ChangeReport): readonly Edge[] {
  const from = plainText(sources)
  const to = plainText(destinations)
  return [
    ...(gained === '' ? [] : [{ from, to, arrow: '==>', text: label(`opened: ${gained}`) } as const]),
    ...(lost === '' ? [] : [{ from, to, arrow: '-.->', text: label(`closed: ${lost}`) } as const]),
  ]
}

/** Text between quotes: what mermaid could read as markup becomes a numeric entity. */
function label(text: string): string {
  return clip(plainText(text), 80).replace(/[^\p{L}\p{N} ./:,_…-]/gu, (character) => `#${character.codePointAt(0)};`)
}
