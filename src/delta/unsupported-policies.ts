import type { Cluster } from '../model/cluster.ts'
import { enforcementOfObject } from '../model/plugin-capabilities.ts'
import { policyKinds } from '../policies/registry.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'

/** Kinds that decide about connections and that no compiler here reads yet, by API group; `*` is every kind of the group. */
export const unsupportedKinds: Readonly<Record<string, readonly string[]>> = {
  'access.smi-spec.io': ['TrafficTarget'],
  'cilium.io': ['CiliumLocalRedirectPolicy', 'CiliumEgressGatewayPolicy'],
  'consul.hashicorp.com': ['ServiceIntentions'],
  'crd.antrea.io': ['*'],
  'crd.nsx.vmware.com': ['SecurityPolicy'],
  'k8s.cni.cncf.io': ['MultiNetworkPolicy'],
  'k8s.otterize.com': ['ClientIntents', 'ProtectedService'],
  'k8s.ovn.org': ['EgressFirewall', 'AdminPolicyBasedExternalRoute'],
  'kubeovn.io': ['SecurityGroup'],
  'kuma.io': ['MeshTrafficPermission', 'TrafficPermission'],
  'network.openshift.io': ['EgressNetworkPolicy', 'NetNamespace'],
  'networking.gke.io': ['FQDNNetworkPolicy'],
  'networking.istio.io': ['Sidecar', 'ServiceEntry', 'VirtualService', 'Gateway'],
  'networking.k8s.aws': ['ApplicationNetworkPolicy', 'ClusterNetworkPolicy'],
  'neuvector.com': ['NvClusterSecurityRule', 'NvSecurityRule'],
  'policy.linkerd.io': ['*'],
  'policy.networking.k8s.io': ['*'],
  'security.istio.io': ['AuthorizationPolicy', 'PeerAuthentication'],
  'vpcresources.k8s.aws': ['SecurityGroupPolicy'],
}

const compiled: ReadonlySet<string> = new Set(policyKinds.flatMap(({ objects }) => objects))

/** Whether a kind decides about connections and is not read: its objects make every answer about their pods unknown. */
function isUnsupportedPolicy(group: string, kind: string): boolean {
  if (compiled.has(`${group}/${kind}`)) return false
  const kinds = Object.hasOwn(unsupportedKinds, group) ? unsupportedKinds[group] : undefined
  return kinds !== undefined && (kinds.includes('*') || kinds.includes(kind))
}

/**
 * One problem for each object of such a kind: what it allows or denies is not in the answer. Where the network plugin
 * ignores the kind, the answer lacks nothing.
 */
export function unsupportedPolicies(cluster: Cluster): Diagnostic[] {
  const kinds = [...cluster.resources.values()].filter(
    ([first]) =>
      first && isUnsupportedPolicy(first.group, first.kind) && enforcementOfObject(first, cluster.profile) !== 'no',
  )
  return kinds.flat().map((resource) =>
    diagnostic('kind-unsupported', resource.name.span, {
      message: `${resource.kind} ${resource.name.value} (${resource.group}) is not read by this version, so what it allows or denies is not in the answer`,
      hint: 'Review it by hand; the configuration can let incomplete results pass (gate.incomplete: warn).',
      effect: 'unknown',
    }),
  )
}
