import { describe, expect, test } from 'vitest'
import { compilePolicies } from '../../src/policies/compile-policies.ts'
import { reachOfBoth, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const web = 'podSelector: {matchLabels: {app: web}}'
const checkout = 'podSelector: {matchLabels: {app: checkout}}'
const ledger = 'podSelector: {matchLabels: {app: ledger}}'
const webAdmits = (peers: string): string => `${web}\ningress: [{from: [${peers}]}]`
const checkoutPorts = (ports: string): string => `${checkout}\ningress: [{ports: [${ports}]}]`
const egressOfWeb = (rules: string): string => `${web}\npolicyTypes: [Egress]\negress: ${rules}`
const team = (name: string): string => `{namespaceSelector: {matchLabels: {team: ${name}}}}`
const teamExpression = (rest: string): string => `{namespaceSelector: {matchExpressions: [{key: team, ${rest}}]}}`

describe('types and isolation', () => {
  check([
    {
      name: '1. an empty spec isolates the namespace for ingress alone',
      policies: ['{}'],
      denies: ['web → checkout TCP 8081', 'auditor → web TCP 8080', 'world → web TCP 8080'],
      allows: ['web → auditor TCP 9000', 'web → world TCP 443'],
    },
    {
      name: '2. an empty egress list brings no egress isolation',
      policies: ['podSelector: {}\ningress: [{}]\negress: []'],
      allows: ['auditor → web TCP 8080', 'web → world TCP 443'],
    },
    {
      name: '3. egress rules without policyTypes isolate ingress as well',
      policies: ['podSelector: {}\negress: [{}]'],
      denies: ['web → checkout TCP 8081', 'auditor → web TCP 8080'],
      allows: ['web → world TCP 443', 'web → auditor TCP 9000'],
    },
    {
      name: '4. policyTypes Egress makes ingress rules inert',
      policies: [
        `${web}\npolicyTypes: [Egress]\ningress: [{from: [{podSelector: {matchLabels: {app: nobody}}}]}]\negress: [{}]`,
      ],
      allows: ['auditor → web TCP 8080', 'web → world TCP 443'],
    },
    {
      name: '5. policyTypes Ingress makes egress rules inert',
      policies: [`${web}\npolicyTypes: [Ingress]\negress: [{to: [{podSelector: {}}]}]`],
      allows: ['web → world TCP 443'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '6. empty policyTypes are missing policyTypes',
      policies: ['podSelector: {}\npolicyTypes: []'],
      denies: ['web → checkout TCP 8081'],
      allows: ['web → world TCP 443'],
    },
    {
      name: '7. Egress without rules denies all egress',
      policies: ['podSelector: {}\npolicyTypes: [Egress]'],
      denies: ['web → world TCP 443', 'web → checkout TCP 8081', 'web → auditor UDP 53'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '8. one empty rule allows everything, no rule nothing',
      policies: [`${web}\ningress: [{}]`, `${checkout}\ningress: []`],
      allows: ['world → web TCP 8080', 'world → web SCTP 5000'],
      denies: ['web → checkout TCP 8081'],
    },
    {
      name: '9. an empty, a null and a missing from mean everyone',
      policies: [
        `${web}\ningress: [{from: [], ports: [{port: 8080}]}]`,
        `${checkout}\ningress: [{from: null, ports: [{port: 8081}]}]`,
        `${ledger}\ningress: [{ports: [{port: 8082}]}]`,
      ],
      allows: ['world → web TCP 8080', 'world → checkout TCP 8081', 'world → ledger TCP 8082'],
      denies: ['world → web TCP 8081', 'world → ledger TCP 8081'],
    },
    {
      name: '10. empty ports mean every port and protocol',
      policies: [`${checkout}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: []}]`],
      allows: ['web → checkout TCP 8081', 'web → checkout UDP 53'],
      denies: ['ledger → checkout TCP 8081'],
    },
    {
      name: '11. a null rule is an empty rule',
      policies: [`${web}\ningress: [null]`],
      allows: ['world → web TCP 8080'],
    },
    {
      name: '12. a policy acts in its own namespace alone',
      policies: [
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: office}\nspec: {podSelector: {}}',
      ],
      denies: ['web → auditor TCP 9000'],
      allows: ['auditor → web TCP 8080', 'web → checkout TCP 8081'],
    },
    {
      name: '13. a policy that selects no pod changes nothing',
      policies: ['podSelector: {matchLabels: {app: nobody}}'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '14. isolated ingress leaves egress of the same pod alone',
      policies: [`${web}\npolicyTypes: [Ingress]`],
      allows: ['web → ledger TCP 8082'],
      denies: ['ledger → web TCP 8080'],
    },
    {
      name: '15. a missing podSelector selects all pods',
      policies: ['policyTypes: [Ingress]\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]'],
      allows: ['web → checkout TCP 8081'],
      denies: ['auditor → checkout TCP 8081'],
    },
    {
      name: '16. a podSelector with nothing behind it selects all pods',
      policies: ['podSelector:\npolicyTypes: [Ingress]'],
      denies: ['auditor → ledger TCP 8082'],
    },
  ])
})

describe('peers and selectors', () => {
  check([
    {
      name: '17. podSelector alone stays in the namespace of the policy',
      policies: [webAdmits('{podSelector: {}}')],
      allows: ['checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080', 'world → web TCP 8080'],
    },
    {
      name: '18. an empty namespaceSelector is every pod, but not the world',
      policies: [webAdmits('{namespaceSelector: {}}')],
      allows: ['auditor → web TCP 8080', 'visitor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['world → web TCP 8080'],
    },
    {
      name: '19. two keys of one item are both needed',
      policies: [
        webAdmits('{namespaceSelector: {matchLabels: {team: office}}, podSelector: {matchLabels: {app: auditor}}}'),
      ],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080', 'checkout → web TCP 8080'],
    },
    {
      name: '20. of two items either will do, and the bare podSelector is local',
      policies: [webAdmits(`${team('office')}, {podSelector: {matchLabels: {app: checkout}}}`)],
      allows: ['auditor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['ledger → web TCP 8080', 'visitor → web TCP 8080'],
    },
    {
      name: '21. a null selector beside a set one is not set',
      policies: [webAdmits('{podSelector: null, namespaceSelector: {matchLabels: {team: office}}}')],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '22. an empty selector beside a set one adds nothing',
      policies: [webAdmits('{podSelector: {}, namespaceSelector: {matchLabels: {team: office}}}')],
      allows: ['auditor → web TCP 8080'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '23. podSelector with an empty namespaceSelector looks everywhere',
      policies: [webAdmits('{podSelector: {matchLabels: {app: auditor}}, namespaceSelector: {}}')],
      allows: ['auditor → web TCP 8080'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '24. the name label is there without being written',
      policies: [webAdmits('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lobby}}}')],
      allows: ['visitor → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '26. NotIn takes in namespaces without the key',
      policies: [webAdmits(teamExpression('operator: NotIn, values: [office]'))],
      allows: ['visitor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '27. DoesNotExist takes in the namespace without the key',
      policies: [webAdmits(teamExpression('operator: DoesNotExist'))],
      allows: ['visitor → web TCP 8080'],
      denies: ['auditor → web TCP 8080', 'checkout → web TCP 8080'],
    },
    {
      name: '28. NotIn on a pod key takes in pods without labels',
      policies: [
        webAdmits(
          '{namespaceSelector: {}, podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [auditor]}]}}',
        ),
      ],
      allows: ['visitor → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '29. Exists takes any value, In needs the key',
      policies: [
        webAdmits(teamExpression('operator: Exists')),
        `${checkout}\ningress: [{from: [${teamExpression('operator: In, values: [office, store]')}]}]`,
      ],
      allows: ['auditor → web TCP 8080', 'web → checkout TCP 8081'],
      denies: ['visitor → web TCP 8080', 'visitor → checkout TCP 8081'],
    },
    {
      name: '30. all requirements hold together, matchLabels among them',
      policies: [
        'podSelector: {matchLabels: {tier: core}, matchExpressions: [{key: app, operator: NotIn, values: [ledger]}]}',
      ],
      denies: ['web → checkout TCP 8081'],
      allows: ['web → ledger TCP 8082'],
    },
    {
      name: '31. a contradictory selector selects nothing',
      policies: [
        'podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}, {key: app, operator: NotIn, values: [web]}]}',
      ],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '32. values compare exactly',
      policies: ['podSelector: {matchLabels: {app: Web}}'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '36. the same selector twice is harmless',
      policies: [webAdmits('{podSelector: {}}, {podSelector: {}}')],
      allows: ['checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '37. egress to a pod does not open its ingress',
      policies: [
        egressOfWeb('[{to: [{podSelector: {matchLabels: {app: checkout}}}]}]'),
        `${checkout}\npolicyTypes: [Ingress]`,
      ],
      denies: ['web → checkout TCP 8081', 'web → ledger TCP 8082'],
    },
    {
      name: '38. both ends have to allow, and what both allow passes',
      policies: [
        egressOfWeb('[{to: [{podSelector: {matchLabels: {app: checkout}}}]}]'),
        `${checkout}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8081}]}]`,
      ],
      allows: ['web → checkout TCP 8081', 'checkout → web TCP 8080'],
      denies: ['web → checkout TCP 9100'],
    },
    {
      name: '39. policies add up and the empty one takes nothing away',
      policies: [
        'podSelector: {}\npolicyTypes: [Ingress]',
        webAdmits('{podSelector: {matchLabels: {app: checkout}}}'),
        `podSelector: {matchLabels: {tier: edge}}\ningress: [{from: [${team('office')}]}]`,
      ],
      allows: ['checkout → web TCP 8080', 'auditor → web TCP 8080'],
      denies: ['ledger → web TCP 8080'],
    },
    {
      name: '40. allow-all beside deny-all wins',
      policies: [
        'podSelector: {}\npolicyTypes: [Ingress, Egress]',
        'podSelector: {}\npolicyTypes: [Ingress, Egress]\ningress: [{}]\negress: [{}]',
      ],
      allows: ['world → web TCP 8080', 'web → world TCP 443'],
    },
  ])
})

describe('ipBlock', () => {
  check([
    {
      name: '41. a block of the world admits no pod',
      policies: [webAdmits('{ipBlock: {cidr: 192.0.2.0/24}}')],
      allows: ['world → web TCP 8080'],
      denies: ['198.51.100.9 → web TCP 8080', 'auditor → web TCP 8080'],
    },
    {
      name: '42. except subtracts',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [192.0.2.0/24]}}]}]')],
      allows: ['web → 198.51.100.9 TCP 443'],
      denies: ['web → world TCP 443'],
    },
    {
      name: '43. except limits its own item alone',
      policies: [
        egressOfWeb(
          '[{to: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.44/32]}}, {ipBlock: {cidr: 192.0.2.44/32}}]}]',
        ),
      ],
      allows: ['web → world TCP 443', 'web → 192.0.2.45 TCP 443'],
    },
    {
      name: '44. another policy allows again what except left out',
      policies: [
        webAdmits('{ipBlock: {cidr: 0.0.0.0/0, except: [192.0.2.0/24]}}'),
        webAdmits('{ipBlock: {cidr: 192.0.2.44/32}}'),
      ],
      allows: ['world → web TCP 8080'],
      denies: ['192.0.2.45 → web TCP 8080'],
    },
    {
      name: '45. host bits are masked',
      policies: [webAdmits('{ipBlock: {cidr: 192.0.2.99/24}}')],
      allows: ['world → web TCP 8080'],
    },
    {
      name: '46. the whole of IPv4 says nothing about IPv6',
      policies: [webAdmits('{ipBlock: {cidr: 0.0.0.0/0}}')],
      allows: ['world → web TCP 8080'],
      denies: ['2001:db8::44 → web TCP 8080'],
    },
    {
      name: '47. a block holds pods whose addresses are known, where the plugin matches them',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 10.20.1.2/32}}]}]')],
      allows: ['web → checkout TCP 8081'],
      denies: ['web → ledger TCP 8082'],
    },
    {
      name: '49. a single address and a single port',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 192.0.2.44/32}}], ports: [{port: 443}]}]')],
      allows: ['web → world TCP 443'],
      denies: ['web → world TCP 80', 'web → 192.0.2.43 TCP 443'],
    },
    {
      name: '50. overlapping except items are subtracted together',
      policies: [webAdmits('{ipBlock: {cidr: 192.0.2.0/23, except: [192.0.2.0/24, 192.0.2.0/25]}}')],
      allows: ['192.0.3.1 → web TCP 8080'],
      denies: ['world → web TCP 8080'],
    },
    {
      name: '51. two halves are the whole',
      policies: [webAdmits('{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}')],
      allows: ['world → web TCP 8080', '8.8.8.8 → web TCP 8080'],
    },
    {
      name: '52. except may leave nothing',
      policies: [webAdmits('{ipBlock: {cidr: 0.0.0.0/0, except: [0.0.0.0/1, 128.0.0.0/1]}}')],
      denies: ['world → web TCP 8080', '8.8.8.8 → web TCP 8080'],
    },
  ])
})

