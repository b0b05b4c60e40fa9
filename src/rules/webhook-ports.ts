import { valueAt, type YamlNode } from '../manifests/node.ts'
import type { Cluster, Service, Workload } from '../model/cluster.ts'
import { integerAt, itemsAt, resourcesOf, textAt } from '../model/fields.ts'
import { endpointsOf, targetOf } from '../model/service-endpoints.ts'
import { ConnectionSet } from '../sets/connection-set.ts'

const admission = ['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration'].map(
  (kind) => `admissionregistration.k8s.io/${kind}`,
)

/** Connections on which the API server calls a workload: webhooks, aggregated APIs, conversions of custom resources. */
export function webhookPorts(cluster: Cluster): ReadonlyMap<Workload, ConnectionSet> {
  const found = new Map<Workload, ConnectionSet>()
  for (const reference of references(cluster)) {
    const service = cluster.services.find(
      ({ id }) => id.namespace === textAt(reference, 'namespace') && id.name === textAt(reference, 'name'),
    )
    if (service === undefined) continue
    const port = integerAt(reference, 'port') ?? 443
    for (const [workload, connections] of targets(service, cluster, port)) {
      found.set(workload, (found.get(workload) ?? ConnectionSet.none).union(connections))
    }
  }
  return found
}

function references(cluster: Cluster): YamlNode[] {
  const hooks = resourcesOf(cluster, ...admission).flatMap(({ node }) => itemsAt(node, 'webhooks'))
  return [
    ...hooks.map((hook) => valueAt(hook, 'clientConfig', 'service')),
    ...resourcesOf(cluster, 'apiregistration.k8s.io/APIService').map(({ node }) => valueAt(node, 'spec', 'service')),
    ...resourcesOf(cluster, 'apiextensions.k8s.io/CustomResourceDefinition').map(({ node }) =>
      valueAt(node, 'spec', 'conversion', 'webhook', 'clientConfig', 'service'),
    ),
  ].filter((reference) => reference !== undefined)
}

function targets(service: Service, cluster: Cluster, port: number): [Workload, ConnectionSet][] {
  const ports = service.ports.filter((found) => found.port === port)
  return endpointsOf(service, cluster).map(({ workload }) => [
    workload,
    ConnectionSet.union(ports.map((found) => targetOf(found, workload))),
  ])
}
