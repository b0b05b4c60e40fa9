import { expect, test } from 'vitest'
import { ciliumProfile } from '../policies/cilium-store.ts'
import { deltaOf, shop, showCause } from './shop-delta.ts'

const policy = (egress: string): string => `
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: suppliers, namespace: shop}
spec:
  endpointSelector: {}
  egress: [${egress}]
`
const group = (cidr: string): string => `
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: bakers}
spec:
  externalCIDRs: [${cidr}]
`
const service = (app: string): string => `
apiVersion: v1
kind: Service
metadata: {name: shelf, namespace: shop}
spec:
  ports: [{port: 80}]
  selector: {app: ${app}}
`

const byGroup = policy('{toCIDRSet: [{cidrGroupRef: bakers}]}')
const byService = policy('{toServices: [{k8sService: {serviceName: shelf}}]}')

function causesOf(rule: string, base: string | undefined, head: string | undefined, profile = ciliumProfile()) {
  const files = (text: string | undefined) => ({ 'shop.yaml': shop, 'rule.yaml': rule, 'other.yaml': text ?? '' })
  const { changes } = deltaOf(files(base), files(head), profile)
  return [...new Set(changes.flatMap(({ causes }) => causes.map(showCause)))]
}

test('a group of addresses that changes is why a connection appears', () => {
  expect(causesOf(byGroup, group('198.51.100.0/24'), group('198.51.100.0/24, 203.0.113.0/24'))).toEqual([
    'head other.yaml:6 CiliumCIDRGroup bakers: externalCIDRs item 2 was added',
  ])
})

test('a group that is there or gone is why', () => {
  expect(causesOf(byGroup, undefined, group('198.51.100.0/24'))).toEqual([
    'head other.yaml:4 CiliumCIDRGroup bakers was added',
  ])
  expect(causesOf(byGroup, group('198.51.100.0/24'), undefined)).toEqual([
    'base other.yaml:4 CiliumCIDRGroup bakers was removed',
  ])
})

test('a Service that selects other pods is why', () => {
  expect(causesOf(byService, service('web'), service('checkout'))).toEqual([
    'head other.yaml:7 Service shop/shelf: selector, app changed',
  ])
})

test('what agents enforce without any policy is no cause, and no obstacle', () => {
  const empty = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: empty, namespace: shop}\n'
  const always = ciliumProfile({ enforcement: 'always' })
  expect(causesOf(empty, undefined, policy('{toEntities: [world]}'), always)).toEqual([
    'head other.yaml:7 CiliumNetworkPolicy shop/suppliers was added',
  ])
  const unlabelled = policy('{toCIDRSet: [{cidrGroupRef: bakers}]}')
  expect(causesOf(unlabelled, undefined, group('198.51.100.0/24'), always)).toEqual([
    'head other.yaml:4 CiliumCIDRGroup bakers was added',
  ])
})
