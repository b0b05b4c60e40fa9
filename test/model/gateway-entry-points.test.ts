import { describe, expect, test } from 'vitest'
import { codesOf, lineOf, shopWith, showEntries, showProblems } from './shop-entry-points.ts'

const services = `apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http}, {name: voice, port: 90, protocol: UDP, targetPort: 7000}]
---
apiVersion: v1
kind: Service
metadata: {name: pay, namespace: shop}
spec: {selector: {app: payments}, ports: [{port: 80, targetPort: http}]}
---
`

interface GatewayOptions {
  readonly namespace?: string
  readonly spec?: string
  readonly metadata?: string
}

/** A Gateway with listeners in flow style. */
function gateway(listeners: string, { namespace = 'shop', spec = '', metadata = '' }: GatewayOptions = {}): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: door, namespace: ${namespace}${metadata}}
spec: {gatewayClassName: any${spec}, listeners: [${listeners}]}
---
`
}

interface RouteOptions {
  readonly kind?: string
  readonly namespace?: string
  readonly parents?: string
  readonly hostnames?: string
  readonly backends?: string
}

const toFront = '{name: front, port: 80}'

function route({
  kind = 'HTTPRoute',
  namespace = 'shop',
  parents = '{name: door}',
  hostnames = '',
  backends = toFront,
}: RouteOptions = {}): string {
  const hosts = hostnames === '' ? '' : `\n  hostnames: [${hostnames}]`
  return `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata: {name: way, namespace: ${namespace}}
spec:
  parentRefs: [${parents}]${hosts}
  rules:
    - backendRefs: [${backends}]
