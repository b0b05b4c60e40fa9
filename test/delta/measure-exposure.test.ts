import { describe, expect, test } from 'vitest'
import type { Exposure, MetricName } from '../../src/delta/exposure.ts'
import { compareExposure, measureExposure } from '../../src/delta/measure-exposure.ts'
import type { SideView } from '../../src/delta/side-view.ts'
import { equalityOf } from '../../src/model/label-expression.ts'
import type { NetworkProfile } from '../../src/model/network-profile.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { analyse } from './shop-delta.ts'

const workload = (
  name: string,
  { namespace = 'shop', port = 8080, image = `shop.example/${name}`, spec = '' } = {},
): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${spec}containers: [{name: ${name}, image: "${image}", ports: [{containerPort: ${port}}]}]}
`
const service = (name: string, { type = 'ClusterIP', port = 8080, more = '', note = '' } = {}): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop, annotations: {${note}}}
spec: {type: ${type}, selector: {app: ${name}}, ports: [{port: 80, targetPort: ${port}}]${more}}
`
const policy = (name: string, spec: string, namespace = 'shop'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: ${namespace}}
spec: {${spec}}
`
const front = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
`
const denyIngress = policy('deny', 'podSelector: {}, policyTypes: [Ingress]')
const admit = (from: string): string =>
  policy('admit', `podSelector: {matchLabels: {app: web}}, ingress: [{from: ${from}}]`)
const named = (name: string): string => `[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}]`

function view(objects: readonly string[], profile: Partial<NetworkProfile> = {}): SideView {
  const { head } = analyse({}, { 'shop.yaml': objects.join('---') }, profile)
  if (head === undefined) throw new Error('head is there')
  return head
}

const names = (exposure: Exposure, metric: MetricName): string[] => exposure[metric].map(({ name }) => name)

interface EdgeCase {
  readonly name: string
  readonly objects: readonly string[]
  readonly profile?: Partial<NetworkProfile>
  /** Services offered to the internet, open to it; on an internal edge, open there; on nodes, open there. */
  readonly edges: string
}

const web = workload('web')
const nginx = { namespace: 'edge', labels: equalityOf([['app', 'nginx']]) }
const edgeCases: readonly EdgeCase[] = [
  { name: 'a Service inside the cluster', objects: [web, service('web')], edges: '- - - - - -' },
  {
    name: 'a balancer opens node ports as well',
    objects: [web, service('web', { type: 'LoadBalancer' })],
    edges: 'web web - - web web',
  },
  {
    name: '122. a balancer the policy blocks',
    objects: [web, service('web', { type: 'LoadBalancer' }), denyIngress],
    edges: 'web - - - web -',
  },
  {
    name: 'a balancer for some clients, whom the policy admits',
    objects: [
      web,
      service('web', { type: 'LoadBalancer', more: ', loadBalancerSourceRanges: [203.0.113.0/24]' }),
      admit('[{ipBlock: {cidr: 203.0.113.0/24}}]'),
    ],
    edges: 'web web - - web web',
  },
  {
    name: 'a balancer for some clients, and the policy admits others',
    objects: [
      web,
      service('web', { type: 'LoadBalancer', more: ', loadBalancerSourceRanges: [203.0.113.0/24]' }),
      admit('[{ipBlock: {cidr: 198.51.100.0/24}}]'),
    ],
    edges: 'web - - - web web',
  },
  {
    name: 'an internal balancer',
    objects: [web, service('web', { type: 'LoadBalancer', note: 'networking.gke.io/load-balancer-type: Internal' })],
    edges: '- - web web web web',
  },
  {
    name: 'a balancer to no pod',
    objects: [service('web', { type: 'LoadBalancer' })],
    edges: 'web - - - web -',
  },
  {
    name: 'two ways, counted once',
    objects: [web, service('web', { type: 'LoadBalancer' }), front],
    edges: 'web web - - web web',
  },
  {
    name: 'an Ingress, nothing isolated',
    objects: [web, service('web'), front],
    edges: 'web web - - - -',
  },
  { name: 'an Ingress, isolated', objects: [web, service('web'), front, denyIngress], edges: 'web - - - - -' },
  {
    name: '132. an Ingress, a usual controller is admitted',
    objects: [web, service('web'), front, admit(named('ingress-nginx'))],
    edges: 'web web - - - -',
  },
  ...[
    'policy-group.network.openshift.io/ingress: ""',
    'network.openshift.io/policy-group: ingress',
    'policy-group.network.openshift.io/host-network: ""',
  ].map(
    (label): EdgeCase => ({
      name: `an Ingress, the router of OpenShift is admitted by ${label}`,
      objects: [web, service('web'), front, admit(`[{namespaceSelector: {matchLabels: {${label}}}}]`)],
      edges: 'web web - - - -',
    }),
  ),
  {
    name: 'an Ingress, a namespace that may be anything is admitted',
    objects: [web, service('web'), front, admit(named('billing'))],
    edges: 'web - - - - -',
  },
  {
    name: 'an Ingress, the configured controller is admitted',
    objects: [web, service('web'), front, admit(named('edge'))],
    profile: { ingressControllers: [nginx] },
    edges: 'web web - - - -',
  },
  {
    name: 'an Ingress, another one than the configured controller is admitted',
    objects: [web, service('web'), front, admit(named('ingress-nginx'))],
    profile: { ingressControllers: [nginx] },
    edges: 'web - - - - -',
  },
  {
    name: 'the host network',
    objects: [workload('agent', { spec: 'hostNetwork: true, ' }), denyIngress],
    edges: '- - - - agent agent',
  },
]

