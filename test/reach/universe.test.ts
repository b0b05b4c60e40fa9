import { expect, test } from 'vitest'
import { partition } from '../../src/reach/partition.ts'
import { representative, type WorkloadClass } from '../../src/reach/universe.ts'
import { AddressSet } from '../../src/sets/address-set.ts'
import { storeWith } from '../policies/store.ts'

const pod = (name: string, address: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: store, labels: {app: ${name}}}\nspec: {containers: [{name: main, image: till}]}\nstatus: {podIP: ${address}}\n`

test.each([
  { name: 'till', base: '10.20.9.1', head: '10.20.9.2' },
  { name: 'added', base: '10.20.9.4', head: '10.20.9.4' },
  { name: 'removed', base: '10.20.9.3', head: '10.20.9.3' },
])('$name stands for its class as it is on a side, or on the other where it is on one only', ({ name, base, head }) => {
  const before = storeWith([pod('till', '10.20.9.1'), pod('removed', '10.20.9.3')])
  const after = storeWith([pod('till', '10.20.9.2'), pod('added', '10.20.9.4')])
  const { classOf } = partition(before.input, after.input)
  const found = (classOf.get(`head /Pod/store/${name}`) ?? classOf.get(`base /Pod/store/${name}`)) as WorkloadClass
  const addresses = (['base', 'head'] as const).map((side) => representative(found, side)?.addresses?.key)
  expect(addresses).toEqual([base, head].map((address) => AddressSet.of(`${address}/32`).key))
})