---
`
}

const http = '{name: web, port: 80, protocol: HTTP}'
const open = ['gateway internet → shop/web TCP 8000']

describe('which listeners a route joins', () => {
  const listener = (more: string) => `{name: web, port: 80, protocol: HTTP, ${more}}`
  const inEdge = { namespace: 'edge' }
  const fromShop = { parents: '{name: door, namespace: edge}' }
  const cases = [
    { name: 'one of its own namespace', door: gateway(http), way: route(), opens: open },
    { name: 'no parent, no entry point', door: gateway(http), way: route({ parents: '' }), opens: [] },
    {
      name: '136. another namespace is not admitted by default',
      door: gateway(http, inEdge),
      way: route(fromShop),
      opens: [],
    },
    {
      name: '136. from: All',
      door: gateway(listener('allowedRoutes: {namespaces: {from: All}}'), inEdge),
      way: route(fromShop),
      opens: open,
    },
    {
      name: '136. a selector that matches',
      door: gateway(
        listener('allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: store}}}}'),
        inEdge,
      ),
      way: route(fromShop),
      opens: open,
    },
    {
      name: 'a selector that does not match',
      door: gateway(
        listener('allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: bank}}}}'),
        inEdge,
      ),
      way: route(fromShop),
      opens: [],
    },
    {
      name: 'a selector with an expression',
      door: gateway(
        listener(
          'allowedRoutes: {namespaces: {from: Selector, selector: {matchExpressions: [{key: team, operator: NotIn, values: [store]}]}}}',
        ),
        inEdge,
      ),
      way: route(fromShop),
      opens: [],
    },
    {
      name: 'from: Selector without a selector admits nobody',
      door: gateway(listener('allowedRoutes: {namespaces: {from: Selector}}'), inEdge),
      way: route(fromShop),
      opens: [],
    },
    { name: 'HTTP takes GRPCRoutes', door: gateway(http), way: route({ kind: 'GRPCRoute' }), opens: open },
    { name: '139. HTTP takes no TCPRoute', door: gateway(http), way: route({ kind: 'TCPRoute' }), opens: [] },
    {
      name: 'TCP takes TCPRoutes',
      door: gateway('{name: raw, port: 80, protocol: TCP}'),
      way: route({ kind: 'TCPRoute' }),
      opens: open,
    },
    { name: 'TCP takes no HTTPRoute', door: gateway('{name: raw, port: 80, protocol: TCP}'), way: route(), opens: [] },
    {
      name: 'TLS takes TLSRoutes',
      door: gateway('{name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}}'),
      way: route({ kind: 'TLSRoute' }),
      opens: open,
    },
    {
      name: 'TLS passed through takes no TCPRoute',
      door: gateway('{name: tls, port: 443, protocol: TLS, tls: {mode: Passthrough}}'),
      way: route({ kind: 'TCPRoute' }),
      opens: [],
    },
    {
      name: 'TLS that ends here takes TCPRoutes',
      door: gateway('{name: tls, port: 443, protocol: TLS, tls: {mode: Terminate}}'),
      way: route({ kind: 'TCPRoute' }),
      opens: open,
    },
    {
      name: 'kinds that are listed replace those of the protocol',
      door: gateway(listener('allowedRoutes: {kinds: [{kind: GRPCRoute}]}')),
      way: route(),
      opens: [],
    },
    {
      name: '140. a section of that name',
      door: gateway(`${http}, {name: admin, port: 81, protocol: HTTP}`),
      way: route({ parents: '{name: door, sectionName: admin}' }),
      opens: open,
    },
    {
      name: '140. no section of that name',
      door: gateway(http),
      way: route({ parents: '{name: door, sectionName: admin}' }),
      opens: [],
    },
    {
      name: 'a section that does not take the kind',
      door: gateway(`${http}, {name: admin, port: 81, protocol: TCP}`),
      way: route({ parents: '{name: door, sectionName: admin}' }),
      opens: [],
    },
    { name: 'another port', door: gateway(http), way: route({ parents: '{name: door, port: 443}' }), opens: [] },
    { name: 'the same port', door: gateway(http), way: route({ parents: '{name: door, port: 80}' }), opens: open },
    {
      name: '131. a host within the wildcard',
      door: gateway(listener('hostname: "*.shop.example"')),
      way: route({ hostnames: 'a.b.shop.example' }),
      opens: open,
    },
    {
      name: '141. the apex is not within the wildcard',
      door: gateway(listener('hostname: "*.shop.example"')),
      way: route({ hostnames: 'shop.example' }),
      opens: [],
    },
    {
      name: '141. another domain',
      door: gateway(listener('hostname: "*.shop.example"')),
      way: route({ hostnames: 'bank.example' }),
      opens: [],
    },
    {
      name: 'a domain that merely ends alike',
      door: gateway(listener('hostname: "*.shop.example"')),
      way: route({ hostnames: 'myshop.example' }),
      opens: [],
    },
    {
      name: 'one host in common is enough',
      door: gateway(listener('hostname: a.shop.example')),
      way: route({ hostnames: 'bank.example, "*.shop.example"' }),
      opens: open,
    },
    {
      name: 'a listener without a name takes every host',
      door: gateway(http),
      way: route({ hostnames: 'bank.example' }),
      opens: open,
    },
    {
      name: 'TCPRoutes know no hosts',
      door: gateway('{name: raw, port: 80, protocol: TCP, hostname: a.example}'),
      way: route({ kind: 'TCPRoute', hostnames: 'b.example' }),
      opens: open,
    },
    {
      name: '142. the Service of a mesh is no way in',
      door: gateway(http),
      way: route({ parents: '{group: "", kind: Service, name: front}' }),
      opens: [],
    },
  ]
  test.each(cases)('$name', ({ door, way, opens }) => {
    const found = shopWith(`${services}${door}${way}`)
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  test('136. a grant for references does not open a listener to another namespace', () => {
    const grant = `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: come-in, namespace: edge}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: gateway.networking.k8s.io, kind: Gateway}]}
