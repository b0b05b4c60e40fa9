import { describe, expect, test } from 'vitest'
import { codesOf, lineOf, shopWith, showEntries, showProblems } from './shop-entry-points.ts'

const back = `apiVersion: v1
kind: Service
metadata: {name: back, namespace: shop}
spec: {selector: {layer: back}, ports: [{name: api, port: 80, targetPort: http}]}
---
`

function ingress(spec: string, { metadata = '', version = 'networking.k8s.io/v1', namespace = 'shop' } = {}): string {
  return `${back}apiVersion: ${version}\nkind: Ingress\nmetadata: {name: shop, namespace: ${namespace}${metadata}}\nspec: ${spec}\n`
}

const toApi = 'backend: {service: {name: back, port: {name: api}}}'
const open = ['ingress internet → shop/cart TCP 8001 + shop/payments TCP 8002']

describe('where an Ingress leads', () => {
  const cases = [
    { name: '128. by number', spec: '{defaultBackend: {service: {name: back, port: {number: 80}}}}', opens: open },
    { name: 'by name', spec: '{defaultBackend: {service: {name: back, port: {name: api}}}}', opens: open },
    {
      name: 'by a path',
      spec: `{rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, ${toApi}}]}}]}`,
      opens: open,
    },
    {
      name: 'two paths to one port are one entry point',
      spec: `{rules: [{http: {paths: [{path: /a, pathType: Prefix, ${toApi}}, {path: /b, pathType: Exact, ${toApi}}]}}]}`,
      opens: open,
    },
    {
      name: 'a rule without http leads to the default backend',
      spec: '{rules: [{host: shop.example}], defaultBackend: {service: {name: back, port: {number: 80}}}}',
      opens: open,
    },
    { name: 'rules without paths lead nowhere', spec: '{rules: [{host: shop.example}]}', opens: [] },
  ]
  test.each(cases)('$name', ({ spec, opens }) => {
    const found = shopWith(ingress(spec))
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  test('131. pods see the controller, also behind a wildcard host; the line is that of the backend, hosts and paths are for the message', () => {
    const found = shopWith(`${back}apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
    - host: "*.shop.example"
      http:
        paths:
          - path: /pay
            pathType: Prefix
            backend: {service: {name: back, port: {name: api}}}
          - path: /cart
            pathType: Prefix
            backend: {service: {name: back, port: {name: api}}}
`)
    expect(found.entryPoints).toHaveLength(1)
    expect(found.entryPoints[0]).toMatchObject({
      seenAs: 'controller',
      detail: '*.shop.example/pay, *.shop.example/cart',
    })
    expect(found.entryPoints[0]?.via.map(({ kind }) => kind)).toEqual(['Ingress', 'Service'])
    expect(lineOf(found.entryPoints[0])).toBe(16)
  })

  test('forwarding to an ExternalName Service is said', () => {
    const bank =
      'apiVersion: v1\nkind: Service\nmetadata: {name: bank, namespace: shop}\nspec: {type: ExternalName, externalName: bank.example}\n---\n'
    const found = shopWith(`${bank}${ingress('{defaultBackend: {service: {name: bank, port: {number: 443}}}}')}`)
    expect(showEntries(found)).toEqual(['ingress internet → nobody'])
    expect(found.entryPoints[0]?.detail).toContain('bank.example')
  })

  test.each([
    ['a class', '{ingressClassName: gce-internal, rules: []', ''],
    ['a scheme', '{rules: []', ', annotations: {alb.ingress.kubernetes.io/scheme: internal}'],
    ['a private address', '{rules: []', ', annotations: {appgw.ingress.kubernetes.io/use-private-ip: "true"}'],
  ])('%s may keep it inside a private network', (_, spec, metadata) => {
    const found = shopWith(
      ingress(`${spec}, defaultBackend: {service: {name: back, port: {number: 80}}}}`, { metadata }),
    )
    expect(found.entryPoints.map(({ scope }) => scope)).toEqual(['internal'])
  })
})

describe('backends that do not exist', () => {
  test("128. the port is the Service's, not the pod's", () => {
    const found = shopWith(ingress('{defaultBackend: {service: {name: back, port: {number: 8001}}}}'))
    expect(showEntries(found)).toEqual([])
    expect(found.diagnostics).toMatchObject([{ code: 'backend-missing', effect: 'none' }])
    expect(found.diagnostics[0]?.message).toContain('80 (api)')
  })

  test('129. a Service of another namespace is out of reach', () => {
    const spec = '{defaultBackend: {service: {name: back, port: {number: 80}}}}'
    const found = shopWith(ingress(spec, { namespace: 'visitors' }))
    expect(showEntries(found)).toEqual([])
    expect(found.diagnostics[0]?.message).toContain('visitors/back')
  })

  test('where more may be applied than is seen, the answer may be too narrow', () => {
    const found = shopWith(ingress('{defaultBackend: {service: {name: soon, port: {number: 80}}}}'), { open: true })
    expect(found.diagnostics).toMatchObject([{ code: 'backend-missing', effect: 'narrower' }])
  })

  test('one bad backend does not hide the others', () => {
    const paths = `[{path: /a, pathType: Prefix, backend: {service: {name: soon, port: {number: 80}}}}, {path: /b, pathType: Prefix, ${toApi}}]`
    const found = shopWith(ingress(`{rules: [{http: {paths: ${paths}}}]}`))
    expect(showEntries(found)).toEqual(open)
    expect(codesOf(found)).toEqual(['backend-missing'])
  })
})

describe('Ingresses that the API server refuses', () => {
  const path = (text: string) => `{rules: [{http: {paths: [{${text}, ${toApi}}]}}]}`
  const cases = [
    { name: '130. neither rules nor a default backend', spec: '{}', at: 'spec: {}' },
    {
      name: '130. a Service and a resource',
      spec: '{defaultBackend: {service: {name: back, port: {number: 80}}, resource: {kind: Bucket, name: b}}}',
    },
    { name: 'neither a Service nor a resource', spec: '{defaultBackend: {}}', at: 'defaultBackend: {}' },
    {
      name: '130. a port by name and number',
      spec: '{defaultBackend: {service: {name: back, port: {name: api, number: 80}}}}',
    },
    { name: 'a Service without a port', spec: '{defaultBackend: {service: {name: back}}}' },
    { name: 'a Service without a name', spec: '{defaultBackend: {service: {port: {number: 80}}}}' },
    {
      name: 'a Service name that is none',
      spec: '{defaultBackend: {service: {name: Back, port: {number: 80}}}}',
    },
    ...['number: 0', 'number: 65536', 'name: API', 'name: a-port-name-too-long'].map((port) => ({
      name: `a port that is none: ${port}`,
      spec: `{defaultBackend: {service: {name: back, port: {${port}}}}}`,
    })),
    { name: '130. a path without a type', spec: path('path: /') },
    { name: 'a path type that does not exist', spec: path('path: /, pathType: Regex'), at: 'Regex' },
    { name: 'a path without a leading slash', spec: path('path: cart, pathType: Prefix'), at: 'cart' },
    ...['/cart//pay', '/cart/./pay', '/cart/../pay', '/cart%2fpay', '/cart%2Fpay', '/cart/..', '/cart/.'].map(
      (text) => ({
        name: `a path that is not normal: ${text}`,
        spec: path(`path: ${text}, pathType: Exact`),
        at: text,
      }),
    ),
    {
      name: 'a host with a port',
      spec: `{rules: [{host: "shop.example:80", http: {paths: [{path: /, pathType: Prefix, ${toApi}}]}}]}`,
      at: '"shop.example:80"',
    },
    {
      name: 'an address for a host',
      spec: `{rules: [{host: 203.0.113.1, http: {paths: [{path: /, pathType: Prefix, ${toApi}}]}}]}`,
      at: '203.0.113.1',
    },
    ...['Shop.example', '"*"', '"a.*.example"', '"*shop.example"'].map((host) => ({
      name: `a host that is none: ${host}`,
      spec: `{rules: [{host: ${host}, http: {paths: [{path: /, pathType: Prefix, ${toApi}}]}}]}`,
      at: host,
    })),
    { name: 'http without paths', spec: '{rules: [{http: {paths: []}}]}', at: '{http: {paths: []}}' },
  ]
  test.each(cases)('$name', ({ spec, at }) => {
    const found = shopWith(ingress(spec))
    expect(codesOf(found)).toEqual(['ingress-refused'])
    if (at !== undefined) expect(showProblems(found)).toEqual([`ingress-refused at ${at}`])
    expect(found.diagnostics[0]?.effect).toBe('unknown')
  })

  test('a class that its annotation contradicts', () => {
    const metadata = ', annotations: {kubernetes.io/ingress.class: inner}'
    const found = shopWith(
      ingress('{ingressClassName: outer, defaultBackend: {service: {name: back, port: {number: 80}}}}', { metadata }),
    )
    expect(showProblems(found)).toEqual(['ingress-refused at ingressClassName: outer'])
  })

  test('a path of free form may look as it likes', () => {
    const found = shopWith(ingress(path('path: "/cart(/|$)(.*)", pathType: ImplementationSpecific')))
    expect(showProblems(found)).toEqual([])
  })

  test('a refused path still opens what it plainly names', () => {
    expect(showEntries(shopWith(ingress(path('path: /'))))).toEqual(open)
  })

  test('a resource for a backend may expose anything', () => {
    const found = shopWith(ingress('{defaultBackend: {resource: {apiGroup: store.example, kind: Bucket, name: b}}}'))
    expect(found.diagnostics).toMatchObject([{ code: 'backend-unsupported', effect: 'narrower' }])
  })
})

describe('versions before v1', () => {
  test.each(['networking.k8s.io/v1beta1', 'extensions/v1beta1'])('%s is read in its own shape', (version) => {
    const old =
      '{backend: {serviceName: back, servicePort: 80}, rules: [{http: {paths: [{path: /, backend: {serviceName: back, servicePort: api}}]}}]}'
    const found = shopWith(ingress(old, { version }))
    expect(showEntries(found)).toEqual([...open, ...open])
    expect(showProblems(found)).toEqual([`ingress-version-removed at apiVersion: ${version}`])
  })
})

describe('Ingresses written by a template', () => {
  test('one template names the Service and the backend: they are the same', () => {
    const name = '{{ .Release.Name }}'
    const found = shopWith(`apiVersion: v1
kind: Service
metadata: {name: "${name}", namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  defaultBackend:
    service:
      name: ${name}
      port: {number: 80}
`)
    expect(showEntries(found)).toEqual(['ingress internet → shop/web TCP 8000'])
  })

  test('a template that names no Service we see leaves the answer open', () => {
    const found = shopWith(ingress('{defaultBackend: {service: {name: "{{ .Values.backend }}", port: {number: 80}}}}'))
    expect(found.diagnostics).toMatchObject([{ code: 'template-value', effect: 'narrower' }])
  })

  test('a templated port leaves the answer open', () => {
    const found = shopWith(ingress('{defaultBackend: {service: {name: back, port: {number: {{ .Values.port }}}}}}'))
    expect(codesOf(found)).toContain('template-value')
    expect(showEntries(found)).toEqual([])
  })
})

test('an Ingress of another group is none', () => {
  const found = shopWith(
    ingress('{defaultBackend: {service: {name: back, port: {number: 80}}}}', { version: 'config.openshift.io/v1' }),
  )
  expect(found.entryPoints).toEqual([])
})
