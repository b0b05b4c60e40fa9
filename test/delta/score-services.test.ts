import { describe, expect, test } from 'vitest'
import { scoreServices, scoreTerms } from '../../src/delta/score-services.ts'
import type { SideView } from '../../src/delta/side-view.ts'
import { analyse } from './shop-delta.ts'

const workload = (name: string, port = 8080, { spec = '', container = '' } = {}): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: shop}
spec:
  template:
    metadata: {labels: {app: ${name}}}
    spec: {${spec}containers: [{name: ${name}, image: shop.example/${name}${container}, ports: [{containerPort: ${port}}]}]}
`
const service = (name: string, port = 8080, more = ''): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: shop${more.includes('Internal') ? ', annotations: {networking.gke.io/load-balancer-type: Internal}' : ''}}
spec: {${more.replace('Internal', '')}selector: {app: ${name}}, ports: [{port: 80, targetPort: ${port}}]}
`
const policy = (name: string, spec: string): string => `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: ${name}, namespace: shop}
spec: {${spec}}
`
const closed = policy('closed', 'podSelector: {}, policyTypes: [Ingress, Egress]')
const admit = (from: string): string =>
  policy('admit', `podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{from: [${from}]}]`)
const out = (to: string): string => policy('out', `podSelector: {}, policyTypes: [Egress], egress: [{to: [${to}]}]`)
const balancer = 'type: LoadBalancer, allocateLoadBalancerNodePorts: false, '
const balanced = service('web', 8080, balancer)

/** `10 × 1 × 1.5 × 1 = 64`: exposure, sensitivity, egress and host. */
function scoreOf(...objects: readonly string[]): string {
  const { head } = analyse({}, { 'shop.yaml': objects.join('---') })
  const [first] = scoreServices(head as SideView)
  return `${scoreTerms.map((term) => first?.terms[term].value).join(' × ')} = ${first?.score}`
}

describe('what reaches a Service', () => {
  const web = workload('web')
  const fromNamespaces = '{namespaceSelector: {}}'
  test.each([
    { name: 'nobody', objects: [web, service('web'), closed], score: '0.5 × 1 × 1 × 1 = 9' },
    {
      name: 'some namespaces',
      objects: [web, service('web'), admit('{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: till}}}')],
      score: '2 × 1 × 1 × 1 = 25',
    },
    { name: 'any namespace', objects: [web, service('web'), admit(fromNamespaces)], score: '4 × 1 × 1 × 1 = 37' },
    { name: 'offered, and kept shut', objects: [web, balanced, closed], score: '1 × 1 × 1 × 1 = 16' },
    {
      name: 'an internal balancer',
      objects: [web, service('web', 8080, `${balancer}Internal`), admit('{ipBlock: {cidr: 0.0.0.0/0}}')],
      score: '5 × 1 × 1 × 1 = 41',
    },
    {
      name: 'nodes',
      objects: [web, service('web', 8080, 'type: NodePort, '), admit('{ipBlock: {cidr: 0.0.0.0/0}}')],
      score: '6 × 1 × 1 × 1 = 45',
    },
    {
      name: 'the internet',
      objects: [web, balanced, admit('{ipBlock: {cidr: 0.0.0.0/0}}')],
      score: '10 × 1 × 1 × 1 = 55',
    },
  ])('$name: $score', ({ objects, score }) => {
    expect(scoreOf(...objects)).toBe(score)
  })
})

describe('what it is', () => {
  test.each([
    { name: 'a database', objects: [workload('db', 5432), service('db', 5432)], score: '3' },
    { name: 'a dashboard', objects: [workload('kibana', 5601), service('kibana', 5601)], score: '2' },
    { name: 'a debugger', objects: [workload('web', 9229), service('web', 9229)], score: '1.5' },
    {
      name: 'a database the Service does not lead to',
      objects: [workload('db', 5432), service('db', 8080)],
      score: '1',
    },
    { name: 'a port that may be anything', objects: [workload('web', 9090), service('web', 9090)], score: '1' },
  ])('$name: $score', ({ objects, score }) => {
    expect(scoreOf(...objects, closed).split(' × ')[1]).toBe(score)
  })
})

describe('what its pods reach', () => {
  test.each([
    { name: 'everything', policies: [], score: '2.25' },
    { name: 'nobody', policies: [closed], score: '1' },
    { name: 'broad ranges', policies: [out('{ipBlock: {cidr: 203.0.0.0/12}}')], score: '1.25' },
    { name: 'private networks', policies: [out('{ipBlock: {cidr: 10.0.0.0/8}}')], score: '1.25' },
    { name: 'the metadata address', policies: [out('{ipBlock: {cidr: 169.254.169.254/32}}')], score: '1.5' },
  ])('$name: $score', ({ policies, score }) => {
    expect(scoreOf(workload('web'), service('web'), ...policies).split(' × ')[2]).toBe(score)
  })
})

describe('what they are on their node', () => {
  test('on the host network, and privileged', () => {
    const agent = workload('agent', 8080, {
      spec: 'hostNetwork: true, ',
      container: ', securityContext: {privileged: true}',
    })
    expect(scoreOf(agent, service('agent'), closed)).toBe('6 × 1 × 2.25 × 1.5 = 71')
  })

  test('a workload with ports of the node counts by itself where no Service has its name', () => {
    const { head } = analyse(
      {},
      { 'shop.yaml': [workload('agent', 8080, { spec: 'hostNetwork: true, ' }), closed].join('---') },
    )
    expect(scoreServices(head as SideView).map(({ name }) => name)).toEqual(['shop/agent'])
  })

  test('no score is above 100', () => {
    const db = workload('db', 5432, { container: ', securityContext: {privileged: true}' })
    expect(scoreOf(db, service('db', 5432, balancer))).toBe('10 × 3 × 2.25 × 1.25 = 100')
  })
})
