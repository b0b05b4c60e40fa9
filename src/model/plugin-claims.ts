import type { Truth } from './labels.ts'
import type { PolicyFamily, PolicyFeature } from './plugin-capabilities.ts'

/** What is said of a plugin from one version on, and the page that says so. */
export interface Claim {
  /** First version it holds for; undefined: from the first version on. */
  readonly since?: string
  /** An option of the agents decides. */
  readonly answer: Truth | { readonly option: 'clusterNetworkPolicies' }
  readonly source: string
}

type Topic = PolicyFamily | PolicyFeature
type Claims = Readonly<Partial<Record<Topic, readonly Claim[]>>>

const yes = (source: string, since?: string): Claim => claim('yes', source, since)
const no = (source: string, since?: string): Claim => claim('no', source, since)
const unknown = (source: string, since?: string): Claim => claim('unknown', source, since)
const claim = (answer: Claim['answer'], source: string, since: string | undefined): Claim =>
  since === undefined ? { answer, source } : { since, answer, source }

const upstream = 'https://kubernetes.io/docs/concepts/services-networking/network-policies/'
const calicoPolicies = 'https://docs.tigera.io/calico/latest/network-policy/'
const ciliumPolicies = 'https://docs.cilium.io/en/stable/network/kubernetes/policy/'
const openshift = 'https://docs.redhat.com/en/documentation/openshift_container_platform'
const weaveAnalyser = 'https://github.com/weaveworks/weave/blob/master/npc/analyser.go'

/**
 * Parts that NetworkPolicy has had since its first stable version, and that its end-to-end tests cover: whoever enforces
 * the kind has them unless a page says otherwise. Of what came later (endPort, SCTP) Kubernetes says that plugins differ.
 */
const fromTheStart: Claims = {
  'ipBlock.except': [yes(upstream)],
  'named ports': [yes(upstream)],
  egress: [yes(upstream)],
}

const neverAdmin = (source: string): Claims => ({
  AdminNetworkPolicy: [no(source)],
  BaselineAdminNetworkPolicy: [no(source)],
  ClusterNetworkPolicy: [no(source)],
})

const calicoConversion =
  'https://github.com/projectcalico/calico/blob/master/libcalico-go/lib/backend/k8s/conversion/conversion.go'

const calico: Claims = {
  ...fromTheStart,
  NetworkPolicy: [yes(`${calicoPolicies}get-started/kubernetes-policy/kubernetes-network-policy`)],
  AdminNetworkPolicy: [
    no('https://github.com/projectcalico/calico/issues/7578'),
    yes('https://docs.tigera.io/calico/3.29/release-notes/', '3.29'),
    no('https://github.com/kubernetes-sigs/network-policy-api/pull/376', '3.32'),
  ],
  BaselineAdminNetworkPolicy: [
    no('https://github.com/projectcalico/calico/issues/7578'),
    yes('https://docs.tigera.io/calico/3.30/release-notes/', '3.30'),
    no('https://github.com/kubernetes-sigs/network-policy-api/pull/376', '3.32'),
  ],
  ClusterNetworkPolicy: [
    no('https://github.com/kubernetes-sigs/network-policy-api/pull/376'),
    yes('https://github.com/kubernetes-sigs/network-policy-api/pull/376', '3.32'),
  ],
  'Calico policies': [yes(`${calicoPolicies}get-started/calico-policy/calico-network-policy`)],
  endPort: [
    unknown('https://github.com/projectcalico/libcalico-go/pull/1357'),
    yes('https://github.com/projectcalico/libcalico-go/pull/1357', '3.20'),
  ],
  SCTP: [
    unknown('https://github.com/projectcalico/libcalico-go/pull/1182'),
    yes('https://github.com/projectcalico/libcalico-go/pull/1182', '3.14'),
  ],
  IPv6: [yes('https://docs.tigera.io/calico/latest/networking/ipam/ipv6')],
  networks: [yes(calicoConversion)],
  // A rule that cannot be converted is dropped where it accepts, and denies everybody where it denies or passes.
  nodes: [no(calicoConversion)],
  domainNames: [no(calicoConversion)],
}

const ciliumAdmin: Claims = {
  AdminNetworkPolicy: [no('https://github.com/cilium/cilium/issues/23380')],
  BaselineAdminNetworkPolicy: [no('https://github.com/cilium/cilium/issues/23380')],
}

