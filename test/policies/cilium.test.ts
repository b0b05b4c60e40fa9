import { describe, expect, test } from 'vitest'
import fqdnWithoutDnsProxy from '../../src/rules/fqdn-without-dns-proxy.ts'
import { runExample } from '../rules/run-example.ts'
import { ciliumProfile, clusterwide, onCheckout, onStore, told } from './cilium-store.ts'
import { certainConnections, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const cilium = ciliumProfile()

const webOnly = onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]')
const closedStore = onStore('ingress: [{}]')

describe('isolation', () => {
  check(
    [
      {
        name: '1. an empty entry isolates and allows nobody',
        policies: [closedStore],
        allows: ['checkout → world TCP 443'],
        denies: ['web → checkout TCP 8081', 'world → web TCP 8080', 'auditor → ledger TCP 8082'],
      },
      {
        name: '3. an empty entry of egress isolates egress alone',
        policies: [onStore('ingress: []\negress: [{}]')],
        allows: ['auditor → checkout TCP 8081'],
        denies: ['checkout → world TCP 443', 'checkout → ledger TCP 8082'],
      },
      {
        name: '4. an empty deny isolates and denies nobody what others allow',
        policies: [onCheckout('ingressDeny: [{}]'), onCheckout('ingress: [{fromEndpoints: [{}]}]')],
        allows: ['web → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: '5. a policy that only denies shuts out all others too',
        policies: [onCheckout('ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]')],
        denies: ['web → checkout TCP 8081', 'ledger → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '6. unless it says that it does not isolate',
        policies: [
          onCheckout(
            'enableDefaultDeny: {ingress: false}\ningressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]',
          ),
        ],
        allows: ['ledger → checkout TCP 8081', 'world → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '7. an allow that does not isolate leaves everything open',
        policies: [
          onCheckout('enableDefaultDeny: {ingress: false}\ningress: [{fromEndpoints: [{matchLabels: {app: web}}]}]'),
        ],
        allows: ['web → checkout TCP 8081', 'ledger → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '8. and counts once another policy isolates',
        policies: [
          onCheckout('enableDefaultDeny: {ingress: false}\ningress: [{fromEndpoints: [{matchLabels: {app: web}}]}]'),
          closedStore,
        ],
        allows: ['web → checkout TCP 8081'],
        denies: ['ledger → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '9. enableDefaultDeny without an entry in the direction isolates nobody',
        policies: [onStore('enableDefaultDeny: {egress: true}\ningress: [{fromEndpoints: [{}]}]')],
        allows: ['checkout → world TCP 443'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: '10. an empty entry that does not isolate changes nothing',
        policies: [onStore('enableDefaultDeny: {ingress: false}\ningress: [{}]')],
        allows: ['world → checkout TCP 8081', 'auditor → web TCP 8080'],
      },
      {
        name: '11. entity cluster is pods and machines of every namespace, not the outside',
        policies: [clusterwide(onStore('egress: [{toEntities: [cluster]}]'))],
        allows: [
          'checkout → auditor TCP 9000',
          'auditor → visitor TCP 1',
          'checkout → host TCP 10250',
          'checkout → remote-node TCP 10250',
          'checkout → kube-apiserver TCP 6443',
          'checkout → agent TCP 9100',
        ],
        denies: ['checkout → world TCP 443', 'auditor → world TCP 443'],
      },
      {
        name: '12. NetworkPolicies and Cilium policies allow together, and either isolates',
        policies: ['podSelector: {}\npolicyTypes: [Ingress]', webOnly],
        allows: ['web → checkout TCP 8081'],
        denies: ['web → ledger TCP 8082', 'ledger → checkout TCP 8081'],
      },
      {
        name: 'agents that enforce nothing but explicit policies leave the rest of a pod alone',
        policies: [webOnly],
        allows: ['checkout → world TCP 443', 'world → ledger TCP 8082'],
        denies: ['world → checkout TCP 8081'],
      },
    ],
    cilium,
    told,
  )
})

describe('empty and absent', () => {
  check(
    [
      {
        name: '13. an empty list of peers is nobody',
        policies: [onCheckout('ingress: [{fromEndpoints: []}]')],
        denies: ['web → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '14. beside ports as well',
        policies: [onCheckout('ingress: [{fromEndpoints: [], toPorts: [{ports: [{port: "8081"}]}]}]')],
        denies: ['web → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '15. ports without peers are for everybody',
        policies: [onCheckout('ingress: [{toPorts: [{ports: [{port: "8081", protocol: TCP}]}]}]')],
        allows: ['world → checkout TCP 8081', 'auditor → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
        denies: ['web → checkout TCP 9100', 'web → checkout UDP 8081'],
      },
      {
        name: '16. null is as good as absent',
        policies: [onCheckout('ingress: [{fromEndpoints: null, toPorts: [{ports: [{port: "8081", protocol: TCP}]}]}]')],
        allows: ['world → checkout TCP 8081'],
        denies: ['world → checkout TCP 9100'],
      },
      {
        name: '17. an empty list of ports is every port of every protocol',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}], toPorts: []}]')],
        allows: ['web → checkout TCP 1', 'web → checkout ICMP 2048'],
        denies: ['auditor → checkout TCP 1'],
      },
      {
        name: '18. an element without ports is none',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}], toPorts: [{}]}]')],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '19. an empty list of names is as good as absent',
        policies: [onCheckout('egress: [{toFQDNs: [], toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]')],
        allows: ['checkout → world TCP 443', 'checkout → auditor TCP 443', 'checkout → remote-node TCP 443'],
        denies: ['checkout → world TCP 80'],
      },
      {
        name: '20. entity none is nobody',
        policies: [onCheckout('egress: [{toEntities: [none], toPorts: [{ports: [{port: "443"}]}]}]')],
        denies: ['checkout → world TCP 443', 'checkout → web TCP 443'],
      },
    ],
    cilium,
    told,
  )
})

describe('selectors and their scope', () => {
  check(
    [
      {
        name: '21. an empty peer selector is every pod of the namespace',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}]}]')],
        allows: ['web → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '22. labels alone look into the namespace of the policy',
        policies: [onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: auditor}}]}]')],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: '23. a namespace that is named takes its place',
        policies: [
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": office}}]}]'),
        ],
        allows: ['auditor → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '24. that a namespace exists is true of every pod',
        policies: [
          onCheckout(
            'ingress: [{fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]}]}]',
          ),
        ],
        allows: ['auditor → checkout TCP 8081', 'web → checkout TCP 8081', 'visitor → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: '25. labels of namespaces reach other namespaces',
        policies: [
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.namespace.labels.team: office}}]}]'),
        ],
        allows: ['auditor → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081', 'visitor → checkout TCP 8081'],
      },
      {
        name: '26. a subject in another namespace is replaced by the own one',
        policies: ['endpointSelector: {matchLabels: {"k8s:io.kubernetes.pod.namespace": office}}\ningress: [{}]'],
        allows: ['web → auditor TCP 9000'],
        denies: ['web → checkout TCP 8081', 'world → ledger TCP 8082'],
      },
      {
        name: '27. unless the key has no source: then nobody is selected',
        policies: ['endpointSelector: {matchLabels: {io.kubernetes.pod.namespace: office}}\ningress: [{}]'],
        allows: ['web → auditor TCP 9000', 'web → checkout TCP 8081', 'world → ledger TCP 8082'],
      },
      {
        name: '28. a clusterwide policy looks into every namespace, and at pods only',
        policies: [clusterwide(onCheckout('ingress: [{fromEndpoints: [{}]}]'))],
        allows: ['auditor → checkout TCP 8081', 'visitor → checkout TCP 8081'],
        denies: ['remote-node → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '29. a reserved label is an endpoint that is no pod',
        policies: [onCheckout('ingress: [{fromEndpoints: [{matchLabels: {"reserved:host": ""}}]}]')],
        allows: ['host → checkout TCP 8081'],
        denies: ['remote-node → checkout TCP 8081', 'web → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: '30. a negative condition takes in pods without the label',
        policies: [
          onCheckout(
            'ingress: [{fromEndpoints: [{matchExpressions: [{key: app, operator: NotIn, values: [ledger]}]}]}]',
          ),
        ],
        allows: ['web → checkout TCP 8081'],
        denies: ['ledger → checkout TCP 8081', 'auditor → checkout TCP 8081', 'visitor → checkout TCP 8081'],
      },
      {
        name: '31. labels that are no part of the identity select nobody',
        policies: [
          podWith('newcomer', '{app: web, pod-template-hash: ab12}'),
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {pod-template-hash: ab12}}]}]'),
        ],
        denies: ['newcomer → checkout TCP 8081'],
      },
      {
        name: '32. labels under app.kubernetes.io are',
        policies: [
          podWith('newcomer', '{app.kubernetes.io/name: till}'),
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app.kubernetes.io/name: till}}]}]'),
        ],
        allows: ['newcomer → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '33. the source any changes nothing',
        policies: [onCheckout('ingress: [{fromEndpoints: [{matchLabels: {"any:app": web}}]}]')],
        allows: ['web → checkout TCP 8081'],
        denies: ['ledger → checkout TCP 8081'],
      },
      {
        name: '35. selectors of one list are alternatives',
        policies: [onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: web}}, {matchLabels: {app: ledger}}]}]')],
        allows: ['web → checkout TCP 8081', 'ledger → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: '36. a service account is a label of its pods, within the namespace',
        policies: [
          podWith('till', '{app: till}', 'store', 'cashier'),
          podWith('thief', '{app: till}', 'office', 'cashier'),
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {io.cilium.k8s.policy.serviceaccount: cashier}}]}]'),
        ],
        allows: ['till → checkout TCP 8081'],
        denies: ['thief → checkout TCP 8081', 'web → checkout TCP 8081'],
      },
      {
        name: 'a reserved label that is excluded leaves pods of every namespace',
        policies: [
          onCheckout(
            'ingress: [{fromEndpoints: [{matchExpressions: [{key: "reserved:world", operator: DoesNotExist}]}]}]',
          ),
        ],
        allows: ['auditor → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: 'pods that nobody declares have the default service account as well as others',
        policies: ['endpointSelector: {matchLabels: {io.cilium.k8s.policy.serviceaccount: default}}\ningress: [{}]'],
        denies: ['auditor → checkout TCP 8081'],
        allows: ['checkout → auditor TCP 9000'],
      },
    ],
    cilium,
    told,
  )
})

