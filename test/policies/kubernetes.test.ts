import { describe, expect, test } from 'vitest'
import { reachOf, reachOfBoth, storeWith, verdict } from './store.ts'

/** What a set of policies makes of connections; those that are not listed are not asked. */
interface TruthTable {
  readonly name: string
  readonly policies: readonly string[]
  readonly allows?: readonly string[]
  readonly denies?: readonly string[]
  readonly unknown?: readonly string[]
}

function check(tables: readonly TruthTable[]): void {
  test.each(tables)('$name', ({ policies, allows = [], denies = [], unknown = [] }) => {
    const reachability = reachOf(storeWith(policies))
    const expected = { allow: allows, deny: denies, unknown }
    for (const [answer, probes] of Object.entries(expected)) {
      for (const probe of probes) expect(`${probe}: ${verdict(reachability, probe)}`).toBe(`${probe}: ${answer}`)
    }
    expect(allows.length + denies.length + unknown.length).toBeGreaterThan(0)
  })
}

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
      name: 'an empty spec isolates the namespace for ingress alone',
      policies: ['{}'],
      denies: ['web → checkout TCP 8081', 'auditor → web TCP 8080', 'world → web TCP 8080'],
      allows: ['web → auditor TCP 9000', 'web → world TCP 443'],
    },
    {
      name: 'an empty egress list brings no egress isolation',
      policies: ['podSelector: {}\ningress: [{}]\negress: []'],
      allows: ['auditor → web TCP 8080', 'web → world TCP 443'],
    },
    {
      name: 'egress rules without policyTypes isolate ingress as well',
      policies: ['podSelector: {}\negress: [{}]'],
      denies: ['web → checkout TCP 8081', 'auditor → web TCP 8080'],
      allows: ['web → world TCP 443', 'web → auditor TCP 9000'],
    },
    {
      name: 'policyTypes Egress makes ingress rules inert',
      policies: [
        `${web}\npolicyTypes: [Egress]\ningress: [{from: [{podSelector: {matchLabels: {app: nobody}}}]}]\negress: [{}]`,
      ],
      allows: ['auditor → web TCP 8080', 'web → world TCP 443'],
    },
    {
      name: 'policyTypes Ingress makes egress rules inert',
      policies: [`${web}\npolicyTypes: [Ingress]\negress: [{to: [{podSelector: {}}]}]`],
      allows: ['web → world TCP 443'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: 'empty policyTypes are missing policyTypes',
      policies: ['podSelector: {}\npolicyTypes: []'],
      denies: ['web → checkout TCP 8081'],
      allows: ['web → world TCP 443'],
    },
    {
      name: 'Egress without rules denies all egress',
      policies: ['podSelector: {}\npolicyTypes: [Egress]'],
      denies: ['web → world TCP 443', 'web → checkout TCP 8081', 'web → auditor UDP 53'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: 'one empty rule allows everything, no rule nothing',
      policies: [`${web}\ningress: [{}]`, `${checkout}\ningress: []`],
      allows: ['world → web TCP 8080', 'world → web SCTP 5000'],
      denies: ['web → checkout TCP 8081'],
    },
    {
      name: 'an empty, a null and a missing from mean everyone',
      policies: [
        `${web}\ningress: [{from: [], ports: [{port: 8080}]}]`,
        `${checkout}\ningress: [{from: null, ports: [{port: 8081}]}]`,
        `${ledger}\ningress: [{ports: [{port: 8082}]}]`,
      ],
      allows: ['world → web TCP 8080', 'world → checkout TCP 8081', 'world → ledger TCP 8082'],
      denies: ['world → web TCP 8081', 'world → ledger TCP 8081'],
    },
    {
      name: 'empty ports mean every port and protocol',
      policies: [`${checkout}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: []}]`],
      allows: ['web → checkout TCP 8081', 'web → checkout UDP 53'],
      denies: ['ledger → checkout TCP 8081'],
    },
    { name: 'a null rule is an empty rule', policies: [`${web}\ningress: [null]`], allows: ['world → web TCP 8080'] },
    {
      name: 'a policy acts in its own namespace alone',
      policies: [
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: office}\nspec: {podSelector: {}}',
      ],
      denies: ['web → auditor TCP 9000'],
      allows: ['auditor → web TCP 8080', 'web → checkout TCP 8081'],
    },
    {
      name: 'a policy that selects no pod changes nothing',
      policies: ['podSelector: {matchLabels: {app: nobody}}'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: 'isolated ingress leaves egress of the same pod alone',
      policies: [`${web}\npolicyTypes: [Ingress]`],
      allows: ['web → ledger TCP 8082'],
      denies: ['ledger → web TCP 8080'],
    },
    {
      name: 'a missing podSelector selects all pods',
      policies: ['policyTypes: [Ingress]\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]'],
      allows: ['web → checkout TCP 8081'],
      denies: ['auditor → checkout TCP 8081'],
    },
    {
      name: 'a podSelector with nothing behind it selects all pods',
      policies: ['podSelector:\npolicyTypes: [Ingress]'],
      denies: ['auditor → ledger TCP 8082'],
    },
  ])
})

