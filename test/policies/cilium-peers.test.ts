import { describe, expect, test } from 'vitest'
import { ciliumProfile, clusterwide, onCheckout, onStore, told } from './cilium-store.ts'
import { type BuiltSide, manifest, reachOf, showProblems, storeWith, verdict } from './store.ts'
import { check } from './truth-table.ts'

const built = (manifests: readonly string[], version?: string): BuiltSide =>
  storeWith(manifests, ciliumProfile({}, version))
const service = (name: string, namespace: string, spec: string, labels = '{}'): string =>
  manifest('v1', 'Service', `{name: ${name}, namespace: ${namespace}, labels: ${labels}}`, spec)
const toServices = (item: string): string => onCheckout(`egress: [{toServices: [${item}]}]`)
const endpoints = (name: string, namespace: string, address: string): string =>
  `apiVersion: v1\nkind: Endpoints\nmetadata: {name: ${name}, namespace: ${namespace}}\nsubsets: [{addresses: [{ip: ${address}}], ports: [{port: 443}]}]\n`
const slice = (name: string, namespace: string, address: string): string =>
  `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ${name}-1, namespace: ${namespace}, labels: {kubernetes.io/service-name: ${name}}}\naddressType: IPv4\nendpoints: [{addresses: [${address}]}]\n`

describe('Services as peers', () => {
  const ledger = service('ledger', 'store', 'selector: {app: ledger}\nports: [{port: 5432}]', '{tier: core}')
  const audit = service('audit', 'office', 'selector: {app: auditor}\nports: [{port: 9000}]', '{tier: core}')
  const bank = service('bank', 'store', 'ports: [{port: 443}]')
  check(
    [
      {
        name: 'by name in any namespace, where none is given',
        policies: [ledger, audit, toServices('{k8sService: {serviceName: audit}}')],
        allows: ['checkout → auditor TCP 9000'],
        denies: ['checkout → ledger TCP 8082'],
      },
      {
        name: 'by name in one namespace only',
        policies: [
          ledger,
          audit,
          toServices(
            '{k8sService: {serviceName: ledger, namespace: store}}, {k8sService: {serviceName: audit, namespace: store}}',
          ),
        ],
        allows: ['checkout → ledger TCP 8082'],
        denies: ['checkout → auditor TCP 9000'],
      },
      {
        name: 'by labels in any namespace',
        policies: [ledger, audit, toServices('{k8sServiceSelector: {selector: {matchLabels: {tier: core}}}}')],
        allows: ['checkout → ledger TCP 8082', 'checkout → auditor TCP 9000'],
        denies: ['checkout → web TCP 8080'],
      },
      {
        name: 'by labels in one namespace, an empty one being any',
        policies: [
          ledger,
          audit,
          toServices(
            '{k8sServiceSelector: {selector: {matchLabels: {tier: core}}, namespace: office}}, {k8sService: {serviceName: front, namespace: ""}}',
          ),
          service('front', 'store', 'selector: {app: web}\nports: [{port: 80}]'),
        ],
        allows: ['checkout → auditor TCP 9000', 'checkout → web TCP 8080'],
        denies: ['checkout → ledger TCP 8082'],
      },
      {
        name: 'without selector stand for addresses of Endpoints and slices of their own name and namespace',
        policies: [
          bank,
          endpoints('bank', 'store', '198.51.100.20'),
          endpoints('bank', 'office', '198.51.100.21'),
          endpoints('post', 'store', '198.51.100.22'),
          slice('bank', 'store', '198.51.100.30'),
          slice('bank', 'office', '198.51.100.31'),
          slice('post', 'store', '198.51.100.32'),
          toServices('{k8sService: {serviceName: bank, namespace: store}}'),
        ],
        allows: ['checkout → 198.51.100.20 TCP 443', 'checkout → 198.51.100.30 TCP 443'],
        denies: [
          'checkout → 198.51.100.21 TCP 443',
          'checkout → 198.51.100.22 TCP 443',
          'checkout → 198.51.100.31 TCP 443',
          'checkout → 198.51.100.32 TCP 443',
          'checkout → world TCP 443',
        ],
      },
      {
        name: 'that are there keep one that is missing from being everybody',
        policies: [
          ledger,
          onCheckout(
            'egress: [{toServices: [{k8sService: {serviceName: vault, namespace: store}}, {k8sService: {serviceName: ledger, namespace: store}}], toPorts: [{ports: [{port: "8082"}]}]}]',
          ),
        ],
        allows: ['checkout → ledger TCP 8082'],
        denies: ['checkout → world TCP 8082'],
      },
    ],
    ciliumProfile(),
    told,
  )

  test('with a selector stand for nobody before 1.17', () => {
    const side = (version: string) =>
      reachOf(built([ledger, toServices('{k8sService: {serviceName: ledger, namespace: store}}')], version))
    expect(verdict(side('1.17'), 'checkout → ledger TCP 8082')).toBe('allow')
    expect(verdict(side('1.16'), 'checkout → ledger TCP 8082')).toBe('deny')
  })

  test.each([
    ['{k8sService: {serviceName: vault}}', 'there is no Service vault'],
    ['{k8sServiceSelector: {selector: {matchLabels: {tier: core}}}}', 'there is no Service with these labels'],
  ])('that are missing are told: %s', (item, message) => {
    expect(built([toServices(item)]).diagnostics.map((problem) => problem.message)).toEqual([
      expect.stringContaining(message),
    ])
  })
})