describe('ways in', () => {
  test.each(edgeCases)('$name', ({ objects, profile, edges }) => {
    const exposure = measureExposure(view(objects, profile))
    const metrics = [
      'internet-services',
      'internet-services-effective',
      'internal-edge-services',
      'internal-edge-services-effective',
      'node-services',
      'node-services-effective',
    ] as const
    const found = metrics.map((metric) => names(exposure, metric).join(' ').replace('shop/', '') || '-')
    expect(found.join(' ')).toBe(edges)
  })

  test('a member tells every way', () => {
    const exposure = measureExposure(view([web, service('web', { type: 'LoadBalancer' }), front]))
    expect(exposure['internet-services']).toEqual([
      {
        name: 'shop/web',
        detail: 'through Ingress shop/front (shop.example/) and through LoadBalancer shop/web on TCP 80',
      },
    ])
  })
})

describe('between namespaces', () => {
  test.each([
    { name: 'nothing isolated', policies: [], cross: 'from any namespace', open: true },
    { name: 'isolated', policies: [denyIngress], cross: undefined, open: false },
    { name: 'its own namespace', policies: [admit('[{podSelector: {}}]')], cross: undefined, open: false },
    { name: 'another namespace', policies: [admit(named('billing'))], cross: 'from billing', open: false },
    { name: 'any namespace', policies: [admit('[{namespaceSelector: {}}]')], cross: 'from any namespace', open: true },
    { name: 'addresses', policies: [admit('[{ipBlock: {cidr: 0.0.0.0/0}}]')], cross: undefined, open: false },
    {
      name: 'another namespace that may not send',
      policies: [admit(named('billing')), policy('deny', 'podSelector: {}, policyTypes: [Egress]', 'billing')],
      cross: undefined,
      open: false,
    },
    {
      name: 'a port the Service does not lead to',
      policies: [policy('admit', 'podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 9100}]}]')],
      cross: undefined,
      open: false,
    },
  ])('$name', ({ policies, cross, open }) => {
    const exposure = measureExposure(view([web, service('web'), ...policies]))
    expect(exposure['cross-namespace-services'][0]?.detail).toBe(cross)
    expect(names(exposure, 'open-services')).toEqual(open ? ['shop/web'] : [])
  })

  const shops = [web, service('web'), workload('till', { namespace: 'till' }), workload('bank', { namespace: 'bank' })]
  test.each([
    { name: 'its own namespace', policies: [admit('[{podSelector: {}}]')], pairs: [] },
    {
      name: 'two others',
      policies: [admit(`${named('till').slice(0, -1)}, ${named('bank').slice(1)}`)],
      pairs: ['shop/web ← bank', 'shop/web ← till'],
    },
    {
      name: 'one that may not send',
      policies: [
        admit(`${named('till').slice(0, -1)}, ${named('bank').slice(1)}`),
        policy('deny', 'podSelector: {}, policyTypes: [Egress]', 'bank'),
      ],
      pairs: ['shop/web ← till'],
    },
    { name: 'any, those of the tree and of the DNS counted', policies: [], pairs: ['shop/web ← any namespace ×3'] },
  ])('pairs with $name', ({ policies, pairs }) => {
    const members = measureExposure(view([...shops, ...policies]))['cross-namespace-pairs']
    expect(members.map(({ name, count }) => (count === undefined ? name : `${name} ×${count}`))).toEqual(pairs)
  })

  test('pairs that become any namespace are not lost', () => {
    const sideOf = (...policies: readonly string[]) => ({ 'shop.yaml': [...shops, ...policies].join('---') })
    const found = analyse(sideOf(admit(named('till'))), sideOf())
    const pairs = compareExposure(found.base as SideView, found.head as SideView).find(
      ({ metric }) => metric === 'cross-namespace-pairs',
    )
    expect(pairs).toMatchObject({ base: 1, head: 3, gained: [{ name: 'shop/web ← any namespace' }], lost: [] })
  })
})