function podWith(name: string, labels: string, namespace = 'store', account = 'default'): string {
  return manifest(
    'v1',
    'Pod',
    `{name: ${name}, namespace: ${namespace}, labels: ${labels}}`,
    `serviceAccountName: ${account}\ncontainers: [{name: main, image: ${name}}]`,
  )
}

describe('entities and CIDRs', () => {
  check(
    [
      {
        name: '38. every IPv4 address is neither a pod nor a machine',
        policies: [onCheckout('egress: [{toCIDR: [0.0.0.0/0]}]')],
        allows: ['checkout → world TCP 443'],
        denies: [
          'checkout → ledger TCP 8082',
          'checkout → host TCP 10250',
          'checkout → remote-node TCP 10250',
          'checkout → 192.168.40.5 TCP 22',
          'checkout → kube-apiserver TCP 6443',
          'checkout → 2001:db8::9 TCP 443',
        ],
      },
      {
        name: '39. a CIDR around the address of a pod does not match the pod',
        policies: [onCheckout('egress: [{toCIDR: [10.0.0.0/8]}]')],
        allows: ['checkout → 10.9.9.9 TCP 443'],
        denies: ['checkout → ledger TCP 8082'],
      },
      {
        name: '40. an exception holds for its own element only',
        policies: [
          onCheckout('egress: [{toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}, {cidr: 10.1.2.0/24}]}]'),
        ],
        allows: ['checkout → 10.1.2.9 TCP 443', 'checkout → 10.2.0.1 TCP 443'],
        denies: ['checkout → 10.1.3.9 TCP 443'],
      },
      {
        name: '41. what is denied stays denied beside entity all',
        policies: [
          onCheckout('egress: [{toEntities: [all]}]\negressDeny: [{toCIDRSet: [{cidr: 169.254.169.254/32}]}]'),
        ],
        allows: ['checkout → world TCP 443', 'checkout → ledger TCP 8082', 'checkout → host TCP 22'],
        denies: ['checkout → 169.254.169.254 TCP 80'],
      },
      {
        name: '42. entity cluster as a source',
        policies: [onCheckout('ingress: [{fromEntities: [cluster]}]')],
        allows: ['auditor → checkout TCP 8081', 'remote-node → checkout TCP 8081', 'health → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: '43. entity world is the outside alone',
        policies: [onCheckout('ingress: [{fromEntities: [world]}]')],
        allows: ['world → checkout TCP 8081', '2001:db8::9 → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: '46. a group that is not there is unknown, and pods are not in it',
        policies: [onCheckout('ingress: [{fromCIDRSet: [{cidrGroupRef: partners}]}]')],
        denies: ['web → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
        unknown: ['world → checkout TCP 8081'],
      },
      {
        name: '49. the outside is denied everywhere, whatever allows everybody',
        policies: [clusterwide(onStore('ingress: [{fromEntities: [all]}]\ningressDeny: [{fromEntities: [world]}]'))],
        allows: ['web → checkout TCP 8081', 'auditor → checkout TCP 8081', 'remote-node → auditor TCP 9000'],
        denies: ['world → checkout TCP 8081', 'world → auditor TCP 9000'],
      },
      {
        name: '50. entity host is the own machine, on which pods of its network may be',
        policies: [onCheckout('egress: [{toEntities: [host]}]')],
        allows: ['checkout → host TCP 10250'],
        denies: ['checkout → remote-node TCP 10250', 'checkout → world TCP 443'],
        unknown: ['checkout → agent TCP 9100'],
      },
      {
        name: '84. a group chosen by its labels, without an exception',
        policies: [
          group('partners', '{team: partners}', '[198.51.100.0/24]'),
          onCheckout(
            'ingress: [{fromCIDRSet: [{cidrGroupSelector: {matchLabels: {team: partners}}, except: [198.51.100.7/32]}]}]',
          ),
        ],
        allows: ['198.51.100.8 → checkout TCP 8081'],
        denies: ['198.51.100.7 → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'a condition that holds without labels takes every address',
        policies: [
          onCheckout(
            'ingress: [{fromCIDRSet: [{cidrGroupSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}]}]',
          ),
        ],
        allows: ['world → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: 'an exception from a group that is not there is certainly left out',
        policies: [onCheckout('egress: [{toCIDRSet: [{cidrGroupRef: partners, except: [198.51.100.0/24]}]}]')],
        denies: ['checkout → 198.51.100.7 TCP 443'],
        unknown: ['checkout → world TCP 443'],
      },
      {
        name: 'groups of the cloud are unknown addresses outside',
        policies: [onCheckout('egress: [{toGroups: [{aws: {securityGroupsNames: [stock]}}]}]')],
        denies: ['checkout → ledger TCP 8082'],
        unknown: ['checkout → world TCP 443'],
      },
    ],
    cilium,
    told,
  )

  check(
    [
      {
        name: 'an API server outside the cluster is the outside, too',
        policies: [onCheckout('egress: [{toEntities: [world]}]')],
        allows: ['checkout → kube-apiserver TCP 6443'],
      },
      {
        name: 'and no machine of the cluster',
        policies: [onCheckout('egress: [{toEntities: [host, remote-node]}]')],
        denies: ['checkout → kube-apiserver TCP 6443'],
      },
    ],
    { ...cilium, apiServer: 'outside' },
    told,
  )

  check(
    [
      {
        name: 'agents may be told to match machines and pods by address',
        policies: [onCheckout('egress: [{toCIDR: [0.0.0.0/0]}]')],
        allows: ['checkout → ledger TCP 8082', 'checkout → 192.168.40.5 TCP 22'],
      },
    ],
    ciliumProfile({ cidrMatches: { nodes: true, pods: true } }),
    told,
  )
})

function group(name: string, labels: string, cidrs: string): string {
  return manifest('cilium.io/v2', 'CiliumCIDRGroup', `{name: ${name}, labels: ${labels}}`, `externalCIDRs: ${cidrs}`)
}

test('48. a bare address is one host until 1.19, and refused from then on', () => {
  const policies = [onCheckout('ingress: [{fromCIDR: [192.0.2.7]}]')]
  const old = storeWith(policies, ciliumProfile({}, '1.19'))
  expect(showProblems(old)).toEqual([])
  expect(verdict(reachOf(old), '192.0.2.7 → checkout TCP 8081')).toBe('allow')
  expect(verdict(reachOf(old), 'world → checkout TCP 8081')).toBe('deny')
  expect(showProblems(storeWith(policies, ciliumProfile({}, '1.20')))).toEqual(['cidr-invalid at 192.0.2.7'])
})

describe('ports and protocols', () => {
  check(
    [
      {
        name: '51. no protocol is TCP, UDP and SCTP, not ICMP',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "53"}]}]}]')],
        allows: ['web → checkout TCP 53', 'web → checkout UDP 53', 'web → checkout SCTP 53'],
        denies: ['web → checkout ICMP 2048', 'web → checkout TCP 54'],
      },
      {
        name: '52. no ports is ICMP, too',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}]}]')],
        allows: ['web → checkout ICMP 2048', 'web → checkout TCP 1'],
      },
      {
        name: '53. port 0 is every port of the protocol',
        policies: [onCheckout('ingress: [{toPorts: [{ports: [{port: "0", protocol: TCP}]}]}]')],
        allows: ['world → checkout TCP 1', 'world → checkout TCP 65535'],
        denies: ['world → checkout UDP 1'],
      },
      {
        name: '54. an endPort below the port is not looked at',
        policies: [onCheckout('ingress: [{toPorts: [{ports: [{port: "8000", endPort: 7000, protocol: TCP}]}]}]')],
        allows: ['web → checkout TCP 8000'],
        denies: ['web → checkout TCP 7500', 'web → checkout TCP 8001'],
      },
      {
        name: '55. a name of a port is looked up on each destination',
        policies: [onCheckout('egress: [{toEndpoints: [{}], toPorts: [{ports: [{port: http, protocol: TCP}]}]}]')],
        allows: ['checkout → ledger TCP 8082', 'checkout → web TCP 8080'],
        denies: ['checkout → ledger TCP 8080', 'checkout → world TCP 8080'],
      },
      {
        name: '56. and allows nothing where it is not found',
        policies: [
          onCheckout('ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: unheard-of, protocol: TCP}]}]}]'),
        ],
        denies: ['web → checkout TCP 8081', 'web → checkout TCP 1'],
      },
      {
        name: '57. ports are those of pods, not of a Service in front',
        policies: [
          manifest(
            'v1',
            'Service',
            '{name: ledger, namespace: store}',
            'selector: {app: ledger}\nports: [{port: 443, targetPort: 8082}]',
          ),
          onCheckout('egress: [{toPorts: [{ports: [{port: "443", protocol: TCP}]}]}]'),
        ],
        denies: ['checkout → ledger TCP 8082'],
        allows: ['checkout → ledger TCP 443'],
      },
      {
        name: '60. types of ICMP are for everybody, of one family',
        policies: [onCheckout('ingress: [{icmps: [{fields: [{type: 8, family: IPv4}]}]}]')],
        allows: ['world → checkout ICMP 2048', 'web → checkout ICMP 2049'],
        denies: ['web → checkout TCP 8081', 'web → checkout ICMPv6 32768', 'web → checkout ICMP 0'],
      },
      {
        name: '85. a leading zero makes a port octal',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}], toPorts: [{ports: [{port: "0100", protocol: TCP}]}]}]')],
        allows: ['web → checkout TCP 64'],
        denies: ['web → checkout TCP 100'],
      },
      {
        name: 'names of types differ between the families',
        policies: [
          onCheckout('ingress: [{icmps: [{fields: [{type: EchoRequest}, {type: EchoRequest, family: IPv6}]}]}]'),
        ],
        allows: ['world → checkout ICMP 2048', 'world → checkout ICMPv6 32768'],
        denies: ['world → checkout ICMP 0'],
      },
      {
        name: 'a range of ports is closed',
        policies: [onCheckout('ingress: [{toPorts: [{ports: [{port: "8000", endPort: 8002, protocol: TCP}]}]}]')],
        allows: ['web → checkout TCP 8000', 'web → checkout TCP 8002'],
        denies: ['web → checkout TCP 8003'],
      },
    ],
    cilium,
    told,
  )

  test.each([
    ['54.', 'port: "8000", endPort: 7000, protocol: TCP', 'endport-ignored at 7000'],
    ['85.', 'port: "0100", protocol: TCP', 'port-octal at "0100"'],
  ])('%s is told: %s', (_, port, problem) => {
    const built = storeWith([onCheckout(`ingress: [{toPorts: [{ports: [{${port}}]}]}]`)], cilium)
    expect(showProblems(built)).toEqual([problem])
  })
})