`
    expect(showEntries(shopWith(`${services}${gateway(http, inEdge)}${route(fromShop)}${grant}`))).toEqual([])
  })

  test('labels nobody declared may be those the selector asks for', () => {
    const door = gateway(
      listener('allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {team: store}}}}'),
      inEdge,
    )
    const elsewhere = services.replaceAll('namespace: shop', 'namespace: annex')
    const found = shopWith(`${elsewhere}${door}${route({ ...fromShop, namespace: 'annex' })}`)
    expect(showEntries(found)).toEqual(['gateway internet → nobody'])
  })

  test('what a template says of the namespaces may be anything', () => {
    const found = shopWith(
      `${services}${gateway(listener('allowedRoutes: {namespaces: {from: "{{ .Values.from }}"}}'), inEdge)}${route(fromShop)}`,
    )
    expect(showEntries(found)).toEqual(open)
    expect(found.diagnostics).toMatchObject([{ code: 'template-value', effect: 'wider' }])
  })

  test('a value of `from` that does not exist is refused', () => {
    const found = shopWith(
      `${services}${gateway(listener('allowedRoutes: {namespaces: {from: Any}}'), inEdge)}${route(fromShop)}`,
    )
    expect(codesOf(found)).toEqual(['gateway-refused'])
  })

  test('a Gateway that is not in the tree counts as open to the internet', () => {
    const found = shopWith(`${services}${route({ parents: '{name: door, namespace: platform}' })}`)
    expect(showEntries(found)).toEqual(open)
    expect(found.entryPoints[0]?.detail).toContain('platform/door is not among the manifests')
    expect(found.diagnostics).toMatchObject([{ code: 'gateway-missing', effect: 'none' }])
  })
})

describe('ListenerSets', () => {
  const set = (parent = '{name: door, namespace: edge}', kind = 'gateway.networking.k8s.io/v1\nkind: ListenerSet') =>
    `apiVersion: ${kind}\nmetadata: {name: more, namespace: shop}\nspec: {parentRef: ${parent}, listeners: [${http}]}\n---\n`
  const toSet = route({ parents: '{kind: ListenerSet, name: more}' })
  const taking = (from: string) =>
    gateway('', { namespace: 'edge', spec: `, allowedListeners: {namespaces: {from: ${from}}}` })

  test.each([
    { name: 'a Gateway takes none by default', door: gateway('', { namespace: 'edge' }), opens: [] },
    { name: 'a Gateway that takes them from everywhere', door: taking('All'), opens: open },
    { name: 'a Gateway that takes them from its namespace only', door: taking('Same'), opens: [] },
  ])('$name', ({ door, opens }) => {
    const found = shopWith(`${services}${door}${set()}${toSet}`)
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  test('the one of experimental times is read alike', () => {
    const experimental = set(undefined, 'gateway.networking.x-k8s.io/v1alpha1\nkind: XListenerSet')
    const way = route({ parents: '{group: gateway.networking.x-k8s.io, kind: XListenerSet, name: more}' })
    expect(showEntries(shopWith(`${services}${taking('All')}${experimental}${way}`))).toEqual(open)
  })

  test('a route that names the Gateway does not join the listeners of a set', () => {
    const found = shopWith(`${services}${taking('All')}${set()}${route({ parents: '{name: door, namespace: edge}' })}`)
    expect(showEntries(found)).toEqual([])
  })

  test('the way leads through the Gateway', () => {
    const found = shopWith(`${services}${taking('All')}${set()}${toSet}`)
    expect(found.entryPoints[0]?.via.map(({ kind }) => kind)).toEqual([
      'Gateway',
      'ListenerSet',
      'HTTPRoute',
      'Service',
    ])
  })
})

describe('where a route leads', () => {
  const cases = [
    {
      name: '137. weight 0 gets no traffic',
      backends: '{name: pay, port: 80, weight: 0}, {name: front, port: 80}',
      opens: open,
    },
    {
      name: '137. weight 1 does',
      backends: '{name: pay, port: 80, weight: 1}, {name: front, port: 80}',
      opens: ['gateway internet → shop/payments TCP 8002', ...open],
    },
    {
      name: 'a mirror at a backend gets traffic',
      backends:
        '{name: front, port: 80, filters: [{type: RequestMirror, requestMirror: {backendRef: {name: pay, port: 80}}}]}',
      opens: [...open, 'gateway internet → shop/payments TCP 8002'],
    },
    {
      name: 'a mirror at a backend without weight gets none',
      backends:
        '{name: front, port: 80, weight: 0, filters: [{type: RequestMirror, requestMirror: {backendRef: {name: pay, port: 80}}}]}',
      opens: [],
    },
    { name: 'one port named twice is one entry point', backends: `${toFront}, ${toFront}`, opens: open },
  ]
  test.each(cases)('$name', ({ backends, opens }) => {
    const found = shopWith(`${services}${gateway(http)}${route({ backends })}`)
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  const withRules = (rules: string) =>
    `${services}${gateway(http)}apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: way, namespace: shop}
