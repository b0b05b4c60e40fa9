import { describe, expect, test } from 'vitest'
import { cidrGroupFields, ciliumFields } from '../../src/policies/cilium/fields.ts'
import { ciliumHolderOf } from './cilium-holders.ts'
import { crdObjects, hasSchemas } from './crd-fields.ts'

/** Paths whose content is a type that Kubernetes shares, or says nothing about traffic. */
const closed =
  /(^|\.)(metadata|status|labels|log|endpointSelector|nodeSelector|aws|listener|terminatingTLS|originatingTLS|secret|kafka)$|(from|to)(Endpoints|Nodes|Requires)$|cidrGroupSelector$|k8sServiceSelector\.selector$/

const sorted = (table: object | undefined): string[] => Object.keys(table ?? {}).sort()

describe.skipIf(!hasSchemas)('every field of the CRDs is in a table (skipped: no ../shared/schemas)', () => {
  test.each(['ciliumnetworkpolicy_v2', 'ciliumclusterwidenetworkpolicy_v2'])('%s', (name) => {
    const objects = crdObjects(`cilium.io/${name}.json`, closed)
    expect(objects.length).toBeGreaterThan(60)
    const tables: Readonly<Record<string, object>> = ciliumFields
    for (const [path, fields] of objects) {
      const holder = ciliumHolderOf(path)
      expect(holder, `no table speaks of ${path}`).toBeDefined()
      expect(sorted(tables[holder ?? '']), path).toEqual(fields)
    }
  })

  test.each(['ciliumcidrgroup_v2', 'ciliumcidrgroup_v2alpha1'])('%s', (name) => {
    const objects = crdObjects(`cilium.io/${name}.json`, closed)
    expect(objects.map(([path]) => path)).toEqual(['', 'spec'])
    for (const [path, fields] of objects)
      expect(sorted(path === '' ? cidrGroupFields.object : cidrGroupFields.spec), path).toEqual(fields)
  })
})
