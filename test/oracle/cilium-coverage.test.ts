import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cidrGroupFields, ciliumFields } from '../../src/policies/cilium/fields.ts'
import { ciliumHolderOf } from '../policies/cilium-holders.ts'
import { ciliumShop } from './cilium-clusters.ts'
import { pathsIn } from './paths-in.ts'
import type { PlainObject } from './plain-objects.ts'

type Tables = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What the generator does not write, and why. */
const leftOut: Readonly<Record<string, string>> = {
  'CiliumNetworkPolicy spec.nodeSelector': 'refused in a namespace',
  'CiliumNetworkPolicy spec.ingress.toPorts.rules.dns': 'refused in ingress',
  'CiliumClusterwideNetworkPolicy spec.ingress.toPorts.rules.dns': 'refused in ingress',
}

const objects = fc.sample(ciliumShop, { numRuns: 600, seed: 7 }).flatMap((shop) => shop.objects)

const reachedOf = (kind: string): Set<string> =>
  new Set(objects.filter((object: PlainObject) => object.kind === kind).flatMap((object) => [...pathsIn(object)]))

function wantedOf(kind: string, tables: Tables, holderOf: (path: string) => string | undefined): string[] {
  return [...new Set(['', ...reachedOf(kind)])].flatMap((path) =>
    Object.entries(tables[holderOf(path) ?? ''] ?? {})
      .filter(([, treatment]) => treatment === 'modelled')
      .map(([name]) => (path === '' ? name : `${path}.${name}`)),
  )
}

/** Below these the fields are Kubernetes' own, or those of `spec`. */
const closed =
  /^specs$|(^|\.)(metadata|endpointSelector|nodeSelector|cidrGroupSelector|aws)\b|(from|to)(Endpoints|Nodes)\b|selector\b/

test.each(['CiliumNetworkPolicy', 'CiliumClusterwideNetworkPolicy'])(
  'the generator reaches every field of %s that is modelled',
  (kind) => {
    const wanted = wantedOf(kind, ciliumFields, (path) => (closed.test(path) ? undefined : ciliumHolderOf(path)))
    const reached = reachedOf(kind)
    expect(wanted.length).toBeGreaterThan(90)
    expect(wanted.filter((path) => !reached.has(path) && leftOut[`${kind} ${path}`] === undefined)).toEqual([])
  },
)

test('the generator reaches every field of CiliumCIDRGroup', () => {
  const tables: Tables = cidrGroupFields
  const wanted = wantedOf('CiliumCIDRGroup', tables, (path) => ({ '': 'object', spec: 'spec' })[path])
  const reached = reachedOf('CiliumCIDRGroup')
  expect(wanted).toEqual(['apiVersion', 'kind', 'metadata', 'spec', 'spec.externalCIDRs'])
  expect(wanted.filter((path) => !reached.has(path))).toEqual([])
})