describe('ports', () => {
  check([
    {
      name: '53. the protocol defaults to TCP',
      policies: [checkoutPorts('{port: 53}')],
      allows: ['web → checkout TCP 53'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: '54. an empty item is all of TCP',
      policies: [checkoutPorts('{}')],
      allows: ['web → checkout TCP 12345'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: '54. a null item is an empty one',
      policies: [checkoutPorts('null')],
      allows: ['web → checkout TCP 12345'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: '55. a protocol without port is all of it',
      policies: [checkoutPorts('{protocol: UDP}')],
      allows: ['web → checkout UDP 9999'],
      denies: ['web → checkout TCP 8081'],
    },
    {
      name: '56. both ends of a range are in it',
      policies: [checkoutPorts('{port: 8080, endPort: 8082}')],
      allows: ['web → checkout TCP 8080', 'web → checkout TCP 8082'],
      denies: ['web → checkout TCP 8083', 'web → checkout UDP 8081'],
    },
    {
      name: '57. a range of one port',
      policies: [checkoutPorts('{port: 8081, endPort: 8081}')],
      allows: ['web → checkout TCP 8081'],
      denies: ['web → checkout TCP 8080'],
    },
    {
      name: '58. the full range is TCP alone',
      policies: [checkoutPorts('{port: 1, endPort: 65535}')],
      allows: ['web → checkout TCP 65535'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: '59. a name is looked up on each destination',
      policies: ['podSelector: {}\ningress: [{from: [{podSelector: {}}], ports: [{port: http}]}]'],
      allows: ['web → checkout TCP 8081', 'web → ledger TCP 8082', 'checkout → web TCP 8080'],
      denies: ['web → checkout TCP 8080'],
    },
    {
      name: '59. a name that two containers give to two numbers stands for both',
      policies: [
        'podSelector: {matchLabels: {app: till}}\ningress: [{ports: [{port: http}]}]',
        'apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: store, labels: {app: till}}\nspec: {containers: [{name: a, image: a, ports: [{name: http, containerPort: 81}]}, {name: b, image: b, ports: [{name: http, containerPort: 82}]}]}',
      ],
      allows: ['web → till TCP 81', 'web → till TCP 82'],
      denies: ['web → till TCP 80'],
    },
    {
      name: '60. in egress a name is looked up on the peer',
      policies: [egressOfWeb(`[{to: [{podSelector: {}}, ${team('office')}], ports: [{port: http}]}]`)],
      allows: ['web → checkout TCP 8081', 'web → auditor TCP 9000'],
      denies: ['web → checkout TCP 8080'],
    },
    {
      name: '61. a name of the wrong protocol, or of nobody, admits nothing',
      policies: [checkoutPorts('{port: dns}'), `${ledger}\ningress: [{ports: [{protocol: UDP, port: dns}]}]`],
      denies: ['web → checkout UDP 53', 'web → checkout TCP 53', 'web → ledger UDP 53'],
    },
    {
      name: '62. name and protocol right',
      policies: [checkoutPorts('{protocol: UDP, port: dns}')],
      allows: ['web → checkout UDP 53'],
      denies: ['web → checkout TCP 53'],
    },
    {
      name: '63. an unknown name isolates all the same',
      policies: [`${web}\ningress: [{ports: [{port: grpc}]}]`],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '64. addresses have no port names',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: http}]}]')],
      denies: ['web → world TCP 8080', 'web → world TCP 80'],
    },
    {
      name: '65. a name without peers still means pods',
      policies: [egressOfWeb('[{ports: [{port: http}]}]')],
      allows: ['web → auditor TCP 9000'],
      denies: ['web → world TCP 8080'],
    },
    {
      name: '66. a port nobody declares is a port',
      policies: [`${web}\ningress: [{ports: [{port: 7777}]}]`],
      allows: ['checkout → web TCP 7777'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '67. peers and ports of one rule hold together, rules apart',
      policies: [
        `${checkout}
ingress:
  - {from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8081}]}
  - {from: [{podSelector: {matchLabels: {app: ledger}}}], ports: [{port: 9100}]}`,
      ],
      allows: ['web → checkout TCP 8081', 'ledger → checkout TCP 9100'],
      denies: ['web → checkout TCP 9100', 'ledger → checkout TCP 8081'],
    },
    {
      name: '68. an SCTP rule isolates the other protocols',
      policies: [`${web}\ningress: [{ports: [{protocol: SCTP, port: 8080}]}]`],
      allows: ['checkout → web SCTP 8080'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '69. DNS on UDP alone leaves TCP closed, and goes anywhere without a peer',
      policies: ['podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: [{protocol: UDP, port: 53}]}]'],
      allows: ['web → checkout UDP 53', 'web → world UDP 53'],
      denies: ['web → checkout TCP 53'],
    },
    {
      name: '70. the port of the pod counts, not that of the Service',
      policies: [
        `${web}\ningress: [{ports: [{port: 80}]}]`,
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: store}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}',
      ],
      denies: ['checkout → web TCP 8080'],
    },
  ])
})

