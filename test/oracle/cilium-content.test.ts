import fc from 'fast-check'
import { expect, test } from 'vitest'
import { admits } from '../conformance/layer-seven.ts'
import type { CiliumShop } from './cilium-clusters.ts'
import { worldOfShop } from './cilium-clusters.ts'
import { ciliumConnections, ciliumEngineFor, ciliumSideOf } from './cilium-engine-side.ts'
import { domain, httpRule } from './cilium-policies.ts'
import { names } from './cilium-words.ts'
import { effort } from './effort.ts'
import { identitiesOf } from './naive-cilium-identities.ts'
import type { Connection } from './naive-cilium-ports.ts'
import { admitsContent, type Content, type Request } from './naive-cilium-requests.ts'
import type { Loose, PlainObject } from './plain-objects.ts'

const pod = (name: string, namespace: string): PlainObject => ({
  kind: 'Pod',
  metadata: { name, namespace, labels: { app: name } },
  spec: { containers: [{ name: 'main', ports: [] }] },
})
const shop = ['shop', 'payments'].map((name) => ({ kind: 'Namespace', metadata: { name } }))
const pods = [pod('till', 'shop'), pod('web', 'shop'), pod('resolver', 'payments')]
const at = (name: string) => ({ namespace: name === 'resolver' ? 'payments' : 'shop', pod: name })

const tcp = (port: string) => fc.constant([{ port, protocol: 'TCP' }])
const webPorts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ ports: tcp('80'), rules: fc.record({ http: fc.array(httpRule, { maxLength: 2 }) }) }),
  },
  { weight: 1, arbitrary: fc.record({ ports: tcp('8080'), rules: fc.record({ http: fc.tuple(httpRule) }) }) },
  { weight: 1, arbitrary: fc.record({ ports: fc.constantFrom([{ port: '80' }], [{ port: '79', endPort: 90 }], []) }) },
)
const queryPorts = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      ports: fc.constantFrom('UDP', 'ANY').map((protocol) => [{ port: '53', protocol }]),
      rules: fc.record({ dns: fc.array(domain, { maxLength: 2 }) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ports: fc.constantFrom([{ port: '53' }], [{ port: '0', protocol: 'TCP' }]) }) },
)

const elsewhere = { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'payments' } }
const peers = (field: string) =>
  fc.constantFrom<Loose>(
    {},
    { [`${field}Endpoints`]: [{}, elsewhere] },
    { [`${field}Endpoints`]: [{}] },
    {
      [`${field}Endpoints`]: [elsewhere],
    },
    { [`${field}Entities`]: ['cluster'] },
  )

const entries = (field: string, ports: fc.Arbitrary<Loose>) =>
  fc.array(
    fc
      .tuple(
        peers(field),
        fc.oneof(
          { weight: 8, arbitrary: ports.map((item) => ({ toPorts: [item] })) },
          { weight: 1, arbitrary: fc.constant({}) },
        ),
      )
      .map(([who, what]) => ({ ...who, ...what })),
    { maxLength: 3 },
  )

const rule = fc.record({
  ingress: entries('from', webPorts),
  egress: entries('to', queryPorts),
  ingressDeny: fc.constantFrom([], [], [], [{ toPorts: [{ ports: [{ port: '8080', protocol: 'TCP' }] }] }]),
  isolates: fc.nat({ max: 3 }).map((chance) => chance > 0),
})

/** Policies on the till whose entries differ in what they ask of the content of a connection. */
const policies: fc.Arbitrary<CiliumShop> = fc.array(rule, { minLength: 1, maxLength: 3 }).map((rules) => ({
  settings: { enforcement: 'default', hostFirewall: false, apiServer: 'inside', isOld: false },
  objects: [
    ...shop,
    ...pods,
    ...rules
      .filter(({ ingress, egress, ingressDeny }) => ingress.length + egress.length + ingressDeny.length > 0)
      .map(({ isolates, ...lists }, index) => ({
        kind: 'CiliumNetworkPolicy',
        apiVersion: 'cilium.io/v2',
        metadata: { name: `content-${index}`, namespace: 'shop' },
        spec: {
          endpointSelector: { matchLabels: { app: 'till' } },
          enableDefaultDeny: isolates ? undefined : { ingress: false, egress: false },
          ...lists,
        },
      })),
  ],
}))

