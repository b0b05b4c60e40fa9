import type { Resource } from '../../manifests/resource.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import { type Diagnostic, diagnostic } from '../../source/diagnostic.ts'
import type { PolicyKind } from '../policy-kind.ts'
import { compileAdminPolicy } from './compile.ts'
import { isEnforced, placeOf } from './place.ts'
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
    if (isEnforced(resource.kind, profile))
      return { id: spec.id, entries: compileAdminPolicy(spec, placeOf(spec, profile)) }
    report(notEnforced(resource, profile))
    return { id: spec.id, entries: [] }
  },
}

function notEnforced({ kind, name }: Resource, { cni }: NetworkProfile): Diagnostic {
  const version = cni?.version === undefined ? 'the newest Calico' : `Calico ${cni.version}`
  const instead = kind === 'ClusterNetworkPolicy' ? 'a Calico GlobalNetworkPolicy' : 'ClusterNetworkPolicy'
  return diagnostic('policy-not-enforced', name.span, {
    message: `${kind} ${name.value}: ${version} does not look at policies of this kind, so it changes nothing`,
    hint: `Use ${instead}, or give the version of the plugin in the configuration.`,
    effect: 'none',
  })
}
