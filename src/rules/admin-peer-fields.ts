import type { SideView } from '../delta/side-view.ts'
import { entryOf, isUnset, spanOf, type YamlNode } from '../manifests/node.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { itemsAt, resourcesOf } from '../model/fields.ts'
import { enforcementOfObject } from '../model/plugin-capabilities.ts'
import { profileOn } from './ignored-policies.ts'
import type { LimitedField } from './limited-fields.ts'

const group = 'policy.networking.k8s.io'
const kinds = ['AdminNetworkPolicy', 'BaselineAdminNetworkPolicy', 'ClusterNetworkPolicy']

/** Peers of admin policies that not every plugin knows, in policies it may enforce. */
export function* adminPeerFields(view: SideView): Generator<{ readonly id: ResourceId; readonly field: LimitedField }> {
  for (const resource of resourcesOf(view.cluster, ...kinds.map((kind) => `${group}/${kind}`))) {
    const id: ResourceId = { group, kind: resource.kind, namespace: '', name: resource.name.value }
    if (enforcementOfObject(id, profileOn(view)) === 'no') continue
    for (const rule of itemsAt(resource.node, 'spec', 'egress'))
      for (const peer of itemsAt(rule, 'to')) for (const field of fieldsOf(resource, peer)) yield { id, field }
  }
}

function fieldsOf(resource: Resource, peer: YamlNode): LimitedField[] {
  const { file } = resource.provenance
  return (['networks', 'nodes', 'domainNames'] as const).flatMap((feature) => {
    const entry = entryOf(peer, feature)
    if (entry === undefined || isUnset(entry.value)) return []
    const text = file.text.slice(entry.value.start, entry.value.end).replaceAll(/\s+/g, ' ')
    const effect = 'the policy is refused, or the rule does not speak of this peer'
    return [{ feature, direction: 'egress', text, span: spanOf(file, entry), effect }]
  })
}
