import { placeOf, showPlugin } from '../delta/plugin-notes.ts'
import type { SideView } from '../delta/side-view.ts'
import type { Resource, ResourceId } from '../manifests/resource.ts'
import { namespaceOf } from '../model/fields.ts'
import type { NetworkProfile } from '../model/network-profile.ts'
import { enforcementOf, familyOfPolicy, type PolicyFamily } from '../model/plugin-capabilities.ts'

export interface IgnoredPolicy {
  readonly id: ResourceId
  readonly family: PolicyFamily
  readonly resource: Resource
}

/**
 * The profile with the plugin of the view's own side. Policies of both sides are read for the plugin of head; what it
 * ignores is news where the plugin of base did not.
 */
export function profileOn({ side, cluster: { profile } }: SideView): NetworkProfile {
  return side === 'base' && profile.before !== undefined ? { ...profile, ...profile.before, sightings: [] } : profile
}

/** Policies that the network plugin certainly ignores, in the order of their kinds. */
export function ignoredPolicies(view: SideView): IgnoredPolicy[] {
  const { cluster } = view
  const profile = profileOn(view)
  return [...cluster.resources.values()].flatMap((resources) => {
    const family = resources[0] && familyOfPolicy(resources[0])
    if (family === undefined || enforcementOf(family, profile) !== 'no') return []
    return resources.map((resource) => ({ id: idOf(resource, namespaceOf(resource, cluster)), family, resource }))
  })
}

/** Kinds that live in namespaces, whatever their group. */
const namespaced: ReadonlySet<string> = new Set(['CiliumNetworkPolicy', 'EgressFirewall', 'NetworkPolicy'])

/** Identity as policies have it once they are read; `extensions` is the old group of NetworkPolicy. */
function idOf({ group, kind, name }: Resource, namespace: string): ResourceId {
  return {
    group: group === 'extensions' ? 'networking.k8s.io' : group,
    kind,
    namespace: namespaced.has(kind) ? namespace : '',
    name: name.value,
  }
}

/** `flannel`, `calico 3.28 (seen in infra/calico.yaml:3)` */
export function pluginText({ cni, sightings }: NetworkProfile): string {
  const [first] = sightings
  const name = cni === undefined ? 'the network plugin' : showPlugin(cni)
  return first === undefined ? name : `${name} (seen in ${placeOf(first)})`
}