describe('layer 7', () => {
  const publicOnly = onCheckout(
    'ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET, path: "/public"}]}}]}]',
  )
  const plain = onCheckout(
    'ingress: [{fromEndpoints: [{matchLabels: {app: web}}], toPorts: [{ports: [{port: "80", protocol: TCP}]}]}]',
  )
  const dns = (pattern: string): string =>
    `{toEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": office}}], toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "${pattern}"}]}}]}`
  const show = (policies: readonly string[], from: string, to: string): string =>
    certainConnections(reachOf(storeWith(policies, cilium)), from, to).show()

  test.each([
    ['62. a rule for HTTP is a condition on the port', [publicOnly], 'TCP 80 (HTTP GET /public)'],
    ['63. a plain entry for the same port lifts it', [publicOnly, plain], 'TCP 80'],
    ['64. an empty list of rules is none', [publicOnly.replace(/http: .*\]\}\}/, 'http: []}}')], 'TCP 80'],
    [
      'rules of several entries add up',
      [publicOnly, publicOnly.replace('/public', '/cart').replace('GET', 'POST')],
      'TCP 80 (HTTP GET /public), TCP 80 (HTTP POST /cart)',
    ],
    [
      'any request holds every request',
      [publicOnly, publicOnly.replace(/http: .*\]\}\}/, 'http: [{}]}}')],
      'TCP 80 (HTTP)',
    ],
    [
      'what only mends a mismatch is no condition',
      [publicOnly.replace(/http: .*\]\}\}/, 'http: [{headerMatches: [{name: X-Till, mismatch: LOG}]}]}}')],
      'TCP 80 (HTTP)',
    ],
    [
      'a rule that does not isolate sets no limit',
      [publicOnly.replace('ingress:', 'enableDefaultDeny: {ingress: false}\ningress:')],
      'every port',
    ],
  ])('%s', (_, policies, expected) => {
    expect(show(policies, 'web', 'checkout')).toBe(expected)
  })

  test('66. names are conditions on the outside, queries on the resolver', () => {
    const policies = [onCheckout(`egress: [${dns('*.shop.example')}, {toFQDNs: [{matchPattern: "*.shop.example"}]}]`)]
    expect(show(policies, 'checkout', 'world')).toBe('every port (to *.shop.example (one level))')
    expect(show(policies, 'checkout', 'auditor')).toBe(
      'TCP 53, UDP 53, SCTP 53 (DNS and query *.shop.example (one level))',
    )
    expect(show(policies, 'checkout', 'ledger')).toBe('nothing')
  })

  test('67. without the query allowed no name is learned, which a rule tells', () => {
    const byName = '{toFQDNs: [{matchPattern: "*.shop.example"}]}'
    const told = (rules: string): string[] => {
      const till = manifest(
        'apps/v1',
        'Deployment',
        '{name: checkout, namespace: store}',
        'template: {metadata: {labels: {app: checkout}}}',
      )
      const policy = manifest(
        'cilium.io/v2',
        'CiliumNetworkPolicy',
        '{name: till, namespace: store}',
        onCheckout(`egress: [${rules}]`),
      )
      const head = new Map([['till.yaml', `${till}---\n${policy}`]])
      const example = { name: 'names', kind: 'invalid', files: { base: new Map(), head }, config: undefined } as const
      return runExample(example, fqdnWithoutDnsProxy).map(({ message }) => message)
    }
    expect(told(`${dns('*.shop.example')}, ${byName}`)).toEqual([])
    expect(told(byName)).toEqual([expect.stringContaining('*.shop.example')])
  })

  test('a server name is a condition on TLS', () => {
    const policies = [
      onCheckout('egress: [{toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [Shop.example]}]}]'),
    ]
    expect(show(policies, 'checkout', 'world')).toBe('TCP 443 (TLS and server name shop.example)')
  })

  check(
    [
      {
        name: '62. other ports stay closed',
        policies: [publicOnly],
        denies: ['web → checkout TCP 81', 'ledger → checkout TCP 80'],
      },
      {
        name: '70. authentication that always fails allows nobody',
        policies: [onCheckout('ingress: [{fromEndpoints: [{}], authentication: {mode: test-always-fail}}]')],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '69. names cannot be denied: what is left of the entry denies nobody and isolates',
        policies: [onCheckout('egressDeny: [{toFQDNs: [{matchName: evil.example}]}]')],
        denies: ['checkout → world TCP 443', 'checkout → web TCP 8080'],
      },
    ],
    cilium,
  )

  test('69. the field that does not exist there is told', () => {
    const built = storeWith([onCheckout('egressDeny: [{toFQDNs: [{matchName: evil.example}]}]')], cilium)
    expect(showProblems(built)).toEqual(['unknown-field at toFQDNs: [{matchName: evil.example}]'])
  })

  test('mutual authentication is a condition', () => {
    const policies = [onCheckout('ingress: [{fromEndpoints: [{}], authentication: {mode: required}}]')]
    expect(show(policies, 'web', 'checkout')).toBe('every port (mutual authentication)')
  })
})

