import { describe, expect, test } from 'vitest'
import { habitsOf, isAtLeast } from '../../src/model/network-plugin.ts'

describe('habits of plugins', () => {
  test.each([
    ['cilium', 'no', 'no', 'cilium'],
    ['gke-dataplane-v2', 'no', 'no', 'cilium'],
    ['calico', 'yes', 'yes', 'calico'],
    ['canal', 'yes', 'yes', 'calico'],
    ['antrea', 'yes', 'yes', 'kubernetes'],
    ['ovn-kubernetes', 'yes', 'yes', 'kubernetes'],
    ['flannel', 'unknown', 'yes', 'kubernetes'],
    ['constructor', 'unknown', 'yes', 'kubernetes'],
  ])('%s: an ipBlock speaks of pods: %s, of machines: %s; policies meet as in %s', (name, pods, nodes, dialect) => {
    expect(habitsOf({ name, version: undefined })).toMatchObject({
      ipBlockMatchesPods: pods,
      ipBlockMatchesNodes: nodes,
      dialect,
    })
  })

  test('nobody knows what a plugin does that nobody names', () => {
    expect(habitsOf(undefined)).toMatchObject({ dialect: 'kubernetes', ipBlockMatchesPods: 'unknown' })
  })
})

test.each([
  [undefined, '1.19', true],
  ['1.19', '1.19', true],
  ['1.19.4', '1.19', true],
  ['1.9', '1.19', false],
  ['2', '1.19', true],
  ['1', '1.19', false],
])('version %s is at least %s: %s', (version, least, expected) => {
  expect(isAtLeast({ name: 'cilium', version }, least)).toBe(expected)
})
