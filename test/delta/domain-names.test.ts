import { expect, test } from 'vitest'
import { measureExposure } from '../../src/delta/measure-exposure.ts'
import { analyse, deltaOf, shop } from './shop-delta.ts'

const onlyNames = (...names: readonly string[]): string => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: guard}
spec:
  tier: Admin
  priority: 10
  subject: {namespaces: {matchLabels: {team: shop}}}
  egress:
    - {action: Pass, to: [{namespaces: {}}]}
    - {action: Accept, to: [{domainNames: [${names.join(', ')}]}], protocols: [{tcp: {destinationPort: {number: 443}}}]}
    - {action: Deny, to: [{networks: ["0.0.0.0/0", "::/0"]}]}
`

const one = { 'shop.yaml': shop, 'guard.yaml': onlyNames('api.example.com') }
const two = { 'shop.yaml': shop, 'guard.yaml': onlyNames('api.example.com', '"*.example.net"') }

test('a way out to a name is narrow, whatever addresses the name has', () => {
  const { head } = analyse(one, one)
  const exposure = measureExposure(head as NonNullable<typeof head>)
  expect(exposure['internet-egress-narrow'].map(({ name }) => name)).toEqual(['shop/checkout', 'shop/web'])
  expect(exposure['internet-egress-any'].map(({ name }) => name)).toEqual(['ops/monitor'])
})

test('another name is another way out, told with its name', () => {
  const texts = deltaOf(one, two).sentences.map(({ text }) => text)
  expect(texts.join('\n')).toContain('TCP 443 (to *.example.net)')
  expect(texts.join('\n')).not.toContain('can no longer')
})

test('a way out to a name is none to the metadata address or to private networks', () => {
  const { head } = analyse(one, one)
  const exposure = measureExposure(head as NonNullable<typeof head>)
  expect(exposure['metadata-egress'].map(({ name }) => name)).toEqual(['ops/monitor'])
  expect(exposure['private-egress'].map(({ name }) => name)).toEqual(['ops/monitor'])
})