const requests: readonly Request[] = ['GET', 'HEAD', 'POST'].flatMap((method) =>
  ['/cart', '/cart/7', '/', '/cart?id=7'].flatMap((path) =>
    ['shop.example', 'shop.test'].flatMap((host) =>
      [{}, { 'X-Till': 'front' }, { 'X-Till': 'back' }].map((headers) => ({ method, path, host, headers })),
    ),
  ),
)

/** Whether a qualifier of the engine's lets content through. */
function holds(qualifier: string, content: Content): boolean {
  if ('query' in content) return admits(qualifier, { l7: `DNS ${content.query}`, name: undefined })
  const { method, path, host, headers } = content
  const said = [`Host: ${host}`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)]
  // Every condition speaks of the method, the path or one header.
  return qualifier
    .split(' and ')
    .every((condition) =>
      said.some((header) => admits(condition, { l7: `HTTP ${method} ${path} ${header}`, name: undefined })),
    )
}

interface Probe {
  readonly from: string
  readonly to: string
  readonly connection: Connection
  readonly content: Content
}

const asked: readonly Probe[] = [
  ...['web', 'resolver'].flatMap((from) =>
    [80, 8080].flatMap((port) =>
      requests.map((content) => ({ from, to: 'till', connection: { protocol: 'TCP' as const, port }, content })),
    ),
  ),
  ...['web', 'resolver'].flatMap((to) =>
    (['UDP', 'TCP'] as const).flatMap((protocol) =>
      [...names, 'shop.test'].map((query) => ({
        from: 'till',
        to,
        connection: { protocol, port: 53 },
        content: { query },
      })),
    ),
  ),
]

/** Counted, so that it is seen that the rules matter. */
const seen = { admitted: 0, refused: 0, limited: 0 }

function disagreementsIn(found: CiliumShop): string[] {
  const world = worldOfShop(found)
  const connections = ciliumConnections(ciliumEngineFor(ciliumSideOf(found)))
  return asked.flatMap((probe) => {
    const { connection, content } = probe
    const [from, to] = [at(probe.from), at(probe.to)]
    const [source] = identitiesOf(world, from, to)
    const [destination] = identitiesOf(world, to, from)
    if (source === undefined || destination === undefined) throw new Error('nobody is there')
    const shared = { connection, name: undefined, groups: new Set<string>() }
    const leaves = { ...shared, subject: source, peer: destination, direction: 'egress' } as const
    const enters = { ...shared, subject: destination, peer: source, direction: 'ingress' } as const
    const truth = admitsContent(world, leaves, content) && admitsContent(world, enters, content)
    const { must, may } = connections(from, to)
    const engine = [must, may].map((set) =>
      set.withoutQualifiers((text) => !holds(text, content)).has(connection.protocol, connection.port),
    )
    seen[truth ? 'admitted' : 'refused'] += 1
    if (!truth && must.has(connection.protocol, connection.port)) seen.limited += 1
    return engine.every((answer) => answer === truth) ? [] : [`${JSON.stringify(probe)} ${truth}, not ${engine}`]
  })
}

test('requests and queries pass as a naive reading of the rules lets them', () => {
  const agree = fc.property(policies, (found) => {
    expect(disagreementsIn(found).slice(0, 3)).toEqual([])
  })
  fc.assert(agree, effort(100))
  const total = seen.admitted + seen.refused
  expect(seen.admitted).toBeGreaterThan(total / 20)
  expect(seen.limited).toBeGreaterThan(total / 100)
})