describe('groups of CIDRs', () => {
  const group = (name: string, labels: string, cidrs: string): string =>
    manifest('cilium.io/v2', 'CiliumCIDRGroup', `{name: ${name}, labels: ${labels}}`, `externalCIDRs: ${cidrs}`)
  const from = (item: string): string => onCheckout(`ingress: [{fromCIDRSet: [${item}]}]`)
  check(
    [
      {
        name: 'by name, of either family',
        policies: [
          group('partners', '{}', '[198.51.100.0/24, "2001:db8::/32"]'),
          group('others', '{}', '[203.0.113.0/24]'),
          from('{cidrGroupRef: partners}'),
        ],
        allows: ['198.51.100.7 → checkout TCP 8081', '2001:db8::7 → checkout TCP 8081'],
        denies: ['203.0.113.7 → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'of whose addresses one cannot be read are unknown',
        policies: [group('partners', '{}', '[198.51.100.0/24, 198.51.100.0/33]'), from('{cidrGroupRef: partners}')],
        unknown: ['198.51.100.7 → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'by labels that none has are unknown',
        policies: [
          group('partners', '{team: till}', '[198.51.100.0/24]'),
          from('{cidrGroupSelector: {matchLabels: {team: partners}}}'),
        ],
        unknown: ['198.51.100.7 → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'by one label among conditions that hold without',
        policies: [
          group('partners', '{team: partners}', '[198.51.100.0/24]'),
          from(
            '{cidrGroupSelector: {matchExpressions: [{key: team, operator: Exists}, {key: closed, operator: DoesNotExist}]}}',
          ),
        ],
        allows: ['198.51.100.7 → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: 'by an empty selector are every address',
        policies: [from('{cidrGroupSelector: {}}')],
        allows: ['world → checkout TCP 8081'],
      },
    ],
    ciliumProfile(),
  )

  test.each([
    [from('{cidrGroupRef: partners}'), 'there is no CiliumCIDRGroup partners'],
    [from('{cidrGroupSelector: {matchLabels: {team: partners}}}'), 'no CiliumCIDRGroup has these labels'],
  ])('that are missing are told', (policy, message) => {
    expect(built([policy]).diagnostics).toEqual([
      expect.objectContaining({ code: 'cidr-group-missing', message: expect.stringContaining(message) }),
    ])
  })

  test('that are there are not told', () => {
    const there = group('partners', '{team: partners}', '[198.51.100.0/24]')
    for (const source of ['{cidrGroupRef: partners}', '{cidrGroupSelector: {matchLabels: {team: partners}}}'])
      expect(showProblems(built([there, from(source)]))).toEqual([])
  })

  test('with a CIDR that is none are told, whoever refers to them', () => {
    expect(showProblems(built([group('partners', '{}', '[198.51.100.0/33]')]))).toEqual([
      'cidr-invalid at 198.51.100.0/33',
    ])
  })
})

describe('exceptions', () => {
  check(
    [
      {
        name: 'as bare addresses count until 1.19',
        policies: [onCheckout('ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.7]}]}]')],
        allows: ['192.0.2.8 → checkout TCP 8081'],
        denies: ['192.0.2.7 → checkout TCP 8081'],
      },
      {
        name: 'equal to the prefix leave nothing',
        policies: [onCheckout('ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.0/24]}]}]')],
        denies: ['192.0.2.8 → checkout TCP 8081'],
      },
      {
        name: 'are taken out together',
        policies: [
          onCheckout('ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.0/25, 192.0.2.128/26]}]}]'),
        ],
        allows: ['192.0.2.200 → checkout TCP 8081'],
        denies: ['192.0.2.7 → checkout TCP 8081', '192.0.2.130 → checkout TCP 8081'],
      },
    ],
    ciliumProfile({}, '1.19'),
  )

  test('as bare addresses are refused since 1.20', () => {
    const policy = onCheckout('ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.7]}]}]')
    expect(showProblems(built([policy], '1.20'))).toEqual(['except-invalid at 192.0.2.7'])
  })

  test('outside the prefix do not hide one that is', () => {
    const policy = onCheckout('ingress: [{fromCIDRSet: [{cidr: 192.0.2.0/24, except: [192.0.2.0/25, 10.0.0.0/8]}]}]')
    expect(showProblems(built([policy]))).toEqual(['except-invalid at 10.0.0.0/8'])
  })
})

describe('entities', () => {
  test('of a mesh are known since 1.20', () => {
    const policy = onCheckout('ingress: [{fromEntities: [cluster-mesh]}]')
    expect(showProblems(built([policy], '1.20'))).toEqual([])
    expect(showProblems(built([policy], '1.19'))).toEqual(['entity-invalid at cluster-mesh'])
  })

  test.each([
    ['wrold', 'Did you mean world?'],
    ['anybody-at-all', 'Entities are all, world'],
  ])('that do not exist: %s', (entity, hint) => {
    const [problem] = built([onCheckout(`ingress: [{fromEntities: [${entity}]}]`)]).diagnostics
    expect(problem?.hint).toContain(hint)
  })

  check(
    [
      {
        name: 'beside each other add up',
        policies: [onCheckout('ingress: [{fromEntities: [none, remote-node, world]}]')],
        allows: ['world → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: 'with all among them are everybody',
        policies: [onCheckout('ingress: [{fromEntities: [world, all]}]')],
        allows: ['world → checkout TCP 8081', 'web → checkout TCP 8081'],
      },
    ],
    ciliumProfile(),
    told,
  )
})

describe('fields of peers', () => {
  test('two that say something are refused, an empty one beside one is not', () => {
    expect(showProblems(built([onCheckout('ingress: [{fromEndpoints: [{}], fromEntities: []}]')]))).toEqual([])
    const [problem] = built([
      onCheckout('ingress: [{fromEndpoints: [{}], fromEntities: [world], fromCIDR: []}]'),
    ]).diagnostics
    expect(problem?.message).toContain('not in fromEndpoints and fromEntities')
  })

  check(
    [
      {
        name: 'that are refused beside each other may mean either, and nobody else',
        policies: [
          onStore('ingress: [{}]'),
          onCheckout('ingress: [{fromEndpoints: [{matchLabels: {app: web}}], fromCIDR: [192.0.2.0/24]}]'),
        ],
        unknown: ['web → checkout TCP 8081', '192.0.2.44 → checkout TCP 8081'],
        denies: ['ledger → checkout TCP 8081'],
      },
      {
        name: 'of names or Services that are empty are as none: everybody beside ports',
        policies: [onCheckout('egress: [{toFQDNs: [], toServices: [], toPorts: [{ports: [{port: "53"}]}]}]')],
        allows: ['checkout → world TCP 53', 'checkout → ledger UDP 53'],
        denies: ['checkout → world TCP 54'],
      },
      {
        name: 'of names beside an empty list that selects are nobody',
        policies: [onCheckout('egress: [{toFQDNs: [], toCIDR: [], toPorts: [{ports: [{port: "53"}]}]}]')],
        denies: ['checkout → world TCP 53'],
      },
    ],
    ciliumProfile(),
  )
})

describe('subjects', () => {
  test.each([
    { name: 'both selectors', policy: clusterwide('endpointSelector: {}\nnodeSelector: {}\ningress: [{}]') },
    { name: 'neither', policy: clusterwide('ingress: [{}]') },
  ])('$name are refused', ({ policy }) => {
    expect(built([policy]).diagnostics.map(({ code }) => code)).toContain('subject-invalid')
  })

  test('that nobody can read may be any pod of the namespace, or of the cluster', () => {
    const bad = '{matchExpressions: [{key: app, operator: in, values: [web]}]}'
    const own = reachOf(
      built([
        manifest(
          'cilium.io/v2',
          'CiliumNetworkPolicy',
          '{name: till, namespace: store}',
          `endpointSelector: ${bad}\ningress: [{}]`,
        ),
      ]),
    )
    expect(verdict(own, 'auditor → web TCP 8080')).toBe('unknown')
    expect(verdict(own, 'web → auditor TCP 9000')).toBe('allow')
    const all = reachOf(built([clusterwide(`endpointSelector: ${bad}\ningress: [{}]`)]))
    expect(verdict(all, 'web → auditor TCP 9000')).toBe('unknown')
  })
})

describe('selectors of endpoints', () => {
  const from = (selector: string): string => onCheckout(`ingress: [{fromEndpoints: [{${selector}}]}]`)
  const key = (name: string, operator: string): string => `{key: "${name}", operator: ${operator}}`
  check(
    [
      {
        name: 'that cannot be read may be anybody',
        policies: [from('matchExpressions: [{key: app, operator: in, values: [web]}]')],
        unknown: ['web → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'by a reserved label and one of pods are nobody',
        policies: [from('matchLabels: {"reserved:remote-node": "", app: web}')],
        denies: ['web → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: 'by a reserved label and one of pods that is missing are that endpoint',
        policies: [from(`matchExpressions: [${key('reserved:remote-node', 'Exists')}, ${key('app', 'DoesNotExist')}]`)],
        allows: ['remote-node → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081', 'visitor → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'without a reserved label, and without one of pods, are pods and the outside',
        policies: [
          from(`matchExpressions: [${key('reserved:remote-node', 'DoesNotExist')}, ${key('app', 'DoesNotExist')}]`),
        ],
        allows: ['visitor → checkout TCP 8081', 'world → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: 'by a reserved label and one no pod has are nobody',
        policies: [
          from(`matchExpressions: [${key('reserved:remote-node', 'Exists')}, ${key('container:app', 'Exists')}]`),
        ],
        denies: ['remote-node → checkout TCP 8081', 'web → checkout TCP 8081'],
      },
      {
        name: 'by two reserved labels have to have both',
        policies: [
          from(`matchExpressions: [${key('reserved:remote-node', 'Exists')}, ${key('reserved:health', 'Exists')}]`),
        ],
        denies: ['remote-node → checkout TCP 8081', 'health → checkout TCP 8081'],
      },
      {
        name: 'without a reserved label, with one of pods and without another, are pods',
        policies: [
          from(
            `matchExpressions: [${key('reserved:remote-node', 'DoesNotExist')}, ${key('app', 'Exists')}, ${key('stage', 'DoesNotExist')}]`,
          ),
        ],
        allows: ['web → checkout TCP 8081', 'auditor → checkout TCP 8081'],
        denies: ['visitor → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'by a reserved label that does not exist are nobody',
        policies: [from('matchLabels: {"reserved:till": ""}')],
        denies: ['web → checkout TCP 8081', 'remote-node → checkout TCP 8081', 'world → checkout TCP 8081'],
      },
      {
        name: 'by the world of one family are its addresses',
        policies: [from('matchLabels: {"reserved:world-ipv4": ""}')],
        allows: ['world → checkout TCP 8081'],
        denies: ['2001:db8::9 → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: 'by the world of the other family as well',
        policies: [from('matchLabels: {"reserved:world-ipv6": ""}')],
        allows: ['2001:db8::9 → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: 'by one namespace of two, or by its name alone',
        policies: [
          from('matchExpressions: [{key: "k8s:io.kubernetes.pod.namespace", operator: In, values: [office, lobby]}]'),
        ],
        allows: ['auditor → checkout TCP 8081', 'visitor → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081'],
      },
    ],
    ciliumProfile(),
    told,
  )
})

describe('subjects of a clusterwide policy', () => {
  const closing = (selector: string): string => clusterwide(`endpointSelector: {${selector}}\ningress: [{}]`)
  check(
    [
      {
        name: 'by a reserved label are that endpoint alone',
        policies: [closing('matchLabels: {"reserved:ingress": ""}')],
        denies: ['world → ingress TCP 443'],
        allows: ['world → web TCP 8080', 'world → health TCP 4240'],
      },
      {
        name: 'without a reserved label are all others',
        policies: [closing('matchExpressions: [{key: "reserved:ingress", operator: DoesNotExist}]')],
        allows: ['world → ingress TCP 443'],
        denies: ['world → web TCP 8080', 'world → health TCP 4240'],
      },
      {
        name: 'by two reserved labels are nobody',
        policies: [closing('matchLabels: {"reserved:ingress": "", "reserved:health": ""}')],
        allows: ['world → ingress TCP 443', 'world → health TCP 4240', 'world → web TCP 8080'],
      },
      {
        name: 'by labels of pods are pods alone',
        policies: [closing('matchLabels: {app: web}')],
        denies: ['auditor → web TCP 8080'],
        allows: ['world → ingress TCP 443', 'world → health TCP 4240', 'auditor → ledger TCP 8082'],
      },
      {
        name: 'by a label that is missing are pods and those endpoints',
        policies: [closing('matchExpressions: [{key: app, operator: DoesNotExist}]')],
        denies: ['auditor → visitor TCP 1', 'world → ingress TCP 443'],
        allows: ['auditor → web TCP 8080'],
      },
      {
        name: 'by a label that no pod has are nobody',
        policies: [closing('matchExpressions: [{key: "container:app", operator: Exists}]')],
        allows: ['world → ingress TCP 443', 'auditor → web TCP 8080'],
      },
    ],
    ciliumProfile(),
    told,
  )
})

describe('machines as peers, by labels', () => {
  const toNodes = (selector: string): string => onCheckout(`egress: [{toNodes: [{${selector}}]}]`)
  check(
    [
      ...['rack', 'any:rack', 'k8s:rack', 'node:rack'].map((key) => ({
        name: `whose source is as good as none: ${key}`,
        policies: [toNodes(`matchLabels: {"${key}": back-room}`)],
        unknown: ['checkout → 192.168.40.5 TCP 22'],
      })),
      {
        name: 'that they do not have',
        policies: [toNodes('matchLabels: {rack: front}')],
        denies: ['checkout → 192.168.40.5 TCP 22'],
      },
      {
        name: 'that cannot be read',
        policies: [toNodes('matchExpressions: [{key: rack, operator: in, values: [front]}]')],
        unknown: ['checkout → 192.168.40.5 TCP 22'],
      },
    ],
    ciliumProfile({ nodeSelectors: true }),
    told,
  )
})

describe('keys of selectors', () => {
  const from = (labels: string): string => onCheckout(`ingress: [{fromEndpoints: [{matchLabels: {${labels}}}]}]`)
  const except = (key: string): string =>
    onCheckout(`ingress: [{fromEndpoints: [{matchExpressions: [{key: "${key}", operator: DoesNotExist}]}]}]`)
  check(
    [
      {
        name: 'of Kubernetes are labels of pods',
        policies: [from('"k8s:app": web')],
        allows: ['web → checkout TCP 8081'],
        denies: ['ledger → checkout TCP 8081'],
      },
      {
        name: 'of another source no pod has',
        policies: [from('"container:app": web')],
        denies: ['web → checkout TCP 8081'],
      },
      {
        name: 'of another source every pod lacks',
        policies: [except('container:app')],
        allows: ['web → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: 'that are no part of an identity every pod lacks',
        policies: [except('pod-template-hash')],
        allows: ['web → checkout TCP 8081'],
      },
      {
        name: 'with a dollar are reserved ones',
        policies: [from('"$host": ""')],
        allows: ['host → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081', 'remote-node → checkout TCP 8081'],
      },
      {
        name: 'of namespaces and of pods both have to hold',
        policies: [from('io.cilium.k8s.namespace.labels.team: office, app: auditor')],
        allows: ['auditor → checkout TCP 8081'],
        denies: ['web → checkout TCP 8081', 'visitor → checkout TCP 8081'],
      },
      {
        name: 'of a namespace by name and by label both have to hold',
        policies: [from('io.kubernetes.pod.namespace: store, io.cilium.k8s.namespace.labels.team: office')],
        denies: ['auditor → checkout TCP 8081', 'web → checkout TCP 8081'],
      },
    ],
    ciliumProfile(),
    told,
  )

  test.each([
    { key: 'k8s:app', taken: true },
    { key: 'app:tier', taken: true },
    { key: '$host', taken: true },
    { key: 'k8s:app:tier', taken: false },
    { key: 'k8s:', taken: false },
    { key: '$', taken: false },
  ])('$key is taken: $taken', ({ key, taken }) => {
    expect(showProblems(built([except(key)]))).toHaveLength(taken ? 0 : 1)
  })
})

describe('clusters of a mesh', () => {
  const cluster = (operator: string, values = '[]'): string =>
    `matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: ${operator}, values: ${values}}]`
  const from = (selector: string): string => onCheckout(`ingress: [{fromEndpoints: [{${selector}}]}]`)
  test.each([
    { selector: cluster('In', '[home, east]'), own: 'allow' },
    { selector: cluster('In', '[east]'), own: 'deny' },
    { selector: cluster('NotIn', '[east]'), own: 'allow' },
    { selector: cluster('NotIn', '[home]'), own: 'deny' },
    { selector: 'matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: Exists}]', own: 'allow' },
    { selector: 'matchExpressions: [{key: io.cilium.k8s.policy.cluster, operator: DoesNotExist}]', own: 'deny' },
  ])('$selector: a pod of the own one is $own', ({ selector, own }) => {
    const reachability = reachOf(storeWith([from(selector)], ciliumProfile({ clusterName: 'home' })))
    expect(verdict(reachability, 'web → checkout TCP 8081')).toBe(own)
  })
})

describe('subjects of a policy of a namespace', () => {
  const closing = (selector: string): string => `endpointSelector: {${selector}}\ningress: [{}]`
  const namespaces = 'key: "k8s:io.kubernetes.pod.namespace"'
  check(
    [
      {
        name: 'by a namespace in an expression have to be in it',
        policies: [closing(`matchExpressions: [{${namespaces}, operator: In, values: [office]}]`)],
        allows: ['web → checkout TCP 8081', 'web → auditor TCP 9000'],
      },
      {
        name: 'by its own namespace in an expression are its pods',
        policies: [closing(`matchExpressions: [{${namespaces}, operator: In, values: [store, office]}]`)],
        denies: ['web → checkout TCP 8081'],
        allows: ['web → auditor TCP 9000'],
      },
      {
        name: 'by a namespace in a label and another in an expression have to be in the latter',
        policies: [
          closing(
            `matchLabels: {"k8s:io.kubernetes.pod.namespace": lobby}, matchExpressions: [{${namespaces}, operator: In, values: [office]}]`,
          ),
        ],
        allows: ['web → checkout TCP 8081', 'web → auditor TCP 9000'],
      },
      {
        name: 'by another namespace are those of its own, with the labels beside it',
        policies: [
          'apiVersion: v1\nkind: Pod\nmetadata: {name: till, namespace: store, labels: {app: office}}\nspec: {containers: [{name: main, image: till}]}',
          closing('matchLabels: {app: office, "k8s:io.kubernetes.pod.namespace": office}'),
        ],
        denies: ['web → till TCP 80'],
        allows: ['web → checkout TCP 8081'],
      },
      {
        name: 'by a reserved label are nobody',
        policies: [closing('matchLabels: {"reserved:init": ""}')],
        allows: ['web → checkout TCP 8081'],
      },
      {
        name: 'without a reserved label are its pods',
        policies: [closing('matchExpressions: [{key: "reserved:init", operator: DoesNotExist}]')],
        denies: ['web → checkout TCP 8081'],
      },
    ],
    ciliumProfile(),
  )
})

describe('selectors without a cluster until 1.18', () => {
  const from = (selector: string): string => onCheckout(`ingress: [{fromEndpoints: [{${selector}}]}]`)
  const notOffice = 'matchExpressions: [{key: io.cilium.k8s.namespace.labels.team, operator: NotIn, values: [office]}'
  check(
    [
      {
        name: 'that rule out a label of namespaces take in what is no pod',
        policies: [from(`${notOffice}]`)],
        allows: ['web → checkout TCP 8081', 'world → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: 'unless they ask for a label besides',
        policies: [from(`${notOffice}, {key: app, operator: In, values: [web]}]`)],
        allows: ['web → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: 'that rule out a label of pods stay in the namespace',
        policies: [from('matchExpressions: [{key: app, operator: NotIn, values: [ledger]}]')],
        allows: ['web → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081', 'auditor → checkout TCP 8081'],
      },
      {
        name: 'that rule out a namespace by its name take in what is no pod, in a clusterwide policy as well',
        policies: [
          clusterwide(
            onCheckout(
              'ingress: [{fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: NotIn, values: [office]}]}]}]',
            ),
          ),
        ],
        allows: ['web → checkout TCP 8081', 'world → checkout TCP 8081'],
        denies: ['auditor → checkout TCP 8081'],
      },
      {
        name: 'are held to pods in a clusterwide policy, whatever it asks of its subjects',
        policies: [
          clusterwide(
            'endpointSelector: {matchExpressions: [{key: app, operator: Exists}]}\ningress: [{fromEndpoints: [{}]}]',
          ),
        ],
        allows: ['web → checkout TCP 8081'],
        denies: ['world → checkout TCP 8081'],
      },
      {
        name: 'but not where its subjects are those that are starting',
        policies: [
          clusterwide('endpointSelector: {matchLabels: {"reserved:init": ""}}\ningress: [{fromEndpoints: [{}]}]'),
        ],
        allows: ['world → init TCP 80'],
      },
    ],
    ciliumProfile({}, '1.18'),
    [...told, 'init'],
  )
})

describe('parts of an entry', () => {
  const entryOf = (entry: string) =>
    built([onCheckout(`egress: [${entry}]`)]).input.entries.filter(({ isolates }) => !isolates)
  const bank = '{matchName: bank.example}'
  test.each([
    { entry: '{toEntities: [all], toCIDR: [192.0.2.0/24]}', peers: ['any'] },
    { entry: `{toEntities: [all], toFQDNs: [${bank}]}`, peers: ['any', 'addresses'] },
    { entry: `{toEntities: [all], toGroups: [{aws: {}}]}`, peers: ['any'] },
    { entry: '{toServices: [{k8sService: {serviceName: vault}}], toGroups: [{aws: {}}]}', peers: ['some-addresses'] },
    { entry: '{toCIDR: [192.0.2.0/24], toServices: [{k8sService: {serviceName: vault}}]}', peers: ['addresses'] },
    { entry: '{toCIDR: [192.0.2.0/24], toEndpoints: [{}]}', peers: ['pods addresses'] },
    { entry: `{toFQDNs: [${bank}, {matchName: post.example}]}`, peers: ['addresses', 'addresses'] },
  ])('$entry: $peers', ({ entry, peers }) => {
    const shown = entryOf(entry).map((found) =>
      found.peers === 'any' ? 'any' : found.peers.map(({ kind }) => kind).join(' '),
    )
    expect(shown).toEqual(peers)
  })

  test.each([
    ['{matchName: "bank?.example"}', 'bank?.example is no domain name: it may hold letters, digits, -, _ and .'],
    ['{matchPattern: "bank?.*"}', 'bank?.* is no domain name: it may hold letters, digits, -, _, . and *'],
    ['{matchName: "*.example"}', '*.example is no domain name: it may hold letters, digits, -, _ and .'],
  ])('a name that is none is told: %s', (name, message) => {
    const [problem] = built([onCheckout(`egress: [{toFQDNs: [${name}]}]`)]).diagnostics
    expect(problem?.message.endsWith(message)).toBe(true)
  })

  test('entities other than the mesh are older than 1.20', () => {
    expect(showProblems(built([onCheckout('ingress: [{fromEntities: [world, cluster]}]')], '1.19'))).toEqual([])
  })
})

test('a Service and its addresses without a namespace are in that of the apply command', () => {
  const object = (head: string, rest: string): string => `${head}\n${rest}\n`
  const policies = [
    object('apiVersion: v1\nkind: Service\nmetadata: {name: bank}', 'spec: {ports: [{port: 443}]}'),
    object('apiVersion: v1\nkind: Endpoints\nmetadata: {name: bank}', 'subsets: [{addresses: [{ip: 198.51.100.20}]}]'),
    object(
      'apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: bank-1, labels: {kubernetes.io/service-name: bank}}',
      'addressType: IPv4\nendpoints: [{addresses: [198.51.100.30, bank.example]}]',
    ),
    toServices('{k8sService: {serviceName: bank}}'),
  ]
  const reachability = reachOf(built(policies))
  expect(verdict(reachability, 'checkout → 198.51.100.20 TCP 443')).toBe('allow')
  expect(verdict(reachability, 'checkout → 198.51.100.30 TCP 443')).toBe('allow')
  expect(verdict(reachability, 'checkout → world TCP 443')).toBe('deny')
})