describe('a pod, its machine and the host network', () => {
  const till = (node: string): string =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: store, labels: {app: till}}\nspec: {nodeName: ${node}, containers: [{name: main, image: till}]}`
  check([
    {
      name: '91. the machine of a pod always gets in, and what runs on its network',
      policies: ['podSelector: {}\npolicyTypes: [Ingress]', till('shelf')],
      allows: ['192.168.40.5 → till TCP 8080', 'agent → till TCP 8080'],
      denies: ['192.168.40.6 → till TCP 8080', '192.168.40.5 → web TCP 8080'],
    },
    {
      name: '91. another machine does not',
      policies: ['podSelector: {}\npolicyTypes: [Ingress]', till('counter')],
      denies: ['192.168.40.5 → till TCP 8080', 'agent → till TCP 8080'],
    },
    {
      name: '92. a pod reaches itself',
      policies: ['podSelector: {}\npolicyTypes: [Ingress, Egress]'],
      allows: ['web → web TCP 8080', 'checkout → checkout UDP 53'],
      denies: ['web → checkout TCP 8081'],
    },
    {
      name: '92. one replica of an owner is not another',
      policies: [
        'podSelector: {}\npolicyTypes: [Ingress, Egress]',
        'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: till, namespace: store}\nspec: {template: {spec: {containers: [{name: main, image: till}]}}}',
      ],
      denies: ['till → till TCP 8080'],
    },
    {
      name: '93. selectors do not match its pods',
      policies: [webAdmits('{namespaceSelector: {}}')],
      denies: ['agent → web TCP 8080'],
    },
    {
      name: '94. a block with their address does',
      policies: [webAdmits('{ipBlock: {cidr: 192.168.40.0/24}}')],
      allows: ['agent → web TCP 8080'],
    },
    {
      name: '95. no policy protects them',
      policies: [
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: office}\nspec: {podSelector: {}, policyTypes: [Ingress]}',
      ],
      allows: ['web → agent TCP 9100'],
      denies: ['web → auditor TCP 9000'],
    },
  ])

  test('96. leaving it brings a pod under policy', () => {
    const quiet =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: office}\nspec: {podSelector: {}, policyTypes: [Ingress]}'
    const monitor = (hostNetwork: boolean): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: monitor, namespace: office}\nspec: {hostNetwork: ${hostNetwork}, containers: [{name: main, image: m}]}`
    const { base, head } = reachOfBoth(storeWith([quiet, monitor(true)]), storeWith([quiet, monitor(false)]))
    expect(verdict(base, 'web → monitor TCP 9100')).toBe('allow')
    expect(verdict(head, 'web → monitor TCP 9100')).toBe('deny')
  })
})

