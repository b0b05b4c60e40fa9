import { describe, expect, test } from 'vitest'
import { codesOf, lineOf, shopWith, showEntries, showProblems } from './shop-entry-points.ts'

const services = `apiVersion: v1
kind: Service
metadata: {name: basket, namespace: shop}
spec:
  selector: {app: cart}
  ports:
    - {name: http, port: 80, targetPort: stats}
    - {name: api, port: 81, targetPort: http}
    - {name: names, port: 53, protocol: UDP, targetPort: lookup}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
`

function route(spec: string, namespace = 'shop'): string {
  return `${services}apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: way, namespace: ${namespace}}\nspec: ${spec}\n`
}

const basket = 'to: {kind: Service, name: basket}'

describe('where a Route leads', () => {
  const cases = [
    {
      name: '144. a port name is that of the Service, not of the container',
      spec: `{${basket}, port: {targetPort: http}}`,
      opens: ['route internet → shop/cart TCP 9100'],
    },
    {
      name: 'a port number is that of the pod',
      spec: `{${basket}, port: {targetPort: 8001}}`,
      opens: ['route internet → shop/cart TCP 8001'],
    },
    {
      name: 'without a port every endpoint port counts, of TCP',
      spec: `{${basket}}`,
      opens: ['route internet → shop/cart TCP 8001, 9100'],
    },
    {
      name: 'the kind may be left out',
      spec: '{to: {name: front}}',
      opens: ['route internet → shop/web TCP 8000'],
    },
    {
      name: '145. weight 0 leaves the alternate alone',
      spec: '{to: {kind: Service, name: basket, weight: 0}, alternateBackends: [{kind: Service, name: front, weight: 100}]}',
      opens: ['route internet → shop/web TCP 8000'],
    },
    {
      name: 'alternates are served beside',
      spec: '{to: {kind: Service, name: front, weight: 9}, alternateBackends: [{kind: Service, name: basket, weight: 1}]}',
      opens: ['route internet → shop/web TCP 8000', 'route internet → shop/cart TCP 8001, 9100'],
    },
  ]
  test.each(cases)('$name', ({ spec, opens }) => {
    const found = shopWith(route(spec))
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  test('pods see the router; the line is that of the target, host and path are for the message', () => {
    const found = shopWith(route('{host: shop.example, path: /pay, to: {kind: Service, name: front}}'))
    expect(found.entryPoints[0]).toMatchObject({ seenAs: 'controller', detail: 'shop.example/pay', scope: 'internet' })
    expect(lineOf(found.entryPoints[0])).toBe(19)
  })
})

describe('targets that do not exist', () => {
  test.each([
    {
      name: '146. a Service of another namespace',
      spec: `{${basket}}`,
      namespace: 'visitors',
      at: '{kind: Service, name: basket}',
    },
    {
      name: 'no such Service',
      spec: '{to: {kind: Service, name: soon}}',
      namespace: 'shop',
      at: '{kind: Service, name: soon}',
    },
    {
      name: 'a name that only the container has',
      spec: `{${basket}, port: {targetPort: stats}}`,
      namespace: 'shop',
      at: 'targetPort: stats',
    },
    {
      name: 'a port number that only the Service has',
      spec: `{${basket}, port: {targetPort: 81}}`,
      namespace: 'shop',
      at: 'targetPort: 81',
    },
  ])('$name', ({ spec, namespace, at }) => {
    const found = shopWith(route(spec, namespace))
    expect(showEntries(found)).toEqual([])
    expect(showProblems(found)).toEqual([`backend-missing at ${at}`])
  })

  test('another kind may expose anything', () => {
    const found = shopWith(route('{to: {kind: ExternalService, name: basket}}'))
    expect(found.diagnostics).toMatchObject([{ code: 'backend-unsupported', effect: 'narrower' }])
  })

  test('a templated name leaves the answer open', () => {
    const found = shopWith(route('{to: {kind: Service, name: "${TARGET}"}}'))
    expect(found.diagnostics).toMatchObject([{ code: 'template-value', effect: 'narrower' }])
  })

  test('a templated port may be any of the Service', () => {
    const found = shopWith(route(`{${basket}, port: {targetPort: "\${PORT}"}}`))
    expect(showEntries(found)).toEqual(['route internet → shop/cart TCP 8001, 9100'])
  })
})

test('a Route of another group is none', () => {
  const found = shopWith(route(`{${basket}}`).replace('route.openshift.io/v1', 'serving.knative.dev/v1'))
  expect(found.entryPoints).toEqual([])
  expect(codesOf(found)).toEqual([])
})