describe('peers and selectors', () => {
  check([
    {
      name: 'podSelector alone stays in the namespace of the policy',
      policies: [webAdmits('{podSelector: {}}')],
      allows: ['checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080', 'world → web TCP 8080'],
    },
    {
      name: 'an empty namespaceSelector is every pod, but not the world',
      policies: [webAdmits('{namespaceSelector: {}}')],
      allows: ['auditor → web TCP 8080', 'visitor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['world → web TCP 8080'],
    },
    {
      name: 'two keys of one item are both needed',
      policies: [
        webAdmits('{namespaceSelector: {matchLabels: {team: office}}, podSelector: {matchLabels: {app: auditor}}}'),
      ],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080', 'checkout → web TCP 8080'],
    },
    {
      name: 'of two items either will do, and the bare podSelector is local',
      policies: [webAdmits(`${team('office')}, {podSelector: {matchLabels: {app: checkout}}}`)],
      allows: ['auditor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['ledger → web TCP 8080', 'visitor → web TCP 8080'],
    },
    {
      name: 'a null selector beside a set one is not set',
      policies: [webAdmits('{podSelector: null, namespaceSelector: {matchLabels: {team: office}}}')],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: 'an empty selector beside a set one adds nothing',
      policies: [webAdmits('{podSelector: {}, namespaceSelector: {matchLabels: {team: office}}}')],
      allows: ['auditor → web TCP 8080'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: 'podSelector with an empty namespaceSelector looks everywhere',
      policies: [webAdmits('{podSelector: {matchLabels: {app: auditor}}, namespaceSelector: {}}')],
      allows: ['auditor → web TCP 8080'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: 'the name label is there without being written',
      policies: [webAdmits('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: lobby}}}')],
      allows: ['visitor → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: 'NotIn takes in namespaces without the key',
      policies: [webAdmits(teamExpression('operator: NotIn, values: [office]'))],
      allows: ['visitor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: 'DoesNotExist takes in the namespace without the key',
      policies: [webAdmits(teamExpression('operator: DoesNotExist'))],
      allows: ['visitor → web TCP 8080'],
      denies: ['auditor → web TCP 8080', 'checkout → web TCP 8080'],
    },
    {
      name: 'NotIn on a pod key takes in pods without labels',
      policies: [
        webAdmits(
          '{namespaceSelector: {}, podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [auditor]}]}}',
        ),
      ],
      allows: ['visitor → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: 'Exists takes any value, In needs the key',
      policies: [
        webAdmits(teamExpression('operator: Exists')),
        `${checkout}\ningress: [{from: [${teamExpression('operator: In, values: [office, store]')}]}]`,
      ],
      allows: ['auditor → web TCP 8080', 'web → checkout TCP 8081'],
      denies: ['visitor → web TCP 8080', 'visitor → checkout TCP 8081'],
    },
    {
      name: 'all requirements hold together, matchLabels among them',
      policies: [
        'podSelector: {matchLabels: {tier: core}, matchExpressions: [{key: app, operator: NotIn, values: [ledger]}]}',
      ],
      denies: ['web → checkout TCP 8081'],
      allows: ['web → ledger TCP 8082'],
    },
    {
      name: 'a contradictory selector selects nothing',
      policies: [
        'podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}, {key: app, operator: NotIn, values: [web]}]}',
      ],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: 'values compare exactly',
      policies: ['podSelector: {matchLabels: {app: Web}}'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: 'the same selector twice is harmless',
      policies: [webAdmits('{podSelector: {}}, {podSelector: {}}')],
      allows: ['checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: 'egress to a pod does not open its ingress',
      policies: [
        egressOfWeb('[{to: [{podSelector: {matchLabels: {app: checkout}}}]}]'),
        `${checkout}\npolicyTypes: [Ingress]`,
      ],
      denies: ['web → checkout TCP 8081', 'web → ledger TCP 8082'],
    },
    {
      name: 'both ends have to allow, and what both allow passes',
      policies: [
        egressOfWeb('[{to: [{podSelector: {matchLabels: {app: checkout}}}]}]'),
        `${checkout}\ningress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8081}]}]`,
      ],
      allows: ['web → checkout TCP 8081', 'checkout → web TCP 8080'],
      denies: ['web → checkout TCP 9100'],
    },
    {
      name: 'policies add up and the empty one takes nothing away',
      policies: [
        'podSelector: {}\npolicyTypes: [Ingress]',
        webAdmits('{podSelector: {matchLabels: {app: checkout}}}'),
        `podSelector: {matchLabels: {tier: edge}}\ningress: [{from: [${team('office')}]}]`,
      ],
      allows: ['checkout → web TCP 8080', 'auditor → web TCP 8080'],
      denies: ['ledger → web TCP 8080'],
    },
    {
      name: 'allow-all beside deny-all wins',
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
      name: 'a block of the world admits no pod',
      policies: [webAdmits('{ipBlock: {cidr: 192.0.2.0/24}}')],
      allows: ['world → web TCP 8080'],
      denies: ['198.51.100.9 → web TCP 8080', 'auditor → web TCP 8080'],
    },
    {
      name: 'except subtracts',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [192.0.2.0/24]}}]}]')],
      allows: ['web → 198.51.100.9 TCP 443'],
      denies: ['web → world TCP 443'],
    },
    {
      name: 'except limits its own item alone',
      policies: [
        egressOfWeb(
          '[{to: [{ipBlock: {cidr: 192.0.2.0/24, except: [192.0.2.44/32]}}, {ipBlock: {cidr: 192.0.2.44/32}}]}]',
        ),
      ],
      allows: ['web → world TCP 443', 'web → 192.0.2.45 TCP 443'],
    },
    {
      name: 'another policy allows again what except left out',
      policies: [
        webAdmits('{ipBlock: {cidr: 0.0.0.0/0, except: [192.0.2.0/24]}}'),
        webAdmits('{ipBlock: {cidr: 192.0.2.44/32}}'),
      ],
      allows: ['world → web TCP 8080'],
      denies: ['192.0.2.45 → web TCP 8080'],
    },
    {
      name: 'host bits are masked',
      policies: [webAdmits('{ipBlock: {cidr: 192.0.2.99/24}}')],
      allows: ['world → web TCP 8080'],
    },
    {
      name: 'the whole of IPv4 says nothing about IPv6',
      policies: [webAdmits('{ipBlock: {cidr: 0.0.0.0/0}}')],
      allows: ['world → web TCP 8080'],
      denies: ['2001:db8::44 → web TCP 8080'],
    },
    {
      name: 'a block holds pods whose addresses are known, where the plugin matches them',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 10.20.1.2/32}}]}]')],
      allows: ['web → checkout TCP 8081'],
      denies: ['web → ledger TCP 8082'],
    },
    {
      name: 'a single address and a single port',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 192.0.2.44/32}}], ports: [{port: 443}]}]')],
      allows: ['web → world TCP 443'],
      denies: ['web → world TCP 80', 'web → 192.0.2.43 TCP 443'],
    },
    {
      name: 'overlapping except items are subtracted together',
      policies: [webAdmits('{ipBlock: {cidr: 192.0.2.0/23, except: [192.0.2.0/24, 192.0.2.0/25]}}')],
      allows: ['192.0.3.1 → web TCP 8080'],
      denies: ['world → web TCP 8080'],
    },
    {
      name: 'two halves are the whole',
      policies: [webAdmits('{ipBlock: {cidr: 0.0.0.0/1}}, {ipBlock: {cidr: 128.0.0.0/1}}')],
      allows: ['world → web TCP 8080', '8.8.8.8 → web TCP 8080'],
    },
    {
      name: 'except may leave nothing',
      policies: [webAdmits('{ipBlock: {cidr: 0.0.0.0/0, except: [0.0.0.0/1, 128.0.0.0/1]}}')],
      denies: ['world → web TCP 8080', '8.8.8.8 → web TCP 8080'],
    },
  ])
})

