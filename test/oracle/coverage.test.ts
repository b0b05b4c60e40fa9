import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adminFields } from '../../src/policies/admin/fields.ts'
import { networkPolicyFields } from '../../src/policies/kubernetes/fields.ts'
import { adminHolders, networkPolicyHolders } from '../policies/field-holders.ts'
import { pathsIn } from './paths-in.ts'
import { governedCluster } from './shop-clusters.ts'

type Tables = Readonly<Record<string, Readonly<Record<string, unknown>>>>

const kinds: readonly { readonly kind: string; readonly tables: Tables; readonly holders: Record<string, string> }[] = [
  { kind: 'NetworkPolicy', tables: networkPolicyFields, holders: networkPolicyHolders },
  ...Object.entries(adminFields).map(([kind, tables]) => ({ kind, tables, holders: adminHolders })),
]

const clusters = fc.sample(governedCluster, { numRuns: 400, seed: 7 }).flat()

test.each(kinds)('the generator reaches every field of $kind that is modelled', ({ kind, tables, holders }) => {
  const reached = new Set(clusters.filter((object) => object.kind === kind).flatMap((object) => [...pathsIn(object)]))
  const wanted = Object.entries(holders)
    .filter(([path]) => path !== '' && reached.has(path))
    .flatMap(([path, holder]) =>
      Object.entries(tables[holder] ?? {})
        .filter(([, treatment]) => treatment === 'modelled')
        .map(([name]) => `${path}.${name}`),
    )
  expect(wanted.length).toBeGreaterThan(10)
  expect(wanted.filter((path) => !reached.has(path))).toEqual([])
})
