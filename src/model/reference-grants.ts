import { valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Cluster } from './cluster.ts'
import { isTemplated, itemsAt, namespaceOf, resourcesOf, textAt } from './fields.ts'
import { GATEWAY_GROUP } from './gateway-listeners.ts'

/**
 * Whether a route may send traffic to a Service: always within its namespace, else where a ReferenceGrant in the
 * Service's namespace names both ends. One `from` and one `to` of the same grant must hold; a template may be anything.
 */
export function isGranted(
  route: Resource,
  target: { readonly namespace: string; readonly name: string },
  cluster: Cluster,
): boolean {
  const home = namespaceOf(route, cluster)
  if (home === target.namespace) return true
  const kinds = [`${GATEWAY_GROUP}/ReferenceGrant`, `${GATEWAY_GROUP}/ReferencePolicy`]
  return resourcesOf(cluster, ...kinds).some((grant) => {
    if (namespaceOf(grant, cluster) !== target.namespace) return false
    const equals = (item: YamlNode, field: string, text: string): boolean =>
      isTemplated(grant, valueAt(item, field)) || textAt(item, field) === text
    const fromHere = itemsAt(grant.node, 'spec', 'from').some(
      (item) =>
        equals(item, 'group', route.group) && equals(item, 'kind', route.kind) && equals(item, 'namespace', home),
    )
    const toThere = itemsAt(grant.node, 'spec', 'to').some(
      (item) =>
        isCore(item) && equals(item, 'kind', 'Service') && (!textAt(item, 'name') || equals(item, 'name', target.name)),
    )
    return fromHere && toThere
  })
}

/** The group of a Service is the empty text; leaving it out of `to` is refused, and plainly means the same. */
function isCore(item: YamlNode): boolean {
  return (textAt(item, 'group') ?? '') === ''
}
