import { type Exposure, type ExposureMember, type MetricName, metricNames } from '../delta/exposure.ts'
import { countMembers } from '../delta/measure-exposure.ts'
import { type ServiceScore, scoreTerms } from '../delta/score-services.ts'
import { plainText } from '../report/escape.ts'
import { metricLabel, showCount } from '../report/metric-label.ts'
import { type Paint, paintWith } from '../report/terminal-paint.ts'
import { counted } from '../report/wording.ts'
import type { RankedNamespace, RankTerm } from './rank-namespaces.ts'

/** Exposure of one cluster. */
export interface MeasuredCluster {
  readonly name: string
  readonly metrics: Exposure
  readonly namespaces: readonly RankedNamespace[]
  readonly workloads: number
  /** What a count is out of, where that means something. */
  readonly totalOf: (metric: MetricName) => number | undefined
}

/** Members and namespaces named before the rest is counted. */
const shownMembers = 12
const shownNamespaces = 20
/** What a namespace's points come from, before the rest is counted. */
const shownTerms = 5

/** Namespaces to look at first, with the terms of their points; then every metric with its members. */
export function exposureText(clusters: readonly MeasuredCluster[], colour: boolean): string {
  const paint = paintWith(colour)
  if (clusters.length === 0) return 'There are no manifests here that matter to the network.\n'
  return clusters.map((cluster) => `${clusterLines(cluster, clusters.length > 1, paint).join('\n')}\n`).join('\n')
}

function clusterLines(
  { name, metrics, namespaces, workloads, totalOf }: MeasuredCluster,
  several: boolean,
  paint: Paint,
): string[] {
  return [
    ...(several ? [paint('bold', `Cluster ${plainText(name)}`), ''] : []),
    paint('bold', `Namespaces by what there is to look at (${counted(workloads, 'workload')} in all)`),
    ...namespaces.slice(0, shownNamespaces).flatMap((found) => namespaceLines(found, paint)),
    ...surplus(namespaces.length - shownNamespaces, '  '),
    '',
    ...metricNames.flatMap((metric) => metricLines(metricLabel(metric), metrics[metric], totalOf(metric), paint)),
  ]
}

/** The namespace, then what its points are the sum of, Services with the terms of their score. */
function namespaceLines({ name, points, terms, services }: RankedNamespace, paint: Paint): string[] {
  const scores = new Map(services.map((service) => [service.name, service]))
  const lines = terms.map((term) => termLine(term, scores.get(term.what)))
  return [
    `  ${String(points).padStart(4)}  ${plainText(name)}`,
    ...lines.slice(0, shownTerms).map((line) => paint('dim', `        ${line}`)),
    ...surplus(lines.length - shownTerms, '        '),
  ]
}

function termLine({ what, count, weight }: RankTerm, service: ServiceScore | undefined): string {
  const value = String(count * weight).padStart(4)
  if (service === undefined)
    return `${value}  ${counted(count, what, what.replace('workload', 'workloads'))} × ${weight}`
  const { terms } = service
  const product = scoreTerms.map((term) => terms[term].value).join(' × ')
  const why = scoreTerms
    .map((term) => terms[term].why)
    .filter(Boolean)
    .join(', ')
  return `${value}  ${plainText(what)} = 16 × log2(1 + ${product}): ${why}`
}

function metricLines(
  label: string,
  members: readonly ExposureMember[],
  total: number | undefined,
  paint: Paint,
): string[] {
  return [
    `${paint('bold', label)}: ${showCount(countMembers(members), total)}`,
    ...members.slice(0, shownMembers).map(({ name, detail }) => `  ${plainText(`${name} ${detail}`)}`),
    ...surplus(members.length - shownMembers, '  '),
  ]
}

const surplus = (count: number, indent: string): string[] => (count > 0 ? [`${indent}and ${count} more`] : [])