spec: {parentRefs: [{name: door}], rules: ${rules}}
`
  test.each([
    {
      name: '138. a mirror at a rule gets traffic',
      rules: `[{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: pay, port: 80}}}], backendRefs: [${toFront}]}]`,
      opens: ['gateway internet → shop/payments TCP 8002', ...open],
    },
    {
      name: 'who is asked for leave gets traffic',
      rules: `[{filters: [{type: ExternalAuth, externalAuth: {protocol: HTTP, backendRef: {name: pay, port: 80}}}], backendRefs: [${toFront}]}]`,
      opens: ['gateway internet → shop/payments TCP 8002', ...open],
    },
    {
      name: 'a redirect needs no backend',
      rules: '[{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}]',
      opens: [],
    },
  ])('$name', ({ rules, opens }) => {
    const found = shopWith(withRules(rules))
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  test('a UDPRoute looks for a UDP port', () => {
    const door = gateway('{name: voice, port: 90, protocol: UDP}')
    const found = shopWith(`${services}${door}${route({ kind: 'UDPRoute', backends: '{name: front, port: 90}' })}`)
    expect(showEntries(found)).toEqual(['gateway internet → shop/web UDP 7000'])
    const missing = shopWith(`${services}${door}${route({ kind: 'UDPRoute' })}`)
    expect(codesOf(missing)).toEqual(['backend-missing'])
  })

  test.each([
    { name: '143. no port', backends: '{name: front}', code: 'backend-missing', effect: 'none' },
    { name: 'no such port', backends: '{name: front, port: 8000}', code: 'backend-missing', effect: 'none' },
    { name: 'no such Service', backends: '{name: soon, port: 80}', code: 'backend-missing', effect: 'none' },
    { name: 'no name', backends: '{port: 80}', code: 'backend-missing', effect: 'none' },
    {
      name: 'another kind',
      backends: '{kind: ServiceImport, group: multicluster.x-k8s.io, name: front, port: 80}',
      code: 'backend-unsupported',
      effect: 'narrower',
    },
    {
      name: 'a templated port',
      backends: '{name: front, port: "{{ .Values.port }}"}',
      code: 'template-value',
      effect: 'narrower',
    },
    {
      name: 'a templated name',
      backends: '{name: "{{ .Values.backend }}", port: 80}',
      code: 'template-value',
      effect: 'narrower',
    },
  ])('$name: nothing is served, and another backend still is', ({ backends, code, effect }) => {
    const found = shopWith(`${services}${gateway(http)}${route({ backends: `${backends}, {name: pay, port: 80}` })}`)
    expect(showEntries(found)).toEqual(['gateway internet → shop/payments TCP 8002'])
    expect(found.diagnostics).toMatchObject([{ code, effect }])
  })

  test('pods see the gateway; the line is that of the backend, the hosts are for the message', () => {
    const found = shopWith(`${services}${gateway(http)}${route({ hostnames: 'shop.example' })}`)
    expect(found.entryPoints[0]).toMatchObject({
      seenAs: 'controller',
      detail: 'shop.example through Gateway shop/door',
    })
    expect(lineOf(found.entryPoints[0])).toBe(25)
  })

  test.each([
    ['a class', { spec: '', metadata: '' }, 'gke-l7-rilb'],
    [
      'an annotation for its balancer',
      { spec: ', infrastructure: {annotations: {networking.gke.io/load-balancer-type: Internal}}' },
      'any',
    ],
    [
      'an annotation of its own',
      { metadata: ', annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}' },
      'any',
    ],
  ])('%s may keep a Gateway inside a private network', (_, options, name) => {
    const door = gateway(http, options).replace('gatewayClassName: any', `gatewayClassName: ${name}`)
    expect(showEntries(shopWith(`${services}${door}${route()}`))).toEqual(['gateway internal → shop/web TCP 8000'])
  })
})

describe('references into another namespace', () => {
  const way = route({
    namespace: 'visitors',
    parents: '{name: door, namespace: shop}',
    backends: '{name: front, namespace: shop, port: 80}',
  })
  const door = gateway('{name: web, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}')
  const grant = ({
    namespace = 'shop',
    from = 'visitors',
    fromKind = 'HTTPRoute',
    to = 'kind: Service',
    version = 'v1beta1',
    kind = 'ReferenceGrant',
  } = {}) =>
    `apiVersion: gateway.networking.k8s.io/${version}
