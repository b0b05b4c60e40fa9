import type { SideView } from '../delta/side-view.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Cluster } from '../model/cluster.ts'
import { namespaceOf } from '../model/fields.ts'
import { isWorkload } from '../model/read-workload.ts'
import type { Confidence, Severity } from './finding.ts'
import { workloadsOfNamespace } from './selected-workloads.ts'

/**
 * What it means that no workload of a namespace matches: `proven` there is none; `likely` something unseen may make
 * one (an open cluster, an operator's resource); `unknown` nothing of the namespace's workloads is in the tree.
 */
type Absence = 'proven' | 'likely' | 'unknown'

export function absenceIn(view: SideView, namespace: string): Absence {
  if (workloadsOfNamespace(view, namespace).length === 0) return 'unknown'
  return view.cluster.open || operatedNamespaces(view.cluster).has(namespace) ? 'likely' : 'proven'
}

/** Severity and confidence of a finding that rests on an absence. */
export function onAbsence(absence: Absence): { readonly confidence: Confidence; readonly severity?: Severity } {
  return absence === 'proven' ? { confidence: 'certain' } : { confidence: 'possible', severity: 'note' }
}

/** Groups whose resources never make pods that a policy of the tree would select. */
const podless: ReadonlySet<string> = new Set([
  'bitnami.com',
  'cert-manager.io',
  'cilium.io',
  'crd.projectcalico.org',
  'external-secrets.io',
  'keda.sh',
  'kyverno.io',
  'networking.istio.io',
  'projectcalico.org',
  'route.openshift.io',
  'security.istio.io',
  'traefik.containo.us',
  'traefik.io',
])
const podlessKinds = /(?:Monitor|Rule|Probe|ScrapeConfig|Application|ApplicationSet|AppProject)$/

const operated = new WeakMap<Cluster, ReadonlySet<string>>()

/** Namespaces with resources of operators, which may make pods that are in no manifest. */
function operatedNamespaces(cluster: Cluster): ReadonlySet<string> {
  const found = operated.get(cluster)
  if (found !== undefined) return found
  const resources = [...cluster.resources.values()].flatMap((list) => list.filter(mayMakePods))
  const made = new Set(resources.map((resource) => namespaceOf(resource, cluster)))
  operated.set(cluster, made)
  return made
}

const mayMakePods = (resource: Resource): boolean =>
  resource.group.includes('.') &&
  !resource.group.endsWith('k8s.io') &&
  !podless.has(resource.group) &&
  !podlessKinds.test(resource.kind) &&
  !isWorkload(resource)
