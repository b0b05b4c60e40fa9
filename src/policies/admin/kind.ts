import type { PolicyKind } from '../policy-kind.ts'
import { compileAdminPolicy } from './compile.ts'
import { placeOf } from './place.ts'
import { readAdminPolicy } from './read.ts'

/** The cluster-scoped policies of SIG Network policy API, v1alpha1 and v1alpha2. */
export const kind: PolicyKind = {
  objects: [
    'policy.networking.k8s.io/AdminNetworkPolicy',
    'policy.networking.k8s.io/BaselineAdminNetworkPolicy',
    'policy.networking.k8s.io/ClusterNetworkPolicy',
  ],
  compile(resource, _namespace, { profile }, report) {
    const spec = readAdminPolicy(resource, profile, report)
    return { id: spec.id, entries: compileAdminPolicy(spec, placeOf(spec, profile), profile) }
  },
}
