import { clip, plainText } from '../report/escape.ts'
import type { ConnectionPicture } from './connection-groups.ts'

/** More arrows than this are no picture any more. */
const shownEdges = 200

interface Edge {
  readonly from: string
  readonly to: string
  readonly label: string
  readonly certain: boolean
}

interface Graph {
  /** Texts of the nodes; their index is their id. */
  readonly nodes: readonly string[]
  readonly edges: readonly Edge[]
  readonly omitted: number
}

/** Graphviz: `portcullis connections DIR --format dot | dot -Tsvg`. */
export function connectionsDot(pictures: readonly ConnectionPicture[]): string {
  const { nodes, edges, omitted } = graphOf(pictures)
  const id = idsOf(nodes)
  const lines = [
    'digraph connections {',
    '  rankdir=LR',
    '  node [shape=box]',
    ...nodes.map((node) => `  ${id(node)} [label=${quoted(node)}]`),
    ...edges.map(
      ({ from, to, label, certain }) =>
        `  ${id(from)} -> ${id(to)} [label=${quoted(label)}${certain ? '' : ', style=dashed'}]`,
    ),
    ...(omitted === 0 ? [] : [`  // ${omitted} more arrows left out`]),
    '}',
  ]
  return `${lines.join('\n')}\n`
}

/** A flowchart for markdown; what is only possible is dotted. */
export function connectionsMermaid(pictures: readonly ConnectionPicture[]): string {
  const { nodes, edges, omitted } = graphOf(pictures)
  const id = idsOf(nodes)
  const lines = [
    'flowchart LR',
    ...nodes.map((node) => `  ${id(node)}["${entities(node)}"]`),
    ...edges.map(
      ({ from, to, label, certain }) => `  ${id(from)} ${certain ? '-->' : '-.->'}|"${entities(label)}"| ${id(to)}`,
    ),
    ...(omitted === 0 ? [] : [`  %% ${omitted} more arrows left out`]),
  ]
  return `${lines.join('\n')}\n`
}

function graphOf(pictures: readonly ConnectionPicture[]): Graph {
  const prefix = (cluster: string): string => (pictures.length > 1 ? `${cluster}: ` : '')
  const all = pictures.flatMap(({ cluster, groups }) =>
    groups.flatMap(({ destinations, sources }) =>
      sources.map(({ sources: from, connections, certainty }) => ({
        from: textOf(`${prefix(cluster)}${from}`),
        to: textOf(`${prefix(cluster)}${destinations}`),
        label: textOf(connections),
        certain: certainty === 'certain',
      })),
    ),
  )
  const edges = all.slice(0, shownEdges)
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].sort()
  return { nodes, edges, omitted: all.length - edges.length }
}

function idsOf(nodes: readonly string[]): (node: string) => string {
  const ids = new Map(nodes.map((node, index) => [node, `n${index}`]))
  return (node) => ids.get(node) ?? 'n'
}

const textOf = (text: string): string => clip(plainText(text), 120)

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

/** What mermaid could read as markup becomes a numeric entity. */
const entities = (text: string): string =>
  text.replace(/[^\p{L}\p{N} ./:,_…=-]/gu, (character) => `#${character.codePointAt(0)};`)
