import { describe, expect, test } from 'vitest'
import { codesOf, serviceNamed, shopWith, showEndpoints, showProblems } from './shop-entry-points.ts'

/** A Service of the shop with a spec in flow style. */
function service(spec: string, name = 'front', metadata = ''): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop${metadata}}\nspec: ${spec}\n`
}

describe('where the ports of a Service lead', () => {
  const cases = [
    {
      name: '108. a missing targetPort is the port itself',
      spec: '{selector: {app: web}, ports: [{port: 80}]}',
      leads: ['80 → shop/web TCP 80'],
    },
    {
      name: 'targetPort 0 and an empty one are missing too',
      spec: '{selector: {app: web}, ports: [{name: a, port: 80, targetPort: 0}, {name: b, port: 81, targetPort: ""}]}',
      leads: ['80 → shop/web TCP 80', '81 → shop/web TCP 81'],
    },
    {
      name: '109. a named target is a number of its own on each pod',
      spec: '{selector: {layer: back}, ports: [{port: 80, targetPort: http}]}',
      leads: ['80 → shop/cart TCP 8001', '80 → shop/payments TCP 8002'],
    },
    {
      name: '110. a pod without the name is left out, and so is one whose port speaks another protocol',
      spec: '{selector: {layer: back}, ports: [{name: s, port: 90, targetPort: stats}, {name: l, port: 53, targetPort: lookup}]}',
      leads: ['90 → shop/cart TCP 9100'],
    },
    {
      name: 'the right protocol finds the port',
      spec: '{selector: {layer: back}, ports: [{port: 53, protocol: UDP, targetPort: lookup}]}',
      leads: ['53 → shop/cart UDP 5353'],
    },
    { name: '111. an empty selector selects no pod', spec: '{selector: {}, ports: [{port: 80}]}', leads: [] },
    { name: 'no selector selects no pod', spec: '{ports: [{port: 80}]}', leads: [] },
    {
      name: '113. an ExternalName Service has no pods, whatever its selector',
      spec: '{type: ExternalName, externalName: bank.example, selector: {app: web}, ports: [{port: 80}]}',
      leads: [],
    },
    {
      name: 'a null selector value is the empty text',
      spec: '{selector: {app: null}, ports: [{port: 80}]}',
      leads: [],
    },
  ]
  test.each(cases)('$name', ({ spec, leads }) => {
    expect(showEndpoints(shopWith(service(spec)), 'front')).toEqual(leads)
  })

  test('112. a selector looks at pods of its own namespace only', () => {
    const found = shopWith(`apiVersion: v1
kind: Service
metadata: {name: front, namespace: visitors}
spec: {selector: {app: web}, ports: [{port: 80}]}
`)
    expect(showEndpoints(found, 'front')).toEqual([])
  })

  test('127. a sidecar serves its named port, an init container that ends does not', () => {
    const found = shopWith(`apiVersion: v1
kind: Pod
metadata: {name: relay, namespace: shop, labels: {app: relay}}
spec:
  initContainers:
    - {name: mesh, image: mesh, restartPolicy: Always, ports: [{name: admin, containerPort: 15000}]}
    - {name: migrate, image: migrate, ports: [{name: setup, containerPort: 7100}]}
  containers: [{name: relay, image: relay}]
---
${service('{selector: {app: relay}, ports: [{name: a, port: 80, targetPort: admin}, {name: b, port: 81, targetPort: setup}]}')}`)
    expect(showEndpoints(found, 'front')).toEqual(['80 → shop/relay TCP 15000'])
  })

  test('126. addresses that an EndpointSlice states are no pods', () => {
    const found = shopWith(`${service('{ports: [{port: 5432}]}', 'ledger')}---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: ledger-a, namespace: shop, labels: {kubernetes.io/service-name: ledger}}
