import { describe, expect, test } from 'vitest'
import { codesOf, lineOf, shopWith, showEntries, showProblems } from './shop-entry-points.ts'

function service(spec: string, metadata = ''): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: front, namespace: shop${metadata}}\nspec: ${spec}\n`
}

const toWeb = 'selector: {app: web}, ports: [{port: 80, targetPort: http}]'

describe('entry points of Services', () => {
  const cases = [
    { name: 'a ClusterIP opens nothing', spec: `{${toWeb}}`, opens: [] },
    {
      name: 'a balancer opens node ports as well',
      spec: `{type: LoadBalancer, ${toWeb}}`,
      opens: ['load-balancer internet → shop/web TCP 8000', 'node-port node → shop/web TCP 8000'],
    },
    {
      name: '120. a balancer without node ports',
      spec: `{type: LoadBalancer, allocateLoadBalancerNodePorts: false, ${toWeb}}`,
      opens: ['load-balancer internet → shop/web TCP 8000'],
    },
    {
      name: 'a balancer without allocation opens the node port that is written',
      spec: '{type: LoadBalancer, allocateLoadBalancerNodePorts: false, selector: {app: web}, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81}]}',
      opens: ['load-balancer internet → shop/web TCP 80-81', 'node-port node → shop/web TCP 80'],
    },
    { name: 'a node port', spec: `{type: NodePort, ${toWeb}}`, opens: ['node-port node → shop/web TCP 8000'] },
    {
      name: '123. an external address on a ClusterIP',
      spec: `{externalIPs: [203.0.113.20], ${toWeb}}`,
      opens: ['external-ip internet → shop/web TCP 8000'],
    },
    {
      name: 'an ExternalName Service claims no address',
      spec: '{type: ExternalName, externalName: bank.example, externalIPs: [203.0.113.20]}',
      opens: [],
    },
    {
      name: 'a balancer in front of nobody is an entry point all the same',
      spec: '{type: LoadBalancer, allocateLoadBalancerNodePorts: false, selector: {app: soon}, ports: [{port: 80}]}',
      opens: ['load-balancer internet → nobody'],
    },
  ]
  test.each(cases)('$name', ({ spec, opens }) => {
    const found = shopWith(service(spec))
    expect(showEntries(found)).toEqual(opens)
    expect(showProblems(found)).toEqual([])
  })

  test('119. source ranges narrow the balancer, not its node ports', () => {
    const found = shopWith(service(`{type: LoadBalancer, loadBalancerSourceRanges: [198.51.100.0/24], ${toWeb}}`))
    const sources = found.entryPoints.map(({ kind, sources }) => [kind, sources?.cidrs()])
    expect(sources).toEqual([
      ['load-balancer', ['198.51.100.0/24']],
      ['node-port', undefined],
    ])
  })

  test('an internal balancer is open to a private network', () => {
    const internal = ', annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: "true"}'
    const found = shopWith(service(`{type: LoadBalancer, ${toWeb}}`, internal))
    expect(found.entryPoints.map(({ scope }) => scope)).toEqual(['internal', 'node'])
  })

  test.each([
    ['Local', 'client'],
    ['Cluster', 'node'],
  ])('externalTrafficPolicy %s: pods see the %s', (policy, seenAs) => {
    const found = shopWith(service(`{type: NodePort, externalTrafficPolicy: ${policy}, ${toWeb}}`))
    expect(found.entryPoints.map((entry) => entry.seenAs)).toEqual([seenAs])
  })

  test('the line is that of the type, the detail names the ports', () => {
    const found = shopWith(`apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec:
  selector: {app: web}
  type: NodePort
  ports: [{port: 80, nodePort: 30080}]
`)
    expect(lineOf(found.entryPoints[0])).toBe(6)
    expect(found.entryPoints[0]).toMatchObject({ detail: 'TCP 30080', service: { id: { name: 'front' } } })
  })

  test('a policy before the pod does not take the entry point away', () => {
    const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: within, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {}}]}]}
`
    const found = shopWith(`${service(`{type: LoadBalancer, ${toWeb}}`)}${policy}`)
    expect(showEntries(found)[0]).toBe('load-balancer internet → shop/web TCP 8000')
  })

  test('a headless Service that asks for node ports opens none', () => {
    const found = shopWith(service(`{type: NodePort, clusterIP: None, ${toWeb}}`))
    expect(showEntries(found)).toEqual([])
    expect(codesOf(found)).toEqual(['service-refused'])
  })

  test('a selector nobody can read may lead to any pod', () => {
    const found = shopWith(service('{type: NodePort, selector: {app: "{{ .Values.app }}"}, ports: [{port: 80}]}'))
    expect(showEntries(found)).toEqual(['node-port node → shop/cart TCP 80 + shop/payments TCP 80 + shop/web TCP 80'])
  })
})

describe('entry points of pods', () => {
  test('124. a host port needs no Service', () => {
    const found = shopWith(`apiVersion: v1
kind: Pod
metadata: {name: edge, namespace: shop, labels: {app: edge}}
spec:
  containers:
    - name: edge
      image: edge
      ports:
        - {containerPort: 8443, hostPort: 443}
        - {containerPort: 9100}
`)
    expect(showEntries(found)).toEqual(['host-port node → shop/edge TCP 8443'])
    expect(found.entryPoints[0]).toMatchObject({ detail: 'TCP 443', service: undefined })
    expect(lineOf(found.entryPoints[0])).toBe(9)
  })

  test('a pod in the network of its node listens there on every port', () => {
    const found = shopWith(`apiVersion: apps/v1
kind: DaemonSet
metadata: {name: meter, namespace: shop}
spec:
  selector: {matchLabels: {app: meter}}
  template:
    metadata: {labels: {app: meter}}
    spec:
      hostNetwork: true
      containers: [{name: meter, image: meter, ports: [{containerPort: 9100}]}]
`)
    expect(showEntries(found)).toEqual(['host-network node → shop/meter every port'])
    expect(lineOf(found.entryPoints[0])).toBe(9)
    expect(found.entryPoints[0]?.detail).toContain('TCP 9100')
  })
})

test('a plain shop has no entry point', () => {
  expect(shopWith('')).toMatchObject({ entryPoints: [], diagnostics: [] })
})

test('entry points come in order of their place, whatever the order of kinds', () => {
  const manifests = (first: string, second: string) => `${first}---\n${second}`
  const node = service(`{type: NodePort, ${toWeb}}`)
  const ingress = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec: {defaultBackend: {service: {name: front, port: {number: 80}}}}
`
  expect(shopWith(manifests(node, ingress)).entryPoints.map(({ kind }) => kind)).toEqual(['node-port', 'ingress'])
  expect(shopWith(manifests(ingress, node)).entryPoints.map(({ kind }) => kind)).toEqual(['ingress', 'node-port'])
})