const allowWeb =
  'podSelector: {matchLabels: {app: checkout}}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]'

describe('deny, services and hosts', () => {
  check(
    [
      {
        name: '71. a deny of Cilium wins over a NetworkPolicy',
        policies: [
          allowWeb,
          onCheckout(
            'enableDefaultDeny: {ingress: false}\ningressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]',
          ),
        ],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '72. a port that is denied is denied to the own machine as well',
        policies: [
          onCheckout(
            'ingress: [{fromEntities: [all]}]\ningressDeny: [{toPorts: [{ports: [{port: "22", protocol: TCP}]}]}]',
          ),
        ],
        allows: ['host → checkout TCP 8081', 'world → checkout TCP 8081'],
        denies: ['host → checkout TCP 22', 'web → checkout TCP 22', 'world → checkout TCP 22'],
      },
      {
        name: '73. a broader deny wins over a narrower allow',
        policies: [
          onCheckout(
            'ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]\ningressDeny: [{fromEntities: [cluster]}]',
          ),
        ],
        denies: ['web → checkout TCP 8081', 'host → checkout TCP 8081'],
      },
      {
        name: '74. a Service stands for its pods, on every port',
        policies: [
          manifest(
            'v1',
            'Service',
            '{name: ledger, namespace: store}',
            'selector: {app: ledger}\nports: [{port: 5432}]',
          ),
          onCheckout('egress: [{toServices: [{k8sService: {serviceName: ledger, namespace: store}}]}]'),
        ],
        allows: ['checkout → ledger TCP 8082', 'checkout → ledger UDP 1'],
        denies: ['checkout → web TCP 8080', 'checkout → world TCP 443'],
      },
      {
        name: '75. without the Service an entry with ports is for everybody',
        policies: [
          onCheckout(
            'egress: [{toServices: [{k8sService: {serviceName: ledger, namespace: store}}], toPorts: [{ports: [{port: "5432", protocol: TCP}]}]}]',
          ),
        ],
        allows: ['checkout → world TCP 5432', 'checkout → web TCP 5432'],
        denies: ['checkout → world TCP 443'],
      },
      {
        name: 'and one without ports for nobody',
        policies: [onCheckout('egress: [{toServices: [{k8sService: {serviceName: ledger, namespace: store}}]}]')],
        denies: ['checkout → world TCP 5432', 'checkout → ledger TCP 8082'],
      },
      {
        name: 'a Service without selector stands for its addresses outside',
        policies: [
          manifest('v1', 'Service', '{name: bank, namespace: store}', 'ports: [{port: 443}]'),
          'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: bank-1, namespace: store, labels: {kubernetes.io/service-name: bank}}\naddressType: IPv4\nendpoints: [{addresses: [198.51.100.20]}]\n',
          onCheckout('egress: [{toServices: [{k8sService: {serviceName: bank, namespace: store}}]}]'),
        ],
        allows: ['checkout → 198.51.100.20 TCP 443'],
        denies: ['checkout → world TCP 443'],
      },
      {
        name: '77. a rule for nodes does nothing without the host firewall',
        policies: [clusterwide('nodeSelector: {}\ningress: [{fromEntities: [cluster]}]')],
        allows: ['world → remote-node TCP 22', 'world → web TCP 8080'],
      },
      {
        name: '78. a pod on the host network is no pod to selectors',
        policies: [
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {"k8s:io.kubernetes.pod.namespace": office}}]}]'),
        ],
        unknown: ['agent → checkout TCP 8081'],
        allows: ['host → checkout TCP 8081'],
        denies: ['remote-node → checkout TCP 8081'],
      },
      {
        name: '79. rules of a direction that is no type are enforced all the same',
        policies: [`${allowWeb}\npolicyTypes: [Egress]`],
        allows: ['web → checkout TCP 8081'],
        denies: ['ledger → checkout TCP 8081', 'checkout → world TCP 443'],
      },
      {
        name: '80. an ipBlock of everything is the outside alone',
        policies: [
          'podSelector: {matchLabels: {app: checkout}}\npolicyTypes: [Egress]\negress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]',
        ],
        allows: ['checkout → world TCP 443'],
        denies: ['checkout → ledger TCP 8082', 'checkout → remote-node TCP 22'],
      },
      {
        name: '83. a clusterwide default deny closes the proxy of Ingresses and the pod behind',
        policies: [clusterwide('endpointSelector: {}\ningress: [{}]')],
        denies: ['world → ingress TCP 443', 'ingress → web TCP 8080'],
        allows: ['web → world TCP 443'],
      },
      {
        name: 'labels of NetworkPolicies that are no part of the identity select nobody',
        policies: [
          podWith('newcomer', '{app: till, controller-uid: c1}'),
          'podSelector: {matchLabels: {controller-uid: c1}}',
          'podSelector: {matchLabels: {app: ledger}}\ningress: [{from: [{podSelector: {matchExpressions: [{key: controller-uid, operator: DoesNotExist}]}}]}]',
        ],
        allows: ['web → newcomer TCP 1', 'newcomer → ledger TCP 8082'],
        denies: ['auditor → ledger TCP 8082'],
      },
    ],
    cilium,
    told,
  )

  check(
    [
      {
        name: '76. with the host firewall a rule for nodes polices machines, not pods',
        policies: [clusterwide('nodeSelector: {}\ningress: [{fromEntities: [cluster]}]')],
        allows: ['web → remote-node TCP 22', 'world → web TCP 8080', 'world → checkout TCP 8081'],
        denies: [
          'world → remote-node TCP 22',
          'world → host TCP 22',
          'world → agent TCP 22',
          'world → 192.168.40.5 TCP 22',
        ],
      },
      {
        name: 'a machine is policed by the labels it has',
        policies: [clusterwide('nodeSelector: {matchLabels: {rack: back-room}}\ningress: [{fromEntities: [none]}]')],
        denies: ['world → 192.168.40.5 TCP 22', 'world → agent TCP 22'],
      },
    ],
    ciliumProfile({ hostFirewall: true }),
    told,
  )

  check(
    [
      {
        name: 'machines as peers are those the other end does not run on',
        policies: [onCheckout('egress: [{toNodes: [{matchLabels: {rack: back-room}}]}]')],
        denies: ['checkout → host TCP 22', 'checkout → world TCP 22'],
        unknown: ['checkout → 192.168.40.5 TCP 22'],
      },
    ],
    ciliumProfile({ nodeSelectors: true }),
    told,
  )

  test('75. a Service that is missing is told', () => {
    const withPorts =
      'egress: [{toServices: [{k8sService: {serviceName: ledger, namespace: store}}], toPorts: [{ports: [{port: "5432", protocol: TCP}]}]}]'
    const [problem] = showProblems(storeWith([onCheckout(withPorts)], cilium))
    expect(problem).toBe('service-missing at {k8sService: {serviceName: ledger, namespace: store}}')
  })
})