addressType: IPv4
endpoints: [{addresses: [203.0.113.40]}]
ports: [{port: 5432}]
`)
    expect(showEndpoints(found, 'ledger')).toEqual([])
    expect(found.entryPoints).toEqual([])
  })
})

describe('Services that are valid', () => {
  const cases = [
    { name: '114. headless without ports', spec: '{clusterIP: None, selector: {app: web}}' },
    {
      name: '117. one number on two protocols',
      spec: '{selector: {app: cart}, ports: [{name: u, port: 53, protocol: UDP}, {name: t, port: 53}]}',
    },
    { name: '113. ExternalName without ports', spec: '{type: ExternalName, externalName: bank.example.}' },
    {
      name: 'S10 traffic policy with external addresses',
      spec: '{externalIPs: [203.0.113.9], externalTrafficPolicy: Local, ports: [{port: 80}]}',
    },
    {
      name: 'S8 source ranges with spaces around',
      spec: '{type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [" 10.0.0.0/8 "]}',
    },
    {
      name: 'empty texts for what is unset',
      spec: '{type: "", externalTrafficPolicy: "", ports: [{port: 80, protocol: ""}]}',
    },
  ]
  test.each(cases)('$name', ({ spec }) => {
    const found = shopWith(service(spec))
    expect(showProblems(found)).toEqual([])
    expect(found.cluster.services).toHaveLength(1)
  })

  test('a headless Service is marked', () => {
    const found = shopWith(service('{clusterIP: None, selector: {app: web}}'))
    expect(serviceNamed(found, 'front')).toMatchObject({ headless: true, type: 'ClusterIP', ports: [] })
  })
})

describe('Services that the API server refuses', () => {
  const cases = [
    { name: 'S1 no ports', spec: '{selector: {app: web}}', at: 'spec', kept: false },
    {
      name: '115. S2 headless with node ports',
      spec: '{type: NodePort, clusterIP: None, ports: [{port: 80}]}',
      at: 'clusterIP: None',
      kept: false,
    },
    {
      name: 'S2 headless with a balancer',
      spec: '{type: LoadBalancer, clusterIP: None, ports: [{port: 80}]}',
      at: 'clusterIP: None',
      kept: false,
    },
    {
      name: 'S12 a type that does not exist',
      spec: '{type: Public, ports: [{port: 80}]}',
      at: 'type: Public',
      kept: false,
    },
    { name: 'S3 ExternalName without a name', spec: '{type: ExternalName}', at: 'spec', kept: true },
    {
      name: 'S3 ExternalName with a cluster address',
      spec: '{type: ExternalName, externalName: bank.example, clusterIP: 10.0.0.1}',
      at: 'clusterIP: 10.0.0.1',
      kept: true,
    },
    ...['clusterIPs: [10.0.0.1]', 'ipFamilies: [IPv4]', 'ipFamilyPolicy: SingleStack'].map((field) => ({
      name: `S3 ExternalName with ${field}`,
      spec: `{type: ExternalName, externalName: bank.example, ${field}}`,
      at: field,
      kept: true,
    })),
    {
      name: 'S3 ExternalName with a name that is none',
      spec: '{type: ExternalName, externalName: bank_of.example}',
      at: 'externalName: bank_of.example',
      kept: true,
    },
    {
      name: '116. S4 a port without a name beside another',
      spec: '{ports: [{name: a, port: 80}, {port: 81}]}',
      at: '{port: 81}',
      kept: true,
    },
    {
      name: 'S4 a port name used twice',
      spec: '{ports: [{name: a, port: 80}, {name: a, port: 81}]}',
      at: 'name: a',
      kept: true,
    },
    { name: 'S4 a port name in capitals', spec: '{ports: [{name: HTTP, port: 80}]}', at: 'name: HTTP', kept: true },
    { name: 'S5 a port out of range', spec: '{ports: [{port: 70000}]}', at: 'port: 70000', kept: true },
    {
      name: 'S5 a protocol in lower case',
      spec: '{ports: [{port: 80, protocol: tcp}]}',
      at: 'protocol: tcp',
      kept: true,
    },
    {
      name: 'S5 a target in quotes',
      spec: '{ports: [{port: 80, targetPort: "8080"}]}',
      at: 'targetPort: "8080"',
      kept: true,
    },
    {
      name: 'S5 a target name in capitals',
      spec: '{ports: [{port: 80, targetPort: HTTP}]}',
      at: 'targetPort: HTTP',
      kept: true,
    },
    {
      name: 'S5 a target out of range',
      spec: '{ports: [{port: 80, targetPort: 70000}]}',
      at: 'targetPort: 70000',
      kept: true,
    },
    {
      name: 'S6 one port listed twice',
      spec: '{ports: [{name: a, port: 80}, {name: b, port: 80}]}',
      at: '{name: b, port: 80}',
      kept: true,
    },
    {
      name: 'S6 one node port listed twice',
      spec: '{type: NodePort, ports: [{name: a, port: 80, nodePort: 30080}, {name: b, port: 81, nodePort: 30080}]}',
      at: '{name: b, port: 81, nodePort: 30080}',
      kept: true,
    },
    {
      name: '118. S7 a node port without node ports',
      spec: '{ports: [{port: 80, nodePort: 30080}]}',
      at: 'nodePort: 30080',
      kept: true,
    },
    {
      name: '118. S8 source ranges without a balancer',
      spec: '{type: NodePort, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0/8]}',
      at: 'loadBalancerSourceRanges: [10.0.0.0/8]',
      kept: true,
    },
    {
      name: 'S8 a source range that is none',
      spec: '{type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0]}',
      at: '10.0.0.0',
      kept: true,
    },
    {
      name: 'S9 a balancer class without a balancer',
      spec: '{loadBalancerClass: example.com/nlb, ports: [{port: 80}]}',
      at: 'loadBalancerClass: example.com/nlb',
      kept: true,
    },
    {
      name: 'S9 balancer node ports without a balancer',
      spec: '{allocateLoadBalancerNodePorts: false, ports: [{port: 80}]}',
      at: 'allocateLoadBalancerNodePorts: false',
      kept: true,
    },
    {
      name: 'S10 a traffic policy inside the cluster',
      spec: '{externalTrafficPolicy: Local, ports: [{port: 80}]}',
      at: 'externalTrafficPolicy: Local',
      kept: true,
    },
    {
      name: 'S10 a traffic policy that does not exist',
      spec: '{type: NodePort, externalTrafficPolicy: Near, ports: [{port: 80}]}',
      at: 'externalTrafficPolicy: Near',
      kept: true,
    },
    {
      name: 'S11 a loopback address',
      spec: '{externalIPs: [127.0.0.1], ports: [{port: 80}]}',
      at: '127.0.0.1',
      kept: true,
    },
    ...['0.0.0.0', '169.254.3.4', '224.0.0.5', '"::1"', '"fe80::1"'].map((address) => ({
      name: `S11 an address nobody can route: ${address}`,
      spec: `{externalIPs: [${address}], ports: [{port: 80}]}`,
      at: address,
      kept: true,
    })),
    {
      name: 'S11 an address that is none',
      spec: '{externalIPs: [gateway], ports: [{port: 80}]}',
      at: 'gateway',
      kept: true,
    },
    {
      name: 'S12 a selector value that is no label value',
      spec: '{selector: {app: "web!"}, ports: [{port: 80}]}',
      at: '"web!"',
      kept: true,
    },
    {
      name: 'S12 a selector key that is no label key',
      spec: '{selector: {"app!": web}, ports: [{port: 80}]}',
      at: '"app!"',
      kept: true,
    },
  ]
  test.each(cases)('$name', ({ spec, at, kept }) => {
    const found = shopWith(service(spec))
    expect(showProblems(found)).toEqual([`service-refused at ${at}`])
    expect(found.cluster.services).toHaveLength(kept ? 1 : 0)
    expect(found.diagnostics[0]).toMatchObject({ effect: 'unknown', hint: expect.stringMatching(/\w/) })
  })

  test('S13 a name that begins with a digit', () => {
    expect(showProblems(shopWith(service('{ports: [{port: 80}]}', '2nd')))).toEqual(['service-refused at 2nd'])
  })

  test('S8 source ranges in an annotation without a balancer', () => {
    const annotation = ', annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: 10.0.0.0/8}'
    expect(codesOf(shopWith(service('{ports: [{port: 80}]}', 'front', annotation)))).toEqual(['service-refused'])
  })

  test('a port that cannot be read does not hide the others', () => {
    const found = shopWith(service('{selector: {app: web}, ports: [{name: a, port: 0}, {name: b, port: 81}]}'))
    expect(showEndpoints(found, 'front')).toEqual(['81 → shop/web TCP 81'])
  })
})

describe('clients a balancer accepts', () => {
  const annotation = (ranges: string) =>
    `, annotations: {service.beta.kubernetes.io/load-balancer-source-ranges: "${ranges}"}`
  const cases = [
    { name: 'all by default', ranges: '', metadata: '', accepts: undefined },
    { name: 'the field', ranges: '[198.51.100.0/24]', metadata: '', accepts: ['198.51.100.0/24'] },
    {
      name: 'the annotation',
      ranges: '',
      metadata: annotation('198.51.100.0/24, 10.0.0.0/8'),
      accepts: ['10.0.0.0/8', '198.51.100.0/24'],
    },
    {
      name: '121. the field beats the annotation',
      ranges: '[10.0.0.0/8]',
      metadata: annotation('0.0.0.0/0'),
      accepts: ['10.0.0.0/8'],
    },
    {
      name: 'an empty field leaves it to the annotation',
      ranges: '[]',
      metadata: annotation('10.0.0.0/8'),
      accepts: ['10.0.0.0/8'],
    },
    {
      name: 'one range nobody can read makes it all',
      ranges: '[10.0.0.0/8, 10.0.0.0/99]',
      metadata: '',
      accepts: undefined,
    },
  ]
  test.each(cases)('$name', ({ ranges, metadata, accepts }) => {
    const field = ranges === '' ? '' : `, loadBalancerSourceRanges: ${ranges}`
    const found = shopWith(service(`{type: LoadBalancer, ports: [{port: 80}]${field}}`, 'front', metadata))
    expect(serviceNamed(found, 'front').sourceRanges?.cidrs()).toEqual(accepts)
  })
})

describe('balancers inside a private network', () => {
  const cases = [
    ['service.beta.kubernetes.io/aws-load-balancer-scheme', 'internal', true],
    ['service.beta.kubernetes.io/aws-load-balancer-scheme', 'internet-facing', false],
    ['service.beta.kubernetes.io/aws-load-balancer-internal', 'true', true],
    ['service.beta.kubernetes.io/aws-load-balancer-internal', '0.0.0.0/0', true],
    ['service.beta.kubernetes.io/aws-load-balancer-internal', 'false', false],
    ['service.beta.kubernetes.io/azure-load-balancer-internal', 'true', true],
    ['service.beta.kubernetes.io/azure-load-balancer-internal', 'false', false],
    ['networking.gke.io/load-balancer-type', 'Internal', true],
    ['networking.gke.io/load-balancer-type', 'External', false],
    ['cloud.google.com/load-balancer-type', 'Internal', true],
    ['service.beta.kubernetes.io/oci-load-balancer-internal', 'true', true],
    ['service.beta.kubernetes.io/openstack-internal-load-balancer', 'true', true],
    ['service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type', 'private', true],
    ['service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type', 'public', false],
    ['service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type', 'intranet', true],
  ] as const
  test.each(cases)('%s: %s', (key, value, internal) => {
    const found = shopWith(
      service('{type: LoadBalancer, ports: [{port: 80}]}', 'front', `, annotations: {${key}: "${value}"}`),
    )
    expect(serviceNamed(found, 'front').internal).toBe(internal)
  })

  test('the newer AWS annotation decides over the older', () => {
    const prefix = 'service.beta.kubernetes.io/aws-load-balancer'
    const both = `, annotations: {${prefix}-internal: "true", ${prefix}-scheme: internet-facing}`
    const found = shopWith(service('{type: LoadBalancer, ports: [{port: 80}]}', 'front', both))
    expect(serviceNamed(found, 'front').internal).toBe(false)
  })
})

describe('Services written by a template', () => {
  test('a templated type is a ClusterIP that may be more', () => {
    const found = shopWith(service('{type: "{{ .Values.type }}", selector: {app: web}, ports: [{port: 80}]}'))
    expect(showProblems(found)).toEqual(['template-value at type: "{{ .Values.type }}"'])
    expect(serviceNamed(found, 'front').type).toBe('ClusterIP')
  })

  test('a templated port is left out, the others stay', () => {
    const ports = '[{name: a, port: "${PORT}"}, {name: b, port: 81}]'
    const found = shopWith(service(`{selector: {app: web}, ports: ${ports}}`))
    expect(codesOf(found)).toEqual(['template-value'])
    expect(showEndpoints(found, 'front')).toEqual(['81 → shop/web TCP 81'])
  })

  test('a templated selector value may be anything, the rest of the selector still holds', () => {
    const found = shopWith(service('{selector: {layer: back, app: "{{ .Release.Name }}"}, ports: [{port: 80}]}'))
    expect(codesOf(found)).toEqual(['template-value'])
    expect(showEndpoints(found, 'front')).toEqual(['80 → shop/cart TCP 80', '80 → shop/payments TCP 80'])
  })

  test('a templated source range accepts every client', () => {
    const found = shopWith(
      service('{type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: ["{{ .Values.office }}"]}'),
    )
    expect(found.diagnostics.map(({ code, effect }) => [code, effect])).toEqual([['template-value', 'wider']])
    expect(serviceNamed(found, 'front').sourceRanges).toBeUndefined()
  })
})
