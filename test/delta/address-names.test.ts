import { expect, test } from 'vitest'
import { defaultProfile } from '../../src/model/network-profile.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { deltaOf, policy, shop } from './shop-delta.ts'

const ranges = {
  ...defaultProfile.ranges,
  pods: AddressSet.of('10.32.0.0/12'),
  services: AddressSet.of('10.96.0.0/16'),
  nodes: AddressSet.of('192.168.40.0/24'),
}

const egressTo = (...cidrs: readonly string[]): string =>
  policy(
    'egress',
    `podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]\negress:\n  - to: [${cidrs.map((cidr) => `{ipBlock: {cidr: ${cidr}}}`).join(', ')}]`,
  )

const destinations: readonly (readonly [cidrs: readonly string[], name: string])[] = [
  [['169.254.169.254/32'], 'the metadata address'],
  [['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'], 'RFC 1918'],
  [['10.32.0.0/12'], 'the pod range'],
  [['10.96.0.0/16'], 'the Service range'],
  [['192.168.40.0/24'], 'the node range'],
  [['0.0.0.0/1', '128.0.0.0/1'], 'every IPv4 address'],
  [['203.0.113.0/25', '203.0.113.128/25'], '203.0.113.0/24'],
]

test.each(destinations)('%j is %s', (cidrs, name) => {
  const closed = policy('egress', 'podSelector: {matchLabels: {app: web}}\npolicyTypes: [Egress]')
  const { sentences } = deltaOf(
    { 'shop.yaml': shop, 'egress.yaml': closed },
    { 'shop.yaml': shop, 'egress.yaml': egressTo(...cidrs) },
    { ranges },
  )
  expect(sentences.map(({ destinations: to }) => to)).toEqual([name])
})