describe('82. pods of other clusters', () => {
  const nearby = clusterwide(onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]'), 'nearby')
  const anywhere = clusterwide(
    onCheckout(
      'ingress: [{fromEndpoints: [{matchLabels: {app: ledger}, matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]}]}]',
    ),
    'anywhere',
  )
  const far = onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: web, io.cilium.k8s.policy.cluster: east}}]}]')

  /** Which remote pods certainly reach the checkout, by the selectors they match. */
  function remoteSources(policies: readonly string[], version?: string): string[] {
    const reachability = reachOf(storeWith(policies, ciliumProfile({}, version)))
    const { universe, input } = reachability
    const checkout = input.cluster.workloads.find(({ id }) => id.name === 'checkout')
    const target = universe.classes.find(
      (found) => found.kind === 'workloads' && found.members.some(({ head }) => head === checkout),
    )
    if (target === undefined) throw new Error('no checkout')
    const reaching = universe.remote.filter((found) => !reachability.connections(found, target).must.isEmpty)
    const told = reaching.map(({ cluster, pods }) => [...cluster.truths.agreed, ...pods.truths.agreed].join(' & '))
    return [...new Set(told)].sort()
  }

  test('are told apart where a policy speaks of them only', () => {
    expect(reachOf(storeWith([nearby], cilium)).universe.remote).toEqual([])
  })

  test('a selector without a cluster is the own one since 1.19', () => {
    expect(remoteSources([nearby, anywhere], '1.19')).toEqual(['cluster Exists [] & app In ["ledger"]'])
  })

  test('and all of them before', () => {
    expect(remoteSources([nearby, anywhere], '1.18')).toEqual([
      'cluster Exists [] & app In ["ledger"]',
      'cluster Exists [] & app In ["web"]',
    ])
  })

  check(
    [
      {
        name: '82. one that names another cluster takes no pod of the own',
        policies: [far],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: '82. one that takes any cluster takes the own as well',
        policies: [anywhere],
        allows: ['ledger → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
    ],
    cilium,
  )

  test('a subject in another cluster is nobody here', () => {
    const policies = ['endpointSelector: {matchLabels: {io.cilium.k8s.policy.cluster: east}}\ningress: [{}]']
    expect(verdict(reachOf(storeWith(policies, cilium)), 'web → checkout TCP 8081')).toBe('allow')
    const own = ['endpointSelector: {matchLabels: {io.cilium.k8s.policy.cluster: default}}\ningress: [{}]']
    expect(verdict(reachOf(storeWith(own, cilium)), 'web → checkout TCP 8081')).toBe('deny')
  })
})

