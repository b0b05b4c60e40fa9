import type { YamlNode } from '../manifests/node.ts'
import { qualifiedName, type Workload } from '../model/cluster.ts'
import type { ConnectionSet } from '../sets/connection-set.ts'
import type { Exposure, MetricName } from './exposure.ts'
import { measureExposure } from './measure-exposure.ts'
import { type SensitivePort, sensitiveListeners } from './sensitive-ports.ts'
import { serviceBackends } from './service-backends.ts'
import type { SideView } from './side-view.ts'

/** One factor of a score, and the words for why it is what it is. */
export interface ScoreTerm {
  readonly value: number
  /** `reachable from the internet`; empty for a factor that says nothing. */
  readonly why: string
}

/** What reaches a Service, what it is, what its pods reach, what they are on their node. */
export const scoreTerms = ['exposure', 'sensitivity', 'egress', 'host'] as const

/** How much there is to gain by a Service, from 0 to 100: `16 × log2(1 + the product of the terms)`. */
export interface ServiceScore {
  /** `shop/web`; a workload where a port of the node leads to it without a Service. */
  readonly name: string
  readonly namespace: string
  readonly score: number
  readonly terms: Readonly<Record<(typeof scoreTerms)[number], ScoreTerm>>
}

/** Scores of all Services, and of workloads behind ports of their node, highest first. They rank and never gate. */
export function scoreServices(view: SideView): ServiceScore[] {
  const rate = rater(view)
  const services = [...serviceBackends(view.cluster)].map(([{ id }, backends]) => rate(id, backends))
  const known = new Set(services.map(({ name }) => name))
  const nodes = new Set(measureExposure(view)['node-services'].map(({ name }) => name))
  const workloads = view.cluster.workloads.filter(
    ({ id }) => nodes.has(qualifiedName(id)) && !known.has(qualifiedName(id)),
  )
  const all = [...services, ...workloads.map((workload) => rate(workload.id, [{ workload, connections: undefined }]))]
  return all.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
}

type Backends = readonly { readonly workload: Workload; readonly connections: ConnectionSet | undefined }[]

function rater(view: SideView): (id: Workload['id'], backends: Backends) => ServiceScore {
  const holds = membership(measureExposure(view))
  return (id, backends) => {
    const name = qualifiedName(id)
    const terms = {
      exposure: highest(
        exposures.filter(({ metric }) => holds(metric, name)),
        ownNamespace,
      ),
      sensitivity: highest(backends.flatMap(sensitivitiesOf), { value: 1, why: '' }),
      egress: sumOf(
        egresses.filter(({ metric }) => backends.some(({ workload }) => holds(metric, qualifiedName(workload.id)))),
      ),
      host: sumOf(hosts.filter(({ holds }) => backends.some(({ workload }) => holds(workload)))),
    }
    const product = scoreTerms.reduce((found, term) => found * terms[term].value, 1)
    return { name, namespace: id.namespace, terms, score: Math.min(100, Math.round(16 * Math.log2(1 + product))) }
  }
}

function membership(exposure: Exposure): (metric: MetricName, name: string) => boolean {
  const names = new Map<MetricName, ReadonlySet<string>>()
  return (metric, name) => {
    const found = names.get(metric) ?? new Set(exposure[metric].map((member) => member.name))
    names.set(metric, found)
    return found.has(name)
  }
}

type MetricTerm = ScoreTerm & { readonly metric: MetricName }

const ownNamespace: ScoreTerm = { value: 0.5, why: 'own namespace at most' }
const exposures: readonly MetricTerm[] = [
  { metric: 'internet-services-effective', value: 10, why: 'reachable from the internet' },
  { metric: 'node-services-effective', value: 6, why: 'reachable through a node' },
  { metric: 'internal-edge-services-effective', value: 5, why: 'reachable through an internal edge' },
  { metric: 'open-services', value: 4, why: 'reachable from any namespace' },
  { metric: 'cross-namespace-services', value: 2, why: 'reachable from other namespaces' },
  { metric: 'internet-services', value: 1, why: 'offered outside, nothing open behind it' },
  { metric: 'internal-edge-services', value: 1, why: 'offered outside, nothing open behind it' },
  { metric: 'node-services', value: 1, why: 'offered outside, nothing open behind it' },
]
const egresses: readonly MetricTerm[] = [
  { metric: 'internet-egress-any', value: 0.5, why: 'reaches all of the internet' },
  { metric: 'internet-egress-broad', value: 0.25, why: 'reaches broad internet ranges' },
  { metric: 'private-egress', value: 0.25, why: 'reaches private networks' },
  { metric: 'metadata-egress', value: 0.5, why: 'reaches the metadata address' },
]
const hosts: readonly (ScoreTerm & { readonly holds: (workload: Workload) => boolean })[] = [
  { value: 0.25, why: 'on the host network', holds: ({ hostNetwork }) => hostNetwork },
  { value: 0.25, why: 'privileged', holds: ({ resource }) => isPrivileged(resource.node) },
]

const sensitivities: Readonly<Record<SensitivePort['group'], number>> = {
  'control plane': 3,
  'container runtime': 3,
  database: 3,
  secrets: 2,
  dashboard: 2,
  'remote access': 1.5,
  debugger: 1.5,
}

/** What listens behind the ports a Service leads to; of a workload without one, behind those it declares. */
function sensitivitiesOf({ workload, connections }: Backends[number]): ScoreTerm[] {
  const listeners = sensitiveListeners(workload, connections === undefined ? [] : [connections])
  const reached = listeners.filter(({ sure, port }) => sure && connections?.has('TCP', port) !== false)
  return reached.map(({ sensitive }) => ({ value: sensitivities[sensitive.group], why: sensitive.what }))
}

const highest = (terms: readonly ScoreTerm[], least: ScoreTerm): ScoreTerm =>
  terms.reduce((best, { value, why }) => (value > best.value ? { value, why } : best), least)

const sumOf = (terms: readonly ScoreTerm[]): ScoreTerm => ({
  value: terms.reduce((sum, { value }) => sum + value, 1),
  why: terms.map(({ why }) => why).join(', '),
})

/** Whether a container asks for the powers of its node. */
function isPrivileged(node: YamlNode): boolean {
  if (node.kind === 'scalar') return false
  if (node.kind === 'sequence') return node.items.some(isPrivileged)
  return node.entries.some(({ name, value }) =>
    name === 'privileged' ? value.kind === 'scalar' && value.value === true : isPrivileged(value),
  )
}
