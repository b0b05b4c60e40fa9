import { describe, expect, test } from 'vitest'
import {
  classOfWorkload,
  internetClasses,
  metadataClasses,
  privateClasses,
  unlabelledPod,
  workloadsIn,
} from '../../src/reach/peers.ts'
import type { AddressClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { reachOf, reachOfBoth, storeWith } from '../policies/store.ts'

const pod = (name: string, app: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: ${app}}}\nspec: {containers: [{name: main, image: till}]}\n`
const onTills = 'podSelector: {matchLabels: {app: till}}\ningress: []'

describe('workloads of a class', () => {
  test('are those of its side', () => {
    const { base, head } = reachOfBoth(
      storeWith([onTills, pod('till-one', 'till')]),
      storeWith([onTills, pod('till-one', 'till'), pod('till-two', 'till')]),
    )
    const added = head.input.cluster.workloads.find(({ id }) => id.name === 'till-two')
    const found = added && classOfWorkload(head, added)
    expect(found && workloadsIn(head, found)).toEqual([added])
    expect(found && workloadsIn(base, found)).toEqual([])
  })

  test('are all that look the same', () => {
    const reach = reachOf(storeWith([onTills, pod('till-one', 'till'), pod('till-two', 'till')]))
    const [first] = reach.input.cluster.workloads.filter(({ id }) => id.name === 'till-one')
    const names = first && workloadsIn(reach, classOfWorkload(reach, first)).map(({ id }) => id.name)
    expect(names).toEqual(['till-one', 'till-two'])
  })

  test('are none where it is no workloads', () => {
    const reach = reachOf(storeWith([onTills]))
    expect(workloadsIn(reach, reach.universe.anyPod)).toEqual([])
  })
})

describe('a pod without labels', () => {
  test('is one that no selector of labels matches', () => {
    const found = unlabelledPod(reachOf(storeWith([onTills])), 'store')
    expect(found).toMatchObject({ kind: 'cell', namespace: 'store' })
    expect([...(found?.pods.truths.agreed ?? ['no pod'])]).toEqual([])
  })

  test('is not known in a namespace without a trace', () => {
    expect(unlabelledPod(reachOf(storeWith([onTills])), 'annex')).toBeUndefined()
  })
})

describe('classes of addresses', () => {
  const reach = () => reachOf(storeWith(['podSelector: {}\ningress: [{from: [{ipBlock: {cidr: 198.18.4.0/24}}]}]']))
  const holds = (classes: readonly AddressClass[], address: string): boolean =>
    classes.some(({ addresses }) => AddressSet.of(`${address}/32`).isSubsetOf(addresses))

  test.each([
    { address: '8.8.8.8', internet: true, inside: false, metadata: false },
    { address: '10.1.2.3', internet: false, inside: true, metadata: false },
    { address: '192.168.1.1', internet: false, inside: true, metadata: false },
    { address: '169.254.169.254', internet: false, inside: false, metadata: true },
  ])('of the internet, of private networks and of the metadata service: $address', (row) => {
    expect(holds(internetClasses(reach()), row.address)).toBe(row.internet)
    expect(holds(privateClasses(reach()), row.address)).toBe(row.inside)
    expect(holds(metadataClasses(reach()), row.address)).toBe(row.metadata)
  })
})