const cilium: Claims = {
  ...fromTheStart,
  ...ciliumAdmin,
  NetworkPolicy: [yes(ciliumPolicies)],
  ClusterNetworkPolicy: [
    no('https://github.com/cilium/cilium/issues/23380'),
    claim({ option: 'clusterNetworkPolicies' }, 'https://docs.cilium.io/en/latest/network/kubernetes/policy/', '1.20'),
  ],
  CiliumNetworkPolicy: [yes(ciliumPolicies)],
  CiliumClusterwideNetworkPolicy: [yes(ciliumPolicies)],
  endPort: [no('https://github.com/cilium/cilium/issues/28684'), yes(ciliumPolicies, '1.16')],
  // Behind the option enable-sctp. Where it is off SCTP does not pass at all, whatever policies say.
  SCTP: [yes('https://docs.cilium.io/en/stable/configuration/sctp/')],
  IPv6: [yes('https://docs.cilium.io/en/stable/network/concepts/ipam/')],
  domainNames: [yes('https://docs.cilium.io/en/latest/network/kubernetes/policy/', '1.20')],
}

const antreaGate = 'https://antrea.io/docs/main/docs/admin-network-policy/'

/** Each plugin by the name it has in the configuration; what is not listed nobody has established. */
export const pluginClaims: Readonly<Record<string, Claims>> = {
  antrea: {
    ...fromTheStart,
    NetworkPolicy: [
      yes('https://kubernetes.io/docs/tasks/administer-cluster/network-policy-provider/antrea-network-policy/'),
    ],
    // Behind feature gates that are off by default.
    AdminNetworkPolicy: [no(antreaGate), unknown(antreaGate, '1.13')],
    BaselineAdminNetworkPolicy: [no(antreaGate), unknown(antreaGate, '1.13')],
    ClusterNetworkPolicy: [
      no('https://github.com/antrea-io/antrea/pull/8018'),
      unknown('https://github.com/antrea-io/antrea/pull/8044', '2.7'),
    ],
    'Antrea policies': [yes('https://antrea.io/docs/main/docs/antrea-network-policy/')],
    endPort: [
      no('https://github.com/antrea-io/antrea/issues/1638'),
      yes('https://github.com/antrea-io/antrea/blob/main/CHANGELOG/CHANGELOG-1.1.md', '1.1'),
    ],
    SCTP: [yes('https://github.com/antrea-io/antrea/releases/tag/v1.0.0')],
    IPv6: [yes('https://github.com/antrea-io/antrea/releases/tag/v0.11.0', '0.11')],
    networks: [yes('https://github.com/antrea-io/antrea/pull/8120', '2.7')],
    nodes: [no('https://github.com/antrea-io/antrea/pull/8120', '2.7')],
    domainNames: [no('https://github.com/antrea-io/antrea/pull/8120', '2.7')],
  },
  'aws-vpc-cni': {
    ...fromTheStart,
    // Its own cluster policies are of another API group, networking.k8s.aws.
    ...neverAdmin('https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html'),
    NetworkPolicy: [
      no('https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html'),
      yes('https://github.com/aws/aws-network-policy-agent', '1.14'),
    ],
    endPort: [yes('https://aws.amazon.com/blogs/containers/amazon-vpc-cni-now-supports-kubernetes-network-policies/')],
    IPv6: [yes('https://docs.aws.amazon.com/eks/latest/userguide/cni-network-policy.html')],
  },
  'azure-cilium': {
    ...fromTheStart,
    ...ciliumAdmin,
    NetworkPolicy: [yes('https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium')],
    // Which of them AKS supports depends on paid options and has changed more than once.
    CiliumNetworkPolicy: [unknown('https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium')],
    CiliumClusterwideNetworkPolicy: [unknown('https://learn.microsoft.com/azure/aks/azure-cni-powered-by-cilium')],
  },
  'azure-cni': {
    ...fromTheStart,
    NetworkPolicy: [yes('https://learn.microsoft.com/azure/aks/use-network-policies')],
    // Ignored in 2022; there is code for it since, and an open wish of 2023.
    endPort: [unknown('https://github.com/Azure/AKS/issues/2857')],
    'named ports': [unknown('https://github.com/Azure/AKS/issues/1192')],
  },
  calico,
  canal: calico,
  cilium,
  flannel: {
    NetworkPolicy: [no('https://github.com/flannel-io/flannel#networking-details')],
    ...neverAdmin('https://github.com/flannel-io/flannel#networking-details'),
  },
  'gke-dataplane-v2': {
    ...fromTheStart,
    NetworkPolicy: [yes('https://cloud.google.com/kubernetes-engine/docs/concepts/dataplane-v2')],
    CiliumNetworkPolicy: [
      unknown('https://cloud.google.com/kubernetes-engine/docs/how-to/configure-cilium-network-policy'),
    ],
    // Only where the cluster was made with them switched on.
    CiliumClusterwideNetworkPolicy: [
      unknown('https://cloud.google.com/kubernetes-engine/docs/how-to/configure-cilium-network-policy'),
    ],
  },
  // Versions are those of kind.
  kindnet: {
    ...fromTheStart,
    NetworkPolicy: [
      no('https://github.com/kubernetes-sigs/kind/issues/842'),
      yes('https://github.com/kubernetes-sigs/kind/releases/tag/v0.24.0', '0.24'),
    ],
    // An option of kindnet itself, which kind does not set.
    AdminNetworkPolicy: [unknown('https://github.com/aojea/kindnet/pull/122')],
    BaselineAdminNetworkPolicy: [unknown('https://github.com/aojea/kindnet/pull/122')],
  },
  'kube-router': {
    ...fromTheStart,
    NetworkPolicy: [
      yes('https://kubernetes.io/docs/tasks/administer-cluster/network-policy-provider/kube-router-network-policy/'),
    ],
    endPort: [
      unknown('https://github.com/cloudnativelabs/kube-router/pull/1080'),
      yes('https://github.com/cloudnativelabs/kube-router/blob/master/pkg/controllers/netpol/policy.go', '2.0'),
    ],
    SCTP: [unknown('https://github.com/cloudnativelabs/kube-router/issues/1019')],
    IPv6: [
      unknown('https://github.com/cloudnativelabs/kube-router/releases/tag/v2.1.0'),
      yes('https://github.com/cloudnativelabs/kube-router/blob/master/pkg/controllers/netpol/policy.go', '2.0'),
    ],
  },
  // Versions are those of OpenShift.
  'openshift-sdn': {
    ...fromTheStart,
    ...neverAdmin(`${openshift}/4.17/html/network_security/network-policy-apis`),
    NetworkPolicy: [yes(`${openshift}/4.8/html/networking/network-policy`)],
    egress: [
      no(`${openshift}/4.8/html/networking/network-policy`),
      yes('https://github.com/openshift/openshift-docs/pull/39803', '4.10'),
    ],
    'ipBlock.except': [
      no(`${openshift}/4.8/html/networking/network-policy`),
      yes('https://github.com/openshift/openshift-docs/pull/39803', '4.10'),
    ],
    SCTP: [yes(`${openshift}/4.16/html/networking/network-policy`, '4.16')],
  },
  // Versions are those of the project, or from 4 on those of OpenShift, where admin policies were a preview at first.
  'ovn-kubernetes': {
    ...fromTheStart,
    NetworkPolicy: [
      yes(
        'https://github.com/ovn-kubernetes/ovn-kubernetes/blob/master/docs/features/network-security-controls/network-policy.md',
      ),
    ],
    AdminNetworkPolicy: ovnAdmin(),
    BaselineAdminNetworkPolicy: ovnAdmin(),
    'OVN policies': [
      yes('https://github.com/ovn-kubernetes/ovn-kubernetes/tree/master/docs/features/network-security-controls'),
    ],
    endPort: [yes('https://gist.github.com/trozet/0c343d357d00ccab57baaed51ee4407f')],
    SCTP: [yes(`${openshift}/4.16/html/networking/network-policy`)],
    IPv6: [yes('https://ovn-kubernetes.io/design/topology/')],
    networks: [yes('https://github.com/ovn-kubernetes/ovn-kubernetes/pull/4431')],
    nodes: [yes('https://github.com/ovn-kubernetes/ovn-kubernetes/pull/4431')],
  },
  // Its last release, of January 2021, is older than endPort and the admin policies; names of ports are left to iptables.
  weave: {
    ...fromTheStart,
    ...neverAdmin('https://github.com/weaveworks/weave/releases'),
    NetworkPolicy: [
      yes('https://kubernetes.io/docs/tasks/administer-cluster/network-policy-provider/weave-network-policy/'),
    ],
    endPort: [no(weaveAnalyser)],
    'named ports': [no(weaveAnalyser)],
  },
}

function ovnAdmin(): readonly Claim[] {
  const page =
    'https://github.com/ovn-kubernetes/ovn-kubernetes/blob/master/docs/features/network-security-controls/admin-network-policy.md'
  return [
    yes(page),
    unknown(`${openshift}/4.14/html/networking/ovn-k-network-policy`, '4.0'),
    yes(`${openshift}/4.17/html/network_security/admin-network-policy`, '4.17'),
  ]
}

/** Everything said on a topic, oldest version first; nothing for a plugin nobody knows. */
export function claimsOf(plugin: string, topic: Topic): readonly Claim[] {
  return (Object.hasOwn(pluginClaims, plugin) ? pluginClaims[plugin]?.[topic] : undefined) ?? []
}