describe('ports', () => {
  check([
    {
      name: 'the protocol defaults to TCP',
      policies: [checkoutPorts('{port: 53}')],
      allows: ['web → checkout TCP 53'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: 'an empty item is all of TCP',
      policies: [checkoutPorts('{}')],
      allows: ['web → checkout TCP 12345'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: 'a protocol without port is all of it',
      policies: [checkoutPorts('{protocol: UDP}')],
      allows: ['web → checkout UDP 9999'],
      denies: ['web → checkout TCP 8081'],
    },
    {
      name: 'both ends of a range are in it',
      policies: [checkoutPorts('{port: 8080, endPort: 8082}')],
      allows: ['web → checkout TCP 8080', 'web → checkout TCP 8082'],
      denies: ['web → checkout TCP 8083', 'web → checkout UDP 8081'],
    },
    {
      name: 'a range of one port',
      policies: [checkoutPorts('{port: 8081, endPort: 8081}')],
      allows: ['web → checkout TCP 8081'],
      denies: ['web → checkout TCP 8080'],
    },
    {
      name: 'the full range is TCP alone',
      policies: [checkoutPorts('{port: 1, endPort: 65535}')],
      allows: ['web → checkout TCP 65535'],
      denies: ['web → checkout UDP 53'],
    },
    {
      name: 'a name is looked up on each destination',
      policies: ['podSelector: {}\ningress: [{from: [{podSelector: {}}], ports: [{port: http}]}]'],
      allows: ['web → checkout TCP 8081', 'web → ledger TCP 8082', 'checkout → web TCP 8080'],
      denies: ['web → checkout TCP 8080'],
    },
    {
      name: 'in egress a name is looked up on the peer',
      policies: [egressOfWeb(`[{to: [{podSelector: {}}, ${team('office')}], ports: [{port: http}]}]`)],
      allows: ['web → checkout TCP 8081', 'web → auditor TCP 9000'],
      denies: ['web → checkout TCP 8080'],
    },
    {
      name: 'a name of the wrong protocol, or of nobody, admits nothing',
      policies: [checkoutPorts('{port: dns}'), `${ledger}\ningress: [{ports: [{protocol: UDP, port: dns}]}]`],
      denies: ['web → checkout UDP 53', 'web → checkout TCP 53', 'web → ledger UDP 53'],
    },
    {
      name: 'name and protocol right',
      policies: [checkoutPorts('{protocol: UDP, port: dns}')],
      allows: ['web → checkout UDP 53'],
      denies: ['web → checkout TCP 53'],
    },
    {
      name: 'an unknown name isolates all the same',
      policies: [`${web}\ningress: [{ports: [{port: grpc}]}]`],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: 'addresses have no port names',
      policies: [egressOfWeb('[{to: [{ipBlock: {cidr: 192.0.2.0/24}}], ports: [{port: http}]}]')],
      denies: ['web → world TCP 8080', 'web → world TCP 80'],
    },
    {
      name: 'a name without peers still means pods',
      policies: [egressOfWeb('[{ports: [{port: http}]}]')],
      allows: ['web → auditor TCP 9000'],
      denies: ['web → world TCP 8080'],
    },
    {
      name: 'a port nobody declares is a port',
      policies: [`${web}\ningress: [{ports: [{port: 7777}]}]`],
      allows: ['checkout → web TCP 7777'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: 'peers and ports of one rule hold together, rules apart',
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
      name: 'an SCTP rule isolates the other protocols',
      policies: [`${web}\ningress: [{ports: [{protocol: SCTP, port: 8080}]}]`],
      allows: ['checkout → web SCTP 8080'],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: 'DNS on UDP alone leaves TCP closed, and goes anywhere without a peer',
      policies: ['podSelector: {}\npolicyTypes: [Egress]\negress: [{ports: [{protocol: UDP, port: 53}]}]'],
      allows: ['web → checkout UDP 53', 'web → world UDP 53'],
      denies: ['web → checkout TCP 53'],
    },
    {
      name: 'the port of the pod counts, not that of the Service',
      policies: [
        `${web}\ningress: [{ports: [{port: 80}]}]`,
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: store}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}',
      ],
      denies: ['checkout → web TCP 8080'],
    },
  ])
})

describe('the host network', () => {
  check([
    {
      name: 'selectors do not match its pods',
      policies: [webAdmits('{namespaceSelector: {}}')],
      denies: ['agent → web TCP 8080'],
    },
    {
      name: 'a block with their address does',
      policies: [webAdmits('{ipBlock: {cidr: 192.168.40.0/24}}')],
      allows: ['agent → web TCP 8080'],
    },
    {
      name: 'no policy protects them',
      policies: [
        'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: office}\nspec: {podSelector: {}, policyTypes: [Ingress]}',
      ],
      allows: ['web → agent TCP 9100'],
      denies: ['web → auditor TCP 9000'],
    },
  ])

  test('leaving it brings a pod under policy', () => {
    const quiet =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: office}\nspec: {podSelector: {}, policyTypes: [Ingress]}'
    const monitor = (hostNetwork: boolean): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: monitor, namespace: office}\nspec: {hostNetwork: ${hostNetwork}, containers: [{name: main, image: m}]}`
    const { base, head } = reachOfBoth(storeWith([quiet, monitor(true)]), storeWith([quiet, monitor(false)]))
    expect(verdict(base, 'web → monitor TCP 9100')).toBe('allow')
    expect(verdict(head, 'web → monitor TCP 9100')).toBe('deny')
  })
})

describe('changes', () => {
  test('a label of a namespace changes access with no policy touched', () => {
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

  test('deleting the only policy opens, deleting the wide one of two closes', () => {
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

  test('an egress section added to a policy without types isolates egress', () => {
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

  test('a NetworkPolicy of another group is not this kind', () => {
    const calico =
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: {name: quiet, namespace: store}\nspec: {selector: app == "web", types: [Ingress]}'
    expect(storeWith([calico]).input.entries).toEqual([])
  })

  test('renaming a container port cuts access that speaks of the name', () => {
    const named = `podSelector: {matchLabels: {app: till}}\ningress: [{ports: [{port: http}]}]`
    const till = (name: string): string =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: store, labels: {app: till}}\nspec: {containers: [{name: main, image: t, ports: [{name: ${name}, containerPort: 8090}]}]}`
    const { base, head } = reachOfBoth(storeWith([named, till('http')]), storeWith([named, till('till')]))
    expect(verdict(base, 'web → till TCP 8090')).toBe('allow')
    expect(verdict(head, 'web → till TCP 8090')).toBe('deny')
  })
})
