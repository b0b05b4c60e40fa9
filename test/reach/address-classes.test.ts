import { describe, expect, test } from 'vitest'
import { buildCluster } from '../../src/model/build-cluster.ts'
import { defaultProfile } from '../../src/model/network-profile.ts'
import type { PolicyEntry } from '../../src/policies/entry.ts'
import { addressClasses } from '../../src/reach/address-classes.ts'
import type { SideInput } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { syntheticSpan } from '../../src/source/span.ts'

/** A shop whose policies name the given sets of addresses, one entry each. */
function naming(...sets: readonly AddressSet[]): SideInput {
  const cluster = buildCluster({ name: 'shop', open: true, profile: defaultProfile, resources: [] })
  const entries = sets.map((addresses) => {
    const peers: PolicyEntry['peers'] = [
      { kind: 'addresses', addresses, matchesPods: 'no', matchesNodes: 'yes', span: syntheticSpan },
    ]
    return { peers } as unknown as PolicyEntry
  })
  return { cluster, entries }
}

function classAt(classes: readonly AddressSet[], address: string): AddressSet {
  const [found, another] = classes.filter((one) => AddressSet.of(address).isSubsetOf(one))
  if (found === undefined || another !== undefined) throw new Error(`${address} is not in one class`)
  return found
}

const supplier = AddressSet.of('198.18.4.0/24')

describe('classes of addresses', () => {
  test.each([
    { name: 'nothing is named', sets: [] },
    { name: 'the last block is named', sets: [AddressSet.of('240.0.0.0/4', 'ff00::/8')] },
    { name: 'the first block is named', sets: [AddressSet.of('0.0.0.0/8', '::/8')] },
    { name: 'everything is named', sets: [AddressSet.of('0.0.0.0/0', '::/0')] },
  ])('hold every address once where $name', ({ sets }) => {
    const classes = addressClasses(naming(...sets), naming())
    expect(classes.some((one) => one.isEmpty)).toBe(false)
    expect(classes.reduce((all, one) => all.union(one)).key).toBe(AddressSet.of('0.0.0.0/0', '::/0').key)
    classes.forEach((one, index) => {
      expect(classes.slice(index + 1).some((other) => other.overlaps(one))).toBe(false)
    })
  })

  test('tell the metadata service from its neighbours without any policy', () => {
    const classes = addressClasses(naming(), naming())
    expect(classAt(classes, '169.254.169.254/32').key).not.toBe(classAt(classes, '169.254.169.253/32').key)
  })

  test.each([
    { name: 'base', classes: addressClasses(naming(supplier), naming()) },
    { name: 'head', classes: addressClasses(naming(), naming(supplier)) },
  ])('tell apart what a policy of the $name names', ({ classes }) => {
    expect(classAt(classes, '198.18.4.9/32').key).toBe(supplier.key)
  })

  test('join parts that the same policies name, whichever of them starts first', () => {
    const courier = AddressSet.of('198.18.0.0/23', '198.18.9.0/24')
    const bank = AddressSet.of('198.18.1.0/24', '198.18.8.0/23')
    const classes = addressClasses(naming(courier, bank), naming())
    expect(classAt(classes, '198.18.1.1/32').key).toBe(AddressSet.of('198.18.1.0/24', '198.18.9.0/24').key)
  })
})