interface Refusal {
  readonly name: string
  readonly policy: string
  readonly problem: string
  readonly settings?: Parameters<typeof ciliumProfile>
}

const many = (count: number, item: string): string => Array.from({ length: count }, () => item).join(', ')

const refusals: readonly Refusal[] = [
  {
    name: '2. a rule without any entry',
    policy: onStore('ingress: []'),
    problem: 'cilium-rule-invalid at endpointSelector: {}\n  ingress: []',
  },
  {
    name: '34. an operator in the wrong spelling',
    policy: onCheckout('ingress: [{fromEndpoints: [{matchExpressions: [{key: app, operator: in, values: [web]}]}]}]'),
    problem: 'selector-invalid at {key: app, operator: in, values: [web]}',
  },
  {
    name: '37. nodes in a policy of a namespace',
    policy: manifest(
      'cilium.io/v2',
      'CiliumNetworkPolicy',
      '{name: gate, namespace: store}',
      'nodeSelector: {}\ningress: [{}]',
    ),
    problem: 'subject-invalid at {}',
  },
  {
    name: '44. an entity that only the code knows',
    policy: onCheckout('ingress: [{fromEntities: [world-ipv4]}]'),
    problem: 'entity-invalid at world-ipv4',
  },
  {
    name: '45. two kinds of peers in one entry',
    policy: onCheckout('ingress: [{fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}]'),
    problem: 'peer-invalid at {fromEndpoints: [{}], fromCIDR: [10.0.0.0/8]}',
  },
  {
    name: '47. an exception outside its prefix',
    policy: onCheckout('ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/16, except: [10.1.0.0/24]}]}]'),
    problem: 'except-invalid at 10.1.0.0/24',
  },
  {
    name: '58. ICMP as a protocol of ports',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: "8080", protocol: ICMP}]}]}]'),
    problem: 'protocol-invalid at ICMP',
  },
  {
    name: '59. ports and ICMP in one entry',
    policy: onCheckout('ingress: [{icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: "80"}]}]}]'),
    problem: 'port-invalid at {icmps: [{fields: [{type: 8}]}], toPorts: [{ports: [{port: "80"}]}]}',
  },
  {
    name: '61. more than 40 ports in one element',
    policy: onCheckout(`ingress: [{toPorts: [{ports: [${many(41, '{port: "80"}')}]}]}]`),
    problem: `list-invalid at [${many(41, '{port: "80"}')}]`,
  },
  {
    name: '65. HTTP on a port of every protocol',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: "80"}], rules: {http: [{method: GET}]}}]}]'),
    problem: 'l7-invalid at [{method: GET}]',
  },
  {
    name: '68. rules for DNS on ingress',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: "53"}], rules: {dns: [{matchPattern: "*"}]}}]}]'),
    problem: 'l7-invalid at [{matchPattern: "*"}]',
  },
  {
    name: '86. an entity in capitals',
    policy: onStore('ingress: [{fromEntities: [World]}]'),
    problem: 'entity-invalid at World',
  },
  {
    name: 'neither spec nor specs',
    policy: 'apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: nothing, namespace: store}\n',
    problem: 'cilium-rule-invalid at nothing',
  },
  {
    name: 'no subject',
    policy: manifest('cilium.io/v2', 'CiliumNetworkPolicy', '{name: gate, namespace: store}', 'ingress: [{}]'),
    problem: 'subject-invalid at ingress: [{}]',
  },
  {
    name: 'nodes as peers, unless agents are told to',
    policy: onCheckout('egress: [{toNodes: [{}]}]'),
    problem: 'peer-invalid at {}',
  },
  {
    name: 'fromRequires since 1.19',
    policy: onCheckout('ingress: [{fromRequires: [{matchLabels: {team: till}}], fromEndpoints: [{}]}]'),
    problem: 'peer-invalid at {matchLabels: {team: till}}',
  },
  {
    name: 'fromRequires before, which is told',
    policy: onCheckout('ingress: [{fromRequires: [{matchLabels: {team: till}}], fromEndpoints: [{}]}]'),
    problem: 'requires-not-modelled at {matchLabels: {team: till}}',
    settings: [{}, '1.18'],
  },
  {
    name: 'no port',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{protocol: TCP}]}]}]'),
    problem: 'port-invalid at {protocol: TCP}',
  },
  {
    name: 'a port that is no text',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: 80}]}]}]'),
    problem: 'port-invalid at 80',
  },
  {
    name: 'a port above the last',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: "65536"}]}]}]'),
    problem: 'port-invalid at "65536"',
  },
  {
    name: 'a protocol that agents have to be told of',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: "0", protocol: VRRP}]}]}]'),
    problem: 'protocol-invalid at VRRP',
  },
  {
    name: 'rules for DNS on a range',
    policy: onCheckout(
      'egress: [{toPorts: [{ports: [{port: "53", endPort: 54}], rules: {dns: [{matchPattern: "*"}]}}]}]',
    ),
    problem: 'l7-invalid at [{matchPattern: "*"}]',
  },
  {
    name: 'rules of layer 7 on port 0',
    policy: onCheckout('egress: [{toPorts: [{ports: [{port: "0", protocol: TCP}], rules: {http: [{}]}}]}]'),
    problem: 'l7-invalid at [{}]',
  },
  {
    name: 'two kinds of rules',
    policy: onCheckout(
      'egress: [{toPorts: [{ports: [{port: "53", protocol: TCP}], rules: {http: [{}], dns: [{matchName: a.example}]}}]}]',
    ),
    problem: 'l7-invalid at [{}]',
  },
  {
    name: 'an expression that is none',
    policy: onCheckout(
      'ingress: [{toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{path: "/cart("}]}}]}]',
    ),
    problem: 'l7-invalid at "/cart("',
  },
  {
    name: 'a listener on ingress',
    policy: onCheckout('ingress: [{toPorts: [{ports: [{port: "80"}], listener: {name: l, envoyConfig: {name: e}}}]}]'),
    problem: 'l7-invalid at {name: l, envoyConfig: {name: e}}',
  },
  {
    name: 'an empty server name',
    policy: onCheckout('egress: [{toPorts: [{ports: [{port: "443", protocol: TCP}], serverNames: [""]}]}]'),
    problem: 'l7-invalid at ""',
  },
  {
    name: 'several sources of one prefix',
    policy: onCheckout('ingress: [{fromCIDRSet: [{cidr: 10.0.0.0/8, cidrGroupRef: partners}]}]'),
    problem: 'peer-invalid at {cidr: 10.0.0.0/8, cidrGroupRef: partners}',
  },
  {
    name: 'a name and a pattern',
    policy: onCheckout('egress: [{toFQDNs: [{matchName: a.example, matchPattern: "*.example"}]}]'),
    problem: 'domain-name-invalid at {matchName: a.example, matchPattern: "*.example"}',
  },
  {
    name: 'a pattern with strange characters',
    policy: onCheckout('egress: [{toFQDNs: [{matchPattern: "shop?.example"}]}]'),
    problem: 'domain-name-invalid at {matchPattern: "shop?.example"}',
  },
  {
    name: 'a family that does not exist',
    policy: onCheckout('ingress: [{icmps: [{fields: [{family: IPv5, type: 8}]}]}]'),
    problem: 'icmp-invalid at IPv5',
  },
  {
    name: 'a type that the family does not have',
    policy: onCheckout('ingress: [{icmps: [{fields: [{family: IPv6, type: Redirect}]}]}]'),
    problem: 'icmp-invalid at Redirect',
  },
  {
    name: 'a mode of authentication that does not exist',
    policy: onCheckout('ingress: [{fromEndpoints: [{}], authentication: {mode: always}}]'),
    problem: 'l7-invalid at {mode: always}',
  },
]