kind: ${kind}
metadata: {name: come-in, namespace: ${namespace}}
spec: {from: [{group: gateway.networking.k8s.io, kind: ${fromKind}, namespace: ${from}}], to: [{group: "", ${to}}]}
`

  test('133. without a grant nothing is served', () => {
    const found = shopWith(`${services}${door}${way}`)
    expect(showEntries(found)).toEqual([])
    expect(found.diagnostics).toMatchObject([{ code: 'backend-not-granted', effect: 'none' }])
  })

  test('where more may be applied than is seen, there may be a grant', () => {
    const found = shopWith(`${services}${door}${way}`, { open: true })
    expect(found.diagnostics).toMatchObject([{ code: 'backend-not-granted', effect: 'narrower' }])
  })

  test.each([
    { name: '134. a grant for the kind', granted: grant() },
    { name: 'a grant for this Service', granted: grant({ to: 'kind: Service, name: front' }) },
    { name: 'a grant of v1', granted: grant({ version: 'v1' }) },
    { name: 'a grant under its former name', granted: grant({ version: 'v1alpha2', kind: 'ReferencePolicy' }) },
    {
      name: 'one of two grants',
      granted: `${grant({ from: 'edge' })}---\n${grant().replace('come-in', 'come-in-too')}`,
    },
  ])('$name helps', ({ granted }) => {
    const found = shopWith(`${services}${door}${way}${granted}`)
    expect(showEntries(found)).toEqual(open)
    expect(showProblems(found)).toEqual([])
  })

  test.each([
    { name: 'in the namespace of the route', granted: grant({ namespace: 'visitors' }) },
    { name: 'for another namespace', granted: grant({ from: 'edge' }) },
    { name: 'for another kind of route', granted: grant({ fromKind: 'GRPCRoute' }) },
    { name: 'to another kind', granted: grant({ to: 'kind: Secret' }) },
    { name: 'to another Service', granted: grant({ to: 'kind: Service, name: pay' }) },
    {
      name: 'whose two halves stand in two grants',
      granted: `${grant({ from: 'edge' })}---\n${grant({ to: 'kind: Secret' }).replace('come-in', 'come-in-too')}`,
    },
  ])('135. a grant $name does not', ({ granted }) => {
    const found = shopWith(`${services}${door}${way}${granted}`)
    expect(showEntries(found)).toEqual([])
    expect(codesOf(found)).toEqual(['backend-not-granted'])
  })
})

test('an Istio Gateway is another kind of the same name', () => {
  const istio = gateway(http).replace('gateway.networking.k8s.io/v1', 'networking.istio.io/v1')
  const found = shopWith(`${services}${istio}${route()}`)
  expect(codesOf(found)).toEqual(['gateway-missing'])
})