describe('ways out', () => {
  const egress = (to: string): string =>
    policy('out', `podSelector: {}, policyTypes: [Egress], egress: [{to: [${to}]}]`)
  const block = (cidr: string): string => `{ipBlock: {cidr: ${cidr}}}`
  test.each([
    { name: 'nothing isolated', policies: [], found: 'any private metadata' },
    { name: 'isolated', policies: [policy('out', 'podSelector: {}, policyTypes: [Egress]')], found: '' },
    { name: 'all of IPv4', policies: [egress(block('0.0.0.0/0'))], found: 'any private metadata' },
    {
      name: 'two halves',
      policies: [egress(`${block('0.0.0.0/1')}, ${block('128.0.0.0/1')}`)],
      found: 'any private metadata',
    },
    { name: 'all IPv6 that is given out', policies: [egress(block('2000::/3'))], found: 'any' },
    { name: 'one half', policies: [egress(block('0.0.0.0/1'))], found: 'broad private metadata' },
    { name: 'two /16', policies: [egress(block('203.0.0.0/15'))], found: 'broad' },
    { name: 'one /16', policies: [egress(block('203.0.0.0/16'))], found: 'narrow' },
    { name: 'one IPv6 /48', policies: [egress(block('2001:db8:1::/48'))], found: 'narrow' },
    { name: 'a private network', policies: [egress(block('10.20.0.0/16'))], found: 'private' },
    { name: 'the metadata address', policies: [egress(block('169.254.169.254/32'))], found: 'metadata' },
    { name: 'pods', policies: [egress('{namespaceSelector: {}}')], found: '' },
  ])('$name', ({ policies, found }) => {
    const exposure = measureExposure(view([web, ...policies]))
    const metrics = [
      'internet-egress-any',
      'internet-egress-broad',
      'internet-egress-narrow',
      'private-egress',
      'metadata-egress',
    ] as const
    const counted = metrics.filter((metric) => names(exposure, metric).includes('shop/web'))
    expect(counted.map((metric) => metric.replace(/internet-egress-|-egress/, '')).join(' ')).toBe(found)
  })

  test('the ranges of the cluster are no private network', () => {
    const ranges = {
      pods: AddressSet.of('10.20.0.0/16'),
      services: AddressSet.none,
      nodes: AddressSet.none,
      private: AddressSet.none,
    }
    expect(names(measureExposure(view([web, egress(block('10.20.0.0/16'))], { ranges })), 'private-egress')).toEqual([])
  })
})

describe('isolation', () => {
  const agent = workload('agent', { spec: 'hostNetwork: true, ' })
  const changes = (objects: readonly string[], profile: Partial<NetworkProfile> = {}): Map<string, string> => {
    const head = view(objects, profile)
    return new Map(
      compareExposure(head, head).map(({ metric, head: count, total }) => [metric, `${count} of ${total}`]),
    )
  }

  test('pods on the host network are never isolated', () => {
    const found = changes([web, agent, denyIngress])
    expect(found.get('isolated-ingress')).toBe('1 of 2')
    expect(found.get('isolated-egress')).toBe('0 of 2')
  })

  test('a namespace has default deny when a pod without labels is isolated', () => {
    const some = policy('some', 'podSelector: {matchLabels: {app: ledger}}, policyTypes: [Ingress]', 'billing')
    expect(changes([web, denyIngress, some]).get('default-deny-ingress')).toBe('1 of 2')
  })

  test('namespaces that live elsewhere do not count', () => {
    const externalNamespaces = new Map([['billing', new Map<string, string>()]])
    const ledger = workload('ledger', { namespace: 'billing' })
    expect(changes([web, ledger, denyIngress], { externalNamespaces }).get('default-deny-ingress')).toBe('1 of 1')
  })
})

