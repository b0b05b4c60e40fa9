import { AddressSet } from '../sets/address-set.ts'
import type { AddressRanges, CiliumOptions, DnsPods, Surroundings } from './config.ts'
import { parseCni, type WrittenSurroundings } from './schema.ts'

/**
 * Surroundings of one cluster: what is written for it over what the file says for all, key by key. External namespaces
 * of both add up, the cluster's labels winning.
 */
export function surroundingsOf(shared: WrittenSurroundings, own: WrittenSurroundings = {}): Surroundings {
  const network = { ...shared.network, ...own.network }
  const cni = network.cni === undefined ? undefined : parseCni(network.cni)
  const platform = network.platform ?? 'vanilla'
  return {
    cni,
    cilium: ciliumOf({ ...shared.network?.cilium, ...own.network?.cilium }),
    apiServer: network['api-server'] ?? 'inside',
    platform,
    mesh: network.mesh ?? 'none',
    ipBlockMatchesPods: yesOrNo(network['ip-block-matches-pods']),
    ranges: rangesOf({ ...shared.ranges, ...own.ranges }),
    dns: dnsOf(own.dns ?? shared.dns ?? {}, platform),
    externalNamespaces: namespacesOf({ ...shared['external-namespaces'], ...own['external-namespaces'] }),
    ingressControllers: (own['ingress-controllers'] ?? shared['ingress-controllers'] ?? []).map((controller) => ({
      namespace: controller.namespace,
      labels: new Map(Object.entries(controller.labels ?? {})),
    })),
  }
}

function yesOrNo(value: boolean | 'yes' | 'no' | 'unknown' | undefined): 'yes' | 'no' | 'unknown' | undefined {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value
}

type WrittenCilium = NonNullable<NonNullable<WrittenSurroundings['network']>['cilium']>

/** Only what is written, so that the rest can come from elsewhere. */
function ciliumOf(written: WrittenCilium): CiliumOptions {
  const matches = written['cidr-matches']
  const options = {
    enforcement: written.enforcement,
    clusterName: written['cluster-name'],
    hostFirewall: written['host-firewall'],
    nodeSelectors: written['node-selectors'],
    cidrMatches: matches && { nodes: matches.includes('nodes'), pods: matches.includes('pods') },
    extendedProtocols: written['extended-protocols'],
    clusterNetworkPolicies: written['cluster-network-policies'],
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function rangesOf(written: NonNullable<WrittenSurroundings['ranges']>): AddressRanges {
  return {
    pods: AddressSet.of(...(written.pods ?? [])),
    services: AddressSet.of(...(written.services ?? [])),
    nodes: AddressSet.of(...(written.nodes ?? [])),
    private: AddressSet.of(...(written.private ?? [])),
  }
}

function dnsOf(written: NonNullable<WrittenSurroundings['dns']>, platform: string): DnsPods | undefined {
  if (written === 'none') return undefined
  const usual = platform === 'openshift' ? openshiftDns : kubeDns
  return {
    namespace: written.namespace ?? usual.namespace,
    labels: written.labels === undefined ? usual.labels : new Map(Object.entries(written.labels)),
    ports: written.ports ?? usual.ports,
  }
}

const kubeDns: DnsPods = { namespace: 'kube-system', labels: new Map([['k8s-app', 'kube-dns']]), ports: [53] }

/** The pods listen on 5353; their Service on 53 is not what policies see. */
const openshiftDns: DnsPods = {
  namespace: 'openshift-dns',
  labels: new Map([['dns.operator.openshift.io/daemonset-dns', 'default']]),
  ports: [5353],
}

function namespacesOf(
  written: NonNullable<WrittenSurroundings['external-namespaces']>,
): Surroundings['externalNamespaces'] {
  return new Map(Object.entries(written).map(([name, labels]) => [name, new Map(Object.entries(labels))]))
}
