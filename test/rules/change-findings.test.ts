import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/rules/finding.ts'
import { rules } from '../../src/rules/registry.ts'
import { runExample } from './run-example.ts'

const workload = (name: string, port = 8080, image = `shop.example/${name}`, namespace = 'shop'): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: ${name}, image: "${image}", ports: [{containerPort: ${port}}]}]}
`
const policy = (spec: string, name = 'payments'): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {${spec}}
`
const service = (name: string, type: string): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop}
spec: {type: ${type}, selector: {app: ${name}}, ports: [{port: 80, targetPort: 8080}]}
`
const front = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec: {rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]}
`
const ingress = (from: string, ports = '[{port: 8080}]'): string =>
  policy(`podSelector: {}, ingress: [{from: ${from}, ports: ${ports}}]`)
const egress = (to: string, ports = '[{port: 443}]'): string =>
  policy(`podSelector: {}, policyTypes: [Egress], egress: [{to: ${to}, ports: ${ports}}]`)
const own = '{podSelector: {}}'
const named = (name: string): string => `{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}`
const web = workload('web')

/** A preset's severities: a repository that writes one of its own has the last word. */
const presetAlone = 'version: 1\nextends: recommended\nclusters: {shop: {sources: [{manifests: "**"}]}}\n'

/** What one rule says of a change, by preset `recommended`. */
function findings(id: string, base: readonly string[], head: readonly string[], config = presetAlone): Finding[] {
  const rule = rules.find((candidate) => candidate.id === id)
  if (rule === undefined) throw new Error(`there is no rule ${id}`)
  const files = { base: new Map([['shop.yaml', base.join('---')]]), head: new Map([['shop.yaml', head.join('---')]]) }
  return runExample({ name: id, kind: 'invalid', files, config }, rule)
}

const grades = (...run: Parameters<typeof findings>): string[] =>
  findings(...run).map(({ severity, confidence }) => `${severity} ${confidence}`)

describe('how bad a weakened policy is', () => {
  test.each([
    {
      name: 'one more port',
      base: ingress(`[${own}]`),
      head: ingress(`[${own}]`, '[{port: 8080}, {port: 9100}]'),
      says: 'warning certain',
    },
    {
      name: 'one more namespace',
      base: ingress(`[${own}]`),
      head: ingress(`[${own}, ${named('billing')}]`),
      says: 'warning certain',
    },
    {
      name: 'every TCP port',
      base: ingress(`[${own}]`),
      head: ingress(`[${own}]`, '[{port: 8080}, {protocol: TCP}]'),
      says: 'error certain',
    },
    { name: 'every port', base: ingress(`[${own}]`), head: ingress(`[${own}]`, '[]'), says: 'error certain' },
    {
      name: 'any namespace',
      base: ingress(`[${own}]`),
      head: ingress(`[${own}, {namespaceSelector: {}}]`),
      says: 'error certain',
    },
    {
      name: 'the internet',
      base: egress(`[${own}]`),
      head: egress(`[${own}, {ipBlock: {cidr: 0.0.0.0/0}}]`),
      says: 'error certain',
    },
    {
      name: 'one address',
      base: egress(`[${own}]`),
      head: egress(`[${own}, {ipBlock: {cidr: 203.0.113.7/32}}]`),
      says: 'warning certain',
    },
    {
      name: 'every UDP port beside every TCP port',
      base: ingress(`[${own}]`, '[{protocol: TCP}]'),
      head: ingress(`[${own}]`, '[{protocol: TCP}, {protocol: UDP}]'),
      says: 'error certain',
    },
    {
      name: 'one UDP port beside every TCP port',
      base: ingress(`[${own}]`, '[{protocol: TCP}]'),
      head: ingress(`[${own}]`, '[{protocol: TCP}, {protocol: UDP, port: 53}]'),
      says: 'warning certain',
    },
  ])('$name', ({ base, head, says }) => {
    expect(grades('policy-weakened', [web, workload('cart'), base], [web, workload('cart'), head])).toEqual([says])
  })

  test('a severity the repository wrote holds', () => {
    const config = presetAlone.replace('extends: recommended', 'rules: {policy-weakened: note}')
    const run = findings(
      'policy-weakened',
      [web, ingress(`[${own}]`)],
      [web, ingress(`[${own}, {namespaceSelector: {}}]`)],
      config,
    )
    expect(run.map(({ severity }) => severity)).toEqual(['note'])
  })

  test('both directions are told apart', () => {
    const spec = (from: string, to: string): string =>
      policy(`podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [${from}]}], egress: [{to: [${to}]}]`)
    const run = findings(
      'policy-weakened',
      [web, spec(named('a'), named('b'))],
      [web, spec(`${named('a')}, ${named('c')}`, `${named('b')}, ${named('d')}`)],
    )
    expect(run.map(({ discriminator }) => discriminator).sort()).toEqual(['egress', 'ingress'])
  })

  test('a policy with a new name is compared with itself', () => {
    const renamed = ingress(`[${own}, {namespaceSelector: {}}]`).replace('name: payments', 'name: payments-ingress')
    expect(grades('policy-weakened', [web, ingress(`[${own}]`)], [web, renamed])).toEqual(['error certain'])
  })
})

