import { resourceIdOf } from '../../manifests/network-relevant.ts'
import type { PolicyKind } from '../policy-kind.ts'
import { PolicyReader } from '../policy-reader.ts'
import { alwaysEnforced } from './always-enforced.ts'
import { CIDR_GROUP, checkCidrGroup } from './cidr-groups.ts'
import { compileCiliumPolicy } from './compile.ts'
import { readCiliumPolicy } from './read.ts'

/** Cilium's own policies, of a namespace and of the whole cluster, and the groups of addresses they refer to. */
export const kind: PolicyKind = {
  objects: ['cilium.io/CiliumNetworkPolicy', 'cilium.io/CiliumClusterwideNetworkPolicy', CIDR_GROUP],
  standing: alwaysEnforced,
  compile(resource, namespace, surroundings, report) {
    if (CIDR_GROUP.endsWith(`/${resource.kind}`)) {
      checkCidrGroup(resource, new PolicyReader(resource, report))
      return { id: { ...resourceIdOf(resource), namespace: '' }, entries: [] }
    }
    const spec = readCiliumPolicy(resource, namespace, surroundings, report)
    return { id: spec.id, entries: compileCiliumPolicy(spec), ciliumPolicy: spec }
  },
}
