import { describe, expect, test } from 'vitest'
import { defaultProfile } from '../../src/model/network-profile.ts'
import type { Reachability } from '../../src/reach/reachability.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import type { ConnectionSet } from '../../src/sets/connection-set.ts'
import { type BuiltSide, certainConnections, reachOf, reachOfBoth, showProblems, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const store = '{namespaces: {matchLabels: {team: store}}}'
const office = '{namespaces: {matchLabels: {team: office}}}'
const lobby = '{namespaces: {matchLabels: {kubernetes.io/metadata.name: lobby}}}'
const everywhere = '{namespaces: {}}'
const networks = (...cidrs: readonly string[]): string => `{networks: [${cidrs.map((cidr) => `"${cidr}"`).join(', ')}]}`

/** A rule of an ingress or egress list; `ports` is a field with its value. */
const from = (action: string, peers: string, ports = ''): string =>
  `{action: ${action}, from: [${peers}]${ports === '' ? '' : `, ${ports}`}}`
const to = (action: string, peers: string, ports = ''): string =>
  `{action: ${action}, to: [${peers}]${ports === '' ? '' : `, ${ports}`}}`
const ingress = (...rules: readonly string[]): string => `ingress: [${rules.join(', ')}]`
const egress = (...rules: readonly string[]): string => `egress: [${rules.join(', ')}]`

const cluster =
  (tier: 'Admin' | 'Baseline') =>
  (priority: number, rules: string, subject = store): string =>
    `tier: ${tier}\npriority: ${priority}\nsubject: ${subject}\n${rules}`
const admin = cluster('Admin')
const baseline = cluster('Baseline')
const oldAdmin = (rules: string, subject = store): string => `priority: 10\nsubject: ${subject}\n${rules}`
const oldBaseline = (rules: string): string => `subject: ${store}\n${rules}`

const isolateStore = 'podSelector: {}\npolicyTypes: [Ingress]'
const web = 'podSelector: {matchLabels: {app: web}}'
const webAdmitsOffice = `${web}\ningress: [{from: [{namespaceSelector: {matchLabels: {team: office}}}]}]`

describe('tiers and actions', () => {
  check([
    {
      name: '1. an admin deny',
      policies: [admin(10, ingress(from('Deny', office)))],
      denies: ['auditor → web TCP 8080'],
      allows: ['visitor → web TCP 8080', 'web → auditor TCP 9000', 'world → web TCP 8080'],
    },
    {
      name: '2. accepting one peer isolates from no other',
      policies: [admin(10, ingress(from('Accept', office)))],
      allows: ['visitor → web TCP 8080', 'auditor → web TCP 8080'],
    },
    {
      name: '3. an admin accept wins over NetworkPolicy',
      policies: [admin(10, ingress(from('Accept', office))), isolateStore],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080', 'checkout → web TCP 8080'],
    },
    {
      name: '4. an admin deny wins over NetworkPolicy',
      policies: [admin(10, ingress(from('Deny', office))), 'podSelector: {}\ningress: [{}]'],
      denies: ['auditor → web TCP 8080'],
      allows: ['visitor → web TCP 8080'],
    },
    {
      name: '5. Pass hands over to NetworkPolicy',
      policies: [
        admin(10, ingress(from('Pass', office), from('Deny', everywhere))),
        `${web}\ningress: [{from: [{namespaceSelector: {}}]}]`,
      ],
      allows: ['auditor → web TCP 8080', 'auditor → checkout TCP 8081'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '6. Pass leaves the later policies of its tier out',
      policies: [admin(10, ingress(from('Pass', office))), admin(20, ingress(from('Deny', everywhere)))],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080', 'checkout → web TCP 8080'],
    },
    {
      name: '7. Pass with no NetworkPolicy reaches the Baseline tier',
      policies: [admin(10, ingress(from('Pass', everywhere))), baseline(10, ingress(from('Deny', office)), everywhere)],
      denies: ['auditor → web TCP 8080'],
      allows: ['visitor → web TCP 8080'],
    },
    {
      name: '8. a NetworkPolicy that isolates hides the Baseline tier',
      policies: [baseline(10, ingress(from('Deny', everywhere))), webAdmitsOffice],
      allows: ['auditor → web TCP 8080'],
      denies: ['auditor → checkout TCP 8081', 'visitor → web TCP 8080'],
    },
    {
      name: '9. it does so in the direction it isolates only',
      policies: [baseline(10, egress(to('Deny', office))), `${web}\ningress: [{}]`],
      denies: ['web → auditor TCP 9000'],
      allows: ['visitor → web TCP 8080'],
    },
    {
      name: '10. a NetworkPolicy that allows nothing is final as well',
      policies: [baseline(0, ingress(from('Accept', everywhere))), isolateStore],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '11. a Baseline accept counts against a later Baseline deny',
      policies: [baseline(1, ingress(from('Accept', store))), baseline(2, ingress(from('Deny', everywhere)))],
      allows: ['checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '12. Pass in the Baseline tier leaves it to the default',
      policies: [baseline(1, ingress(from('Pass', office))), baseline(2, ingress(from('Deny', everywhere)))],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '13. an accept on the way out does not open the destination',
      policies: [admin(10, egress(to('Accept', store)), office), isolateStore],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '14. a deny on the way out counts although the destination accepts',
      policies: [admin(10, egress(to('Deny', store)), office), admin(1, ingress(from('Accept', office)))],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '15. a policy without rules does nothing',
      policies: ['tier: Admin\npriority: 0\nsubject: {namespaces: {}}'],
      allows: ['auditor → web TCP 8080', 'web → world TCP 443'],
    },
    {
      name: '16. a direction without rules is left alone',
      policies: [admin(0, egress(to('Deny', everywhere)))],
      allows: ['auditor → web TCP 8080', 'web → world TCP 443'],
      denies: ['web → checkout TCP 8081'],
    },
  ])

  test('15. a policy without rules is no problem', () => {
    expect(showProblems(storeWith(['tier: Admin\npriority: 0\nsubject: {namespaces: {}}']))).toEqual([])
  })
})

describe('order and priority', () => {
  const acceptOffice = (priority: number): string => admin(priority, ingress(from('Accept', office)))
  const denyAll = (priority: number): string => admin(priority, ingress(from('Deny', everywhere)))
  check([
    {
      name: '17. the lower number is asked first',
      policies: [acceptOffice(5), denyAll(50)],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '17. whatever the order of the documents',
      policies: [denyAll(50), acceptOffice(5)],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '18. rules of one policy are asked as they are written',
      policies: [admin(5, ingress(from('Deny', everywhere), from('Accept', office)))],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '19. the first match is one of peer and port',
      policies: [
        admin(
          5,
          ingress(
            from('Accept', office, 'protocols: [{tcp: {destinationPort: {number: 8080}}}]'),
            from('Deny', office),
          ),
        ),
      ],
      allows: ['auditor → web TCP 8080'],
      denies: ['auditor → web TCP 9100', 'auditor → web UDP 8080'],
    },
    {
      name: '20. the tier comes before the priority',
      policies: [baseline(0, ingress(from('Deny', everywhere))), acceptOffice(1000)],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '21. equal priorities that disagree leave it open',
      policies: [acceptOffice(10), denyAll(10)],
      unknown: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '22. equal priorities about different peers do not meet',
      policies: [acceptOffice(10), admin(10, ingress(from('Deny', lobby)))],
      allows: ['auditor → web TCP 8080', 'checkout → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '23. equal priorities that come to one answer are certain',
      policies: [acceptOffice(10), admin(10, ingress(from('Pass', everywhere)))],
      allows: ['auditor → web TCP 8080', 'visitor → web TCP 8080'],
    },
    {
      name: '23. with a NetworkPolicy behind them they are not',
      policies: [acceptOffice(10), admin(10, ingress(from('Pass', everywhere))), isolateStore],
      unknown: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: '24. equal priorities of different tiers are no tie',
      policies: [acceptOffice(10), baseline(10, ingress(from('Deny', everywhere)))],
      allows: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
  ])

  test('25. swapped priorities change access', () => {
    const { base, head } = reachOfBoth(
      storeWith([acceptOffice(5), denyAll(50)]),
      storeWith([acceptOffice(50), denyAll(5)]),
    )
    expect([verdict(base, 'auditor → web TCP 8080'), verdict(head, 'auditor → web TCP 8080')]).toEqual([
      'allow',
      'deny',
    ])
  })
})

describe('subjects and peers', () => {
  const denyEverything = admin(1, ingress(from('Deny', everywhere)), everywhere)
  check([
    {
      name: '26. an empty namespace selector is the whole cluster',
      policies: [admin(1, ingress(from('Deny', office)), everywhere)],
      denies: ['auditor → visitor TCP 80', 'auditor → web TCP 8080'],
      allows: ['visitor → web TCP 8080'],
    },
    {
      name: '27. a pods subject needs both of its selectors to match',
      policies: [
        admin(
          1,
          ingress(from('Deny', everywhere)),
          '{pods: {namespaceSelector: {matchLabels: {team: store}}, podSelector: {matchLabels: {tier: core}}}}',
        ),
      ],
      denies: ['auditor → checkout TCP 8081'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '28. in v1alpha2 a pods subject without namespaceSelector looks everywhere',
      policies: [admin(1, ingress(from('Deny', everywhere)), '{pods: {podSelector: {matchLabels: {app: auditor}}}}')],
      denies: ['web → auditor TCP 9000'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '29. of several peers either will do',
      policies: [
        admin(
          1,
          ingress(
            from(
              'Deny',
              `${office}, {pods: {namespaceSelector: {matchLabels: {team: store}}, podSelector: {matchLabels: {app: web}}}}`,
            ),
          ),
        ),
      ],
      denies: ['auditor → checkout TCP 8081', 'web → checkout TCP 8081'],
      allows: ['ledger → checkout TCP 8081'],
    },
    {
      name: "30. the subject's own namespace is a namespace like any other",
      policies: [admin(1, ingress(from('Deny', everywhere)))],
      denies: ['checkout → web TCP 8080'],
    },
    {
      name: '31. pods on the host network are neither subject nor peer',
      policies: [denyEverything],
      allows: ['agent → web TCP 8080', 'web → agent TCP 9100'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: '32. ingress cannot speak of the world, nor of machines',
      policies: [denyEverything],
      allows: ['world → web TCP 8080', '192.168.40.5 → web TCP 8080'],
    },
    {
      name: '33. a negative selector takes in namespaces without the key',
      policies: [
        admin(
          1,
          ingress(from('Deny', '{namespaces: {matchExpressions: [{key: team, operator: NotIn, values: [store]}]}}')),
        ),
      ],
      denies: ['visitor → web TCP 8080', 'auditor → web TCP 8080'],
      allows: ['checkout → web TCP 8080'],
    },
    {
      name: '34. namespaces are known by the label of their name',
      policies: [
        admin(1, ingress(from('Deny', lobby)), '{namespaces: {matchLabels: {kubernetes.io/metadata.name: store}}}'),
      ],
      denies: ['visitor → web TCP 8080'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '35. a pod reaches itself',
      policies: [admin(1, `${ingress(from('Deny', everywhere))}\n${egress(to('Deny', everywhere))}`, everywhere)],
      allows: ['web → web TCP 8080'],
      denies: ['web → checkout TCP 8081'],
    },
  ])

  test('28. v1alpha1 refuses a pods subject without namespaceSelector', () => {
    const built = storeWith([oldAdmin(ingress(from('Deny', everywhere)), '{pods: {podSelector: {}}}')])
    expect(showProblems(built)).toEqual(['peer-invalid at {podSelector: {}}'])
  })

  test('36. a namespace that comes later is under the policy at once', () => {
    const denyOffice = admin(10, ingress(from('Deny', office)))
    const clerk = [
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: annexe, labels: {team: office}}',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: clerk, namespace: annexe}\nspec: {containers: [{name: main, image: c}]}',
    ]
    expect(verdict(reachOf(storeWith([denyOffice, ...clerk])), 'clerk → web TCP 8080')).toBe('deny')
  })
})

describe('networks, nodes and domain names', () => {
  check([
    {
      name: '37. networks are the world',
      policies: [admin(1, egress(to('Deny', networks('192.0.2.0/24'))))],
      denies: ['web → world TCP 443'],
      allows: ['web → 198.51.100.9 TCP 443'],
    },
    {
      name: '38. the whole of IPv4 holds the pods as well',
      policies: [admin(1, egress(to('Deny', networks('0.0.0.0/0'))))],
      denies: ['web → world TCP 443', 'web → checkout TCP 8081', 'web → auditor TCP 9000'],
    },
    {
      name: '39. a Pass for pods keeps them out of it',
      policies: [admin(1, egress(to('Pass', everywhere), to('Deny', networks('0.0.0.0/0'))))],
      allows: ['web → checkout TCP 8081'],
      denies: ['web → world TCP 443'],
    },
    {
      name: '40. the exception comes first',
      policies: [admin(1, egress(to('Accept', networks('192.0.2.44/32')), to('Deny', networks('192.0.2.0/24'))))],
      allows: ['web → world TCP 443'],
      denies: ['web → 192.0.2.45 TCP 443'],
    },
    {
      name: '41. IPv4 says nothing about IPv6',
      policies: [admin(1, egress(to('Deny', networks('0.0.0.0/0'))))],
      allows: ['web → 2001:db8::1 TCP 443'],
    },
    {
      name: '42. nodes are machines by their labels, and what runs on their network',
      policies: [admin(1, egress(to('Deny', '{nodes: {matchLabels: {rack: back-room}}}')))],
      denies: ['web → agent TCP 9100', 'web → 192.168.40.5 TCP 6443'],
      allows: ['web → auditor TCP 9000'],
    },
    {
      name: '42. machines with other labels are not meant',
      policies: [admin(1, egress(to('Deny', '{nodes: {matchLabels: {rack: shop-window}}}')))],
      allows: ['web → agent TCP 9100', 'web → 192.168.40.5 TCP 6443'],
    },
    {
      name: '43. networks hold machines as well',
      policies: [admin(1, egress(to('Deny', networks('192.168.0.0/16'))))],
      denies: ['web → agent TCP 9100', 'web → 192.168.40.5 TCP 6443'],
    },
    {
      name: '44. a port name beside networks never matches',
      policies: [admin(1, egress(to('Deny', networks('192.0.2.0/24'), 'protocols: [{destinationNamedPort: http}]')))],
      allows: ['web → world TCP 8080', 'web → world TCP 80'],
    },
    {
      name: '44. in a rule with pods it still speaks of the pods',
      policies: [
        admin(
          1,
          egress(to('Deny', `${networks('192.0.2.0/24')}, ${everywhere}`, 'protocols: [{destinationNamedPort: http}]')),
        ),
      ],
      denies: ['web → checkout TCP 8081'],
      allows: ['web → world TCP 8081'],
    },
    {
      name: '44. nor does it speak of pods that have an address in them',
      policies: [admin(1, egress(to('Deny', networks('0.0.0.0/0'), 'protocols: [{destinationNamedPort: http}]')))],
      allows: ['web → checkout TCP 8081', 'web → auditor TCP 9000'],
    },
    {
      name: '44. nor of what runs on the network of a machine',
      policies: [
        admin(1, egress(to('Deny', '{nodes: {}}', 'protocols: [{destinationNamedPort: meter}]'))),
        'apiVersion: v1\nkind: Pod\nmetadata: {name: meter, namespace: office}\nspec: {hostNetwork: true, nodeName: shelf, containers: [{name: main, image: m, ports: [{name: meter, containerPort: 9200}]}]}',
      ],
      allows: ['web → meter TCP 9200', 'web → 192.168.40.5 TCP 9200'],
    },
    {
      name: '44. numbers beside the name still speak of networks',
      policies: [
        admin(
          1,
          egress(
            to(
              'Deny',
              networks('192.0.2.0/24'),
              'protocols: [{destinationNamedPort: http}, {tcp: {destinationPort: {number: 443}}}]',
            ),
          ),
        ),
      ],
      denies: ['web → world TCP 443'],
      allows: ['web → world TCP 8080'],
    },
    {
      name: 'a peer that a template writes may be pods, and the port name theirs',
      policies: [admin(1, ingress(from('Deny', '"{{ .Values.peer }}"', 'protocols: [{destinationNamedPort: http}]')))],
      unknown: ['web → checkout TCP 8081', 'auditor → ledger TCP 8082'],
      allows: ['web → checkout TCP 9100'],
    },
    {
      name: '46. domain names are a part of the world that may be reached, all else is denied',
      policies: [
        admin(1, egress(to('Accept', '{domainNames: [bank.example]}'), to('Deny', networks('0.0.0.0/0', '::/0')))),
      ],
      denies: ['web → checkout TCP 8081', 'web → auditor UDP 53'],
    },
    {
      name: '70. a peer nobody knows: what it denies is not certain to pass',
      policies: [admin(1, egress(to('Deny', '{services: {name: till}}')))],
      unknown: ['web → world TCP 443', 'web → checkout TCP 8081'],
      allows: ['auditor → web TCP 8080'],
    },
    {
      name: '70. what it passes on is denied where the peer is not known',
      policies: [admin(1, egress(to('Pass', '{services: {name: till}}')))],
      unknown: ['web → world TCP 443'],
    },
    {
      name: '70. what it accepts matches nothing',
      policies: [admin(1, egress(to('Accept', '{services: {name: till}}'))), 'podSelector: {}\npolicyTypes: [Egress]'],
      denies: ['web → world TCP 443'],
    },
  ])

  test('44. a port name beside networks is reported', () => {
    const built = storeWith([
      admin(1, egress(to('Deny', networks('192.0.2.0/24'), 'protocols: [{destinationNamedPort: http}]'))),
    ])
    expect(showProblems(built)).toEqual(['named-port-misplaced at {destinationNamedPort: http}'])
  })

  test('a network inside the range of Services is reported, one around it is not', () => {
    const profile = { ...defaultProfile, ranges: { ...defaultProfile.ranges, services: AddressSet.of('10.96.0.0/12') } }
    const denying = (cidr: string): BuiltSide => storeWith([admin(1, egress(to('Deny', networks(cidr))))], profile)
    expect(showProblems(denying('10.96.0.10/32'))).toEqual(['network-of-services at "10.96.0.10/32"'])
    expect(showProblems(denying('0.0.0.0/0'))).toEqual([])
  })

  const allowedTo = (reachability: Reachability, name: string): ConnectionSet =>
    certainConnections(reachability, 'web', name)

  const denyTheRest = to('Deny', networks('0.0.0.0/0', '::/0'))
  const toNames = (names: string): BuiltSide =>
    storeWith([admin(1, egress(to('Accept', `{domainNames: [${names}]}`), denyTheRest))])

  test('45. a wildcard is kept as it is written, and does not hold its apex', () => {
    const wild = toNames('"*.bank.example"')
    expect(showProblems(wild)).toEqual([])
    expect(allowedTo(reachOf(wild), 'world').show()).toBe('every port (to *.bank.example)')
    const both = reachOf(toNames('"*.bank.example", bank.example'))
    expect(allowedTo(both, 'world').show()).toBe('every port (to *.bank.example), every port (to bank.example)')
  })

  test('45. a name below the wildcard is a part of it', () => {
    const { base, head } = reachOfBoth(toNames('"*.bank.example"'), toNames('a.b.bank.example, bank.example'))
    expect(allowedTo(head, 'world').subtract(allowedTo(base, 'world')).show()).toBe('every port (to bank.example)')
  })

  test('46. the names stand with what they allow, a dot behind them means nothing', () => {
    expect(allowedTo(reachOf(toNames('bank.example.')), 'world').show()).toBe('every port (to bank.example)')
  })

  test('47. the Baseline policy of v1alpha1 has no domain names', () => {
    const built = storeWith([oldBaseline(egress(to('Deny', '{domainNames: [bank.example]}')))])
    expect(showProblems(built)).toEqual([
      'unknown-field at domainNames: [bank.example]',
      'peer-invalid at {domainNames: [bank.example]}',
    ])
  })

  test('48. ingress has no networks', () => {
    const built = storeWith([admin(1, ingress(from('Deny', networks('0.0.0.0/0'))), everywhere)])
    expect(showProblems(built)).toEqual([
      'unknown-field at networks: ["0.0.0.0/0"]',
      'peer-invalid at {networks: ["0.0.0.0/0"]}',
    ])
  })
})

describe('ports', () => {
  const protocols = (items: string): string => `protocols: [${items}]`
  const denyPorts = (items: string): string => admin(1, ingress(from('Deny', everywhere, protocols(items))))
  const oldDenyPorts = (items: string): string => oldAdmin(ingress(from('Deny', everywhere, `ports: [${items}]`)))
  check([
    {
      name: '49. without protocols a rule speaks of everything, ICMP included',
      policies: [admin(1, ingress(from('Deny', office)))],
      denies: ['auditor → web SCTP 5000', 'auditor → web UDP 53', 'auditor → web ICMP 8'],
    },
    {
      name: '50. one protocol leaves the others alone',
      policies: [denyPorts('{udp: {destinationPort: {number: 53}}}')],
      denies: ['web → checkout UDP 53'],
      allows: ['web → checkout TCP 53', 'web → checkout ICMP 8'],
    },
    {
      name: '51. both ends of a range are in it',
      policies: [denyPorts('{tcp: {destinationPort: {range: {start: 8080, end: 8082}}}}')],
      denies: ['web → ledger TCP 8080', 'web → ledger TCP 8082'],
      allows: ['web → ledger TCP 8083', 'web → ledger TCP 8079'],
    },
    {
      name: '52. in v1alpha1 a range may be one port',
      policies: [oldDenyPorts('{portRange: {start: 80, end: 80}}')],
      denies: ['web → ledger TCP 80'],
      allows: ['web → ledger TCP 81'],
    },
    {
      name: '53. in v1alpha1 the protocol defaults to TCP',
      policies: [oldDenyPorts('{portNumber: {port: 53}}')],
      denies: ['web → checkout TCP 53'],
      allows: ['web → checkout UDP 53'],
    },
    {
      name: '54. a port name brings the protocol of the container port',
      policies: [denyPorts('{destinationNamedPort: dns}')],
      denies: ['web → checkout UDP 53'],
      allows: ['web → checkout TCP 53', 'web → ledger UDP 53'],
    },
    {
      name: '55. a port name is looked up on each destination',
      policies: [admin(1, egress(to('Deny', everywhere, protocols('{destinationNamedPort: http}'))))],
      denies: ['web → checkout TCP 8081', 'web → ledger TCP 8082', 'web → auditor TCP 9000'],
      allows: ['web → checkout TCP 8082'],
    },
    {
      name: '58. ports are those of the pod, not of a Service before it',
      policies: [
        denyPorts('{tcp: {destinationPort: {number: 80}}}'),
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: store}\nspec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}',
      ],
      allows: ['checkout → web TCP 8080'],
      denies: ['checkout → web TCP 80'],
    },
  ])

  test.each([
    {
      name: '52. in v1alpha2 a range of one port is refused',
      policy: denyPorts('{tcp: {destinationPort: {range: {start: 80, end: 80}}}}'),
      problem: 'port-range-reversed at {start: 80, end: 80}',
    },
    {
      name: '56. a protocol without a port is refused, and read as all of it',
      policy: denyPorts('{tcp: {}}'),
      problem: 'port-invalid at {}',
    },
    {
      name: '57. two protocols in one item are refused',
      policy: denyPorts('{tcp: {destinationPort: {number: 53}}, udp: {destinationPort: {number: 53}}}'),
      problem: 'port-invalid at {tcp: {destinationPort: {number: 53}}, udp: {destinationPort: {number: 53}}}',
    },
  ])('$name', ({ policy, problem }) => {
    const built = storeWith([policy])
    expect(showProblems(built)).toEqual([problem])
    expect(verdict(reachOf(built), 'auditor → web TCP 80')).toBe('unknown')
  })
})

describe('the kinds of v1alpha1', () => {
  check([
    {
      name: '59. one before and one behind a NetworkPolicy',
      policies: [
        oldAdmin(ingress(from('Pass', office))),
        oldBaseline(ingress(from('Deny', everywhere))),
        webAdmitsOffice,
      ],
      allows: ['auditor → web TCP 8080'],
      denies: ['auditor → checkout TCP 8081', 'checkout → web TCP 8080', 'web → ledger TCP 8082'],
    },
    {
      name: '60. a Baseline allow before a Baseline deny',
      policies: [oldBaseline(ingress(from('Allow', store), from('Deny', everywhere)))],
      allows: ['checkout → web TCP 8080'],
      denies: ['auditor → web TCP 8080'],
    },
    {
      name: 'of one priority with a policy of v1alpha2 they are a tie',
      policies: [oldAdmin(ingress(from('Allow', office))), admin(10, ingress(from('Deny', everywhere)))],
      unknown: ['auditor → web TCP 8080'],
      denies: ['visitor → web TCP 8080'],
    },
    {
      name: 'the Baseline policy is a tie with every one of its tier',
      policies: [
        oldBaseline(ingress(from('Deny', office))),
        baseline(0, ingress(from('Accept', everywhere))),
        baseline(9, ingress(from('Deny', lobby))),
      ],
      unknown: ['auditor → web TCP 8080'],
      allows: ['visitor → web TCP 8080'],
    },
    {
      name: 'a range that is turned round matches nothing',
      policies: [oldAdmin(ingress(from('Deny', everywhere, 'ports: [{portRange: {start: 81, end: 80}}]')))],
      allows: ['web → ledger TCP 80', 'web → ledger TCP 81'],
    },
    {
      name: '63. a namespaces peer of the old shape is its namespaces, or every one',
      policies: [
        oldAdmin(ingress(from('Allow', '{namespaces: {namespaceSelector: {matchLabels: {team: office}}}}'))),
        isolateStore,
      ],
      unknown: ['auditor → web TCP 8080', 'visitor → web TCP 8080'],
    },
    {
      name: '64. sameLabels are namespaces with the same labels, or every one',
      policies: [oldAdmin(ingress(from('Allow', '{namespaces: {sameLabels: [team]}}'))), isolateStore],
      unknown: ['checkout → web TCP 8080', 'visitor → web TCP 8080'],
    },
    {
      name: '65. notSameLabels are namespaces with other labels, or every one',
      policies: [oldAdmin(ingress(from('Allow', '{namespaces: {notSameLabels: [team]}}'))), isolateStore],
      unknown: ['auditor → web TCP 8080', 'visitor → web TCP 8080'],
    },
  ])

  test.each([
    ['63', 'namespaceSelector: {}'],
    ['64', 'sameLabels: [team]'],
    ['65', 'notSameLabels: [team]'],
  ])('%s. the old shape is reported: %s', (_, selector) => {
    const built = storeWith([oldAdmin(ingress(from('Allow', `{namespaces: {${selector}}}`)))])
    expect(showProblems(built)).toEqual([`peer-shape-old at {${selector}}`])
    expect(built.diagnostics[0]?.effect).toBe('wider')
  })
})