describe('what agents and the API server refuse is told, and makes the whole object doubtful', () => {
  test.each(refusals)('$name', ({ policy, problem, settings = [] }) => {
    const built = storeWith([policy], ciliumProfile(...settings))
    expect(showProblems(built)).toEqual([problem])
    const doubtful = built.input.entries.every(({ exists }) => exists === 'unknown')
    expect(doubtful || problem.startsWith('requires-not-modelled')).toBe(true)
  })

  test('neither the protocol of a port nor its number hides the other', () => {
    const both = onCheckout('ingress: [{toPorts: [{ports: [{port: "65536", protocol: TPC}]}]}]')
    expect(showProblems(storeWith([both], cilium))).toEqual(['protocol-invalid at TPC', 'port-invalid at "65536"'])
  })

  test('81. one bad rule of specs makes its siblings ineffective, and hides none of their problems', () => {
    const policy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: two, namespace: store}
spec: {endpointSelector: {matchLabels: {app: checkout}}, ingress: [{}]}
specs:
  - {endpointSelector: {}, ingress: [{fromEntities: [Cluster]}]}
  - {endpointSelector: {}, ingress: [{fromCIDR: [10.0.0.0/99]}]}
`
    const built = storeWith([policy], cilium)
    expect(showProblems(built)).toEqual(['entity-invalid at Cluster', 'cidr-invalid at 10.0.0.0/99'])
    expect(verdict(reachOf(built), 'web → checkout TCP 8081')).toBe('unknown')
  })

  test('spec and specs both count', () => {
    const policy = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: two, namespace: store}
spec: {endpointSelector: {matchLabels: {app: checkout}}, ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]}
specs:
  - {endpointSelector: {matchLabels: {app: ledger}}, ingress: [{}]}
`
    const reachability = reachOf(storeWith([policy], cilium))
    expect(verdict(reachability, 'web → checkout TCP 8081')).toBe('allow')
    expect(verdict(reachability, 'web → ledger TCP 8082')).toBe('deny')
    expect(reachability.input.entries.map(({ origin }) => origin.rule)).toEqual([
      'spec, isolates its pods for ingress',
      'spec, ingress rule 1',
      'specs item 1, isolates its pods for ingress',
    ])
  })
})

describe('templates', () => {
  check(
    [
      {
        name: 'an entry that a template writes may allow anybody',
        policies: [onCheckout('ingress: [{{ .Values.rules }}]')],
        unknown: ['web → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
    ],
    cilium,
  )
})

describe('agents that isolate every pod', () => {
  check(
    [
      {
        name: 'leave what policies allow, and nothing else',
        policies: [
          onStore('egress: [{toEndpoints: [{}]}]'),
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: web}}]}]'),
        ],
        allows: ['web → checkout TCP 8081', 'host → checkout TCP 8081'],
        denies: ['web → ledger TCP 8082', 'world → web TCP 8080', 'auditor → world TCP 443', 'host → ledger TCP 8082'],
      },
    ],
    ciliumProfile({ enforcement: 'always' }),
    told,
  )
})