describe('how bad new egress is', () => {
  test.each([
    { name: 'one address', head: '203.0.113.7/32', says: ['warning certain'] },
    { name: 'one /16', head: '203.0.0.0/16', says: ['warning certain'] },
    { name: 'more than a /16', head: '203.0.0.0/15', says: ['error certain'] },
    { name: 'everything', head: '0.0.0.0/0', says: ['error certain'] },
    { name: 'a private network', head: '192.168.7.0/24', says: [] },
  ])('$name', ({ head, says }) => {
    expect(
      grades('new-internet-egress', [web, egress(`[${own}]`)], [web, egress(`[${own}, {ipBlock: {cidr: ${head}}}]`)]),
    ).toEqual(says)
  })

  test('two workloads of one cause are one finding', () => {
    const base = [web, workload('cart'), workload('payments'), egress(`[${own}]`)]
    const head = [...base.slice(0, 3), egress(`[${own}, {ipBlock: {cidr: 0.0.0.0/0}}]`)]
    const [first, ...others] = findings('new-internet-egress', base, head)
    expect(others).toEqual([])
    expect(first?.message).toMatch(
      /^shop\/cart, shop\/payments and 1 more can now reach any address of the internet on TCP 443/,
    )
  })
})

describe('how sure new exposure is', () => {
  const admit = (name: string): string => ingress(`[${named(name)}]`)
  const offered = [web, service('web', 'ClusterIP'), front]
  test.each([
    { name: 'nothing isolated', base: [web, service('web', 'ClusterIP')], head: offered, says: ['error certain'] },
    {
      name: 'a usual controller is admitted',
      base: [...offered, ingress('[{podSelector: {matchLabels: {app: none}}}]')],
      head: [...offered, admit('ingress-nginx')],
      says: ['error likely'],
    },
    {
      name: 'a namespace that may be the controller’s',
      base: [...offered, policy('podSelector: {}')],
      head: [...offered, ingress('[{namespaceSelector: {matchLabels: {team: edge}}}]')],
      says: ['note possible'],
    },
    {
      name: 'offered and blocked',
      base: [web, service('web', 'ClusterIP'), policy('podSelector: {}')],
      head: [...offered, policy('podSelector: {}')],
      says: [],
    },
  ])('$name', ({ base, head, says }) => {
    expect(grades('new-internet-exposure', base, head)).toEqual(says)
  })

  test('one more port of what was exposed is told as such', () => {
    const two = service('web', 'LoadBalancer').replace(
      '[{port: 80, targetPort: 8080}]',
      '[{name: a, port: 80, targetPort: 8080}, {name: b, port: 81, targetPort: 9100}]',
    )
    const [first] = findings('new-internet-exposure', [web, service('web', 'LoadBalancer')], [web, two])
    expect(first?.message).toMatch(/^The internet can now reach shop\/web on TCP 9100 as well/)
  })
})

describe('how sure a sensitive port is', () => {
  const opened = (name: string, port: number, image?: string): string[] => {
    const listener = workload(name, port, image)
    return grades('sensitive-port-newly-reachable', [listener, ingress(`[${own}]`, '[]')], [listener])
  }
  test('a database', () => expect(opened('db', 5432)).toEqual(['error certain']))
  test('a port that may be anything', () => expect(opened('web', 9090)).toEqual(['warning likely']))
  test('the same port, told by the image', () =>
    expect(opened('web', 9090, 'prom/prometheus:v3')).toEqual(['error certain']))
  test('a port that everything uses', () => expect(opened('web', 8080)).toEqual([]))
  test('the same port, told by the name', () => expect(opened('jenkins', 8080)).toEqual(['error certain']))
})

describe('one edit, one finding', () => {
  const deny = policy('podSelector: {}, policyTypes: [Ingress, Egress]', 'default-deny')
  const base = [web, workload('cart'), deny]
  const head = [web, workload('cart')]

  test('isolation of every workload and direction', () => {
    const [first, ...others] = findings('isolation-lost', base, head)
    expect(others).toEqual([])
    expect(first?.message).toBe(
      'shop/cart and shop/web are no longer isolated for ingress and egress: NetworkPolicy shop/default-deny was removed. No policy applies to them there, so any pod can connect to them and they can connect anywhere.',
    )
  })

  test('near the deleted policy stands what is left of its file', () => {
    const [first] = findings('isolation-lost', base, head)
    expect(first?.at.side).toBe('base')
    expect(first?.near).toMatchObject({ side: 'head', span: { start: 0, file: { path: 'shop.yaml' } } })
  })

  test('isolation-lost speaks for the policy and for the namespaces let in', () => {
    expect(findings('policy-removed', base, head)).toEqual([])
    expect(findings('new-cross-namespace-access', base, head)).toEqual([])
  })
})

test('a change that means the same says nothing', () => {
  const ids = [
    'isolation-lost',
    'new-cross-namespace-access',
    'new-internet-egress',
    'new-internet-exposure',
    'policy-removed',
    'policy-weakened',
    'sensitive-port-newly-reachable',
  ]
  const base = [web, ingress(`[${own}, ${named('billing')}]`), service('web', 'LoadBalancer')]
  const head = [
    service('web', 'LoadBalancer'),
    ingress(`[${named('billing')}, ${own}]`),
    web.replace('shop.example/web', 'shop.example/web:2'),
  ]
  expect(ids.flatMap((id) => findings(id, base, head))).toEqual([])
})