describe('Services and workloads', () => {
  check([
    {
      name: '125. a Service restricts nothing: every port of its pods stays open',
      policies: [
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: store}\nspec: {selector: {app: web}, ports: [{port: 80}]}',
      ],
      allows: ['auditor → web TCP 9999', 'auditor → web TCP 80'],
    },
    {
      name: '126. towards addresses behind a Service address blocks decide',
      policies: [
        egressOfWeb('[{to: [{ipBlock: {cidr: 192.0.2.44/32}}]}]'),
        'apiVersion: v1\nkind: Service\nmetadata: {name: bank, namespace: store}\nspec: {ports: [{port: 443}]}',
        'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: bank-1, namespace: store, labels: {kubernetes.io/service-name: bank}}\naddressType: IPv4\nendpoints: [{addresses: [192.0.2.44]}]\nports: [{port: 443}]',
      ],
      allows: ['web → world TCP 443'],
      denies: ['web → 192.0.2.45 TCP 443'],
    },
    {
      name: '105. what admits the port of a Knative container alone keeps its requests out',
      policies: [
        'podSelector: {matchLabels: {serving.knative.dev/service: till}}\ningress: [{ports: [{port: 8888}]}]',
        'apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: till, namespace: store}\nspec: {template: {spec: {containers: [{image: till, ports: [{containerPort: 8888}]}]}}}',
      ],
      allows: ['web → till TCP 8888'],
      denies: ['web → till TCP 8012', 'web → till TCP 8013'],
    },
    {
      name: '101. two owners with one pod label are one subject',
      policies: [
        'podSelector: {matchLabels: {app: till}}\npolicyTypes: [Ingress]',
        ...['till-blue', 'till-green'].map(
          (name) =>
            `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: till}}\nspec: {containers: [{name: main, image: till}]}`,
        ),
      ],
      denies: ['web → till-blue TCP 80', 'web → till-green TCP 80'],
    },
    {
      name: '122. a balancer opens no pod that a policy closes',
      policies: [
        webAdmits('{podSelector: {}}'),
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: store}\nspec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: http}]}',
      ],
      denies: ['world → web TCP 8080'],
    },
  ])
})