describe('sensitive ports', () => {
  const db = workload('db', { port: 5432, image: 'postgres:17' })
  const from = (peers: string): string => policy('db', `podSelector: {}, ingress: [{from: ${peers}}]`)
  test.each([
    { name: 'a database, nothing isolated', objects: [db], found: ['shop/db TCP 5432 PostgreSQL, from any namespace'] },
    { name: 'a database for its namespace', objects: [db, from('[{podSelector: {}}]')], found: [] },
    {
      name: 'a database for another namespace',
      objects: [db, from(named('reports'))],
      found: ['shop/db TCP 5432 PostgreSQL, from other namespaces'],
    },
    {
      name: 'a database for addresses',
      objects: [db, from('[{ipBlock: {cidr: 0.0.0.0/0}}]')],
      found: ['shop/db TCP 5432 PostgreSQL, from the internet'],
    },
    {
      name: 'a database behind a balancer',
      objects: [db, service('db', { type: 'LoadBalancer', port: 5432 })],
      found: ['shop/db TCP 5432 PostgreSQL, from the internet'],
    },
    {
      name: 'SSH for its namespace',
      objects: [workload('box', { port: 22 }), web, from('[{podSelector: {}}]')],
      found: ['shop/box TCP 22 SSH, from its own namespace'],
    },
    { name: 'an ambiguous port', objects: [workload('web', { port: 3000 })], found: [] },
    {
      name: 'an ambiguous port, told by the image',
      objects: [workload('board', { port: 3000, image: 'grafana/grafana:12.0.0' })],
      found: ['shop/board TCP 3000 Grafana, from any namespace'],
    },
    {
      name: 'a port nobody declares but a Service',
      objects: [workload('db', { port: 80 }), service('db', { port: 3306 })],
      found: ['shop/db TCP 3306 MySQL, from any namespace'],
    },
  ])('$name', ({ objects, found }) => {
    const members = measureExposure(view(objects))['sensitive-ports']
    expect(members.map(({ name, detail }) => `${name} ${detail}`)).toEqual(found)
  })
})

describe('across the change', () => {
  const before = { 'shop.yaml': [web, service('web'), denyIngress].join('---') }
  const after = { 'shop.yaml': [web, service('web', { type: 'LoadBalancer' }), workload('cart')].join('---') }
  const compact = (name: string): string => name.replaceAll(' ', '')
  const moves = (base: Record<string, string>, head: Record<string, string>): string[] => {
    const found = analyse(base, head)
    const changes = compareExposure(found.base as SideView, found.head as SideView)
    return changes
      .filter(({ gained, lost }) => gained.length + lost.length > 0)
      .map(
        ({ metric, gained, lost }) =>
          `${metric} ${gained.map(({ name }) => `+${compact(name)}`)} ${lost.map(({ name }) => `-${compact(name)}`)}`,
      )
  }

  test('members come and go', () => {
    expect(moves(before, after)).toEqual([
      'internet-services +shop/web ',
      'internet-services-effective +shop/web ',
      'node-services +shop/web ',
      'node-services-effective +shop/web ',
      'cross-namespace-services +shop/web ',
      'cross-namespace-pairs +shop/web←anynamespace ',
      'open-services +shop/web ',
      'internet-egress-any +shop/cart ',
      'private-egress +shop/cart ',
      'metadata-egress +shop/cart ',
      'isolated-ingress  -shop/web',
      'default-deny-ingress  -shop',
    ])
  })

  test('turned round, what came goes', () => {
    const swapped = (line: string): string => {
      const [metric, gained = '', lost = ''] = line.split(' ')
      return `${metric} ${lost.replace('-', '+')} ${gained.replace('+', '-')}`
    }
    expect(moves(after, before)).toEqual(moves(before, after).map(swapped))
  })

  test('nothing moves between equal sides', () => {
    expect(moves(after, { ...after })).toEqual([])
  })
})
