import { type Exposure, type ExposureMember, metricNames } from '../delta/exposure.ts'
import { plainText } from '../report/escape.ts'
import { metricLabel } from '../report/metric-label.ts'
import { type Paint, paintWith } from '../report/terminal-paint.ts'
import { counted } from '../report/wording.ts'
import type { RankedNamespace } from './rank-namespaces.ts'

/** Exposure of one cluster. */
export interface MeasuredCluster {
  readonly name: string
  readonly metrics: Exposure
  readonly namespaces: readonly RankedNamespace[]
  readonly workloads: number
}

/** Members and namespaces named before the rest is counted. */
const shownMembers = 12
const shownNamespaces = 20

/** Namespaces to look at first, with the terms of their points; then every metric with its members. */
export function exposureText(clusters: readonly MeasuredCluster[], colour: boolean): string {
  const paint = paintWith(colour)
  if (clusters.length === 0) return 'There are no manifests here that matter to the network.\n'
  return clusters.map((cluster) => `${clusterLines(cluster, clusters.length > 1, paint).join('\n')}\n`).join('\n')
}

function clusterLines(
  { name, metrics, namespaces, workloads }: MeasuredCluster,
  several: boolean,
  paint: Paint,
): string[] {
  return [
    ...(several ? [paint('bold', `Cluster ${plainText(name)}`), ''] : []),
    paint('bold', `Namespaces by what there is to look at (${counted(workloads, 'workload')} in all)`),
    ...namespaces.slice(0, shownNamespaces).flatMap((found) => namespaceLines(found, paint)),
    ...surplus(namespaces.length - shownNamespaces, '  '),
    '',
    ...metricNames.flatMap((metric) => metricLines(metricLabel(metric), metrics[metric], paint)),
  ]
}

function namespaceLines({ name, points, terms }: RankedNamespace, paint: Paint): string[] {
  const sum = terms.map(({ what, count, weight }) => `${counted(count, what, pluralOf(what))} × ${weight}`).join(', ')
  const line = `  ${String(points).padStart(4)}  ${plainText(name)}`
  return [terms.length === 0 ? line : `${line} ${paint('dim', `= ${sum}`)}`]
}

/** `services on a node port`: the first word is what there are several of. */
function pluralOf(what: string): string {
  if (what.startsWith('sensitive port')) return what.replace('port', 'ports')
  return what.replace(
    /^(\w+)( that reaches)?/,
    (_, noun: string, verb?: string) => `${noun}s${verb === undefined ? '' : ' that reach'}`,
  )
}

function metricLines(label: string, members: readonly ExposureMember[], paint: Paint): string[] {
  return [
    `${paint('bold', label)}: ${members.length}`,
    ...members.slice(0, shownMembers).map(({ name, detail }) => `  ${plainText(`${name} ${detail}`)}`),
    ...surplus(members.length - shownMembers, '  '),
  ]
}

const surplus = (count: number, indent: string): string[] => (count > 0 ? [`${indent}and ${count} more`] : [])