describe('changes', () => {
  test('35. a label of a namespace changes access with no policy touched', () => {
    const admitsOffice = webAdmits(team('office'))
    const labelled = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: annexe, labels: {team: office}}'
    const plain = 'apiVersion: v1\nkind: Namespace\nmetadata: {name: annexe}'
    const clerk =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: clerk, namespace: annexe}\nspec: {containers: [{name: main, image: c}]}'
    const { base, head } = reachOfBoth(
      storeWith([admitsOffice, plain, clerk]),
      storeWith([admitsOffice, labelled, clerk]),
    )
    expect(verdict(base, 'clerk → web TCP 8080')).toBe('deny')
    expect(verdict(head, 'clerk → web TCP 8080')).toBe('allow')
  })

  test('148. deleting the only policy opens, deleting the wide one of two closes', () => {
    const closed = 'podSelector: {}\npolicyTypes: [Ingress]'
    const only = reachOfBoth(storeWith([closed]), storeWith([]))
    expect([verdict(only.base, 'world → web TCP 8080'), verdict(only.head, 'world → web TCP 8080')]).toEqual([
      'deny',
      'allow',
    ])
    const two = reachOfBoth(storeWith([closed, 'podSelector: {}\ningress: [{}]']), storeWith([closed]))
    expect([verdict(two.base, 'world → web TCP 8080'), verdict(two.head, 'world → web TCP 8080')]).toEqual([
      'allow',
      'deny',
    ])
  })

  test('149. an egress section added to a policy without types isolates egress', () => {
    const before = webAdmits('{podSelector: {}}')
    const { base, head } = reachOfBoth(
      storeWith([before]),
      storeWith([`${before}\negress: [{to: [{podSelector: {}}]}]`]),
    )
    expect(verdict(base, 'web → world TCP 443')).toBe('allow')
    expect(verdict(head, 'web → world TCP 443')).toBe('deny')
    expect(verdict(head, 'web → checkout TCP 8081')).toBe('allow')
    expect(verdict(head, 'checkout → web TCP 8080')).toBe('allow')
  })

  test('150. a NetworkPolicy of another group is not this kind', () => {
    const calico =
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: store}\nspec: {selector: app == "web", types: [Ingress]}'
    const kinds = storeWith([calico]).input.entries.map(({ origin }) => origin.policy.group)
    expect(new Set(kinds)).toEqual(new Set(['projectcalico.org']))
    expect(compilePolicies(storeWith([calico]).input.cluster).networkPolicies).toEqual([])
  })

  test('151. renaming a container port cuts access that speaks of the name', () => {
    const named = `podSelector: {matchLabels: {app: till}}\ningress: [{ports: [{port: http}]}]`
    const till = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: store, labels: {app: till}}\nspec: {containers: [{name: main, image: t, ports: [{name: ${name}, containerPort: 8090}]}]}`
    const { base, head } = reachOfBoth(storeWith([named, till('http')]), storeWith([named, till('till')]))
    expect(verdict(base, 'web → till TCP 8090')).toBe('allow')
    expect(verdict(head, 'web → till TCP 8090')).toBe('deny')
  })
})
