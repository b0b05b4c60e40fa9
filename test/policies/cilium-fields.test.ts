import { describe, expect, test } from 'vitest'
import { cidrGroupFields, ciliumFields } from '../../src/policies/cilium/fields.ts'
import { crdObjects, hasSchemas } from './crd-fields.ts'

/** Paths whose content is a type that Kubernetes shares, or says nothing about traffic. */
const closed =
  /(^|\.)(metadata|status|labels|log|endpointSelector|nodeSelector|aws|listener|terminatingTLS|originatingTLS|secret|kafka)$|(from|to)(Endpoints|Nodes|Requires)$|cidrGroupSelector$|k8sServiceSelector\.selector$/

/** Which table speaks of the fields below a path, by its last part. */
const byName: Readonly<Record<string, string>> = {
  enableDefaultDeny: 'enableDefaultDeny',
  authentication: 'authentication',
  fromCIDRSet: 'cidrRule',
  toCIDRSet: 'cidrRule',
  fromGroups: 'groups',
  toGroups: 'groups',
  icmps: 'icmps',
  fields: 'icmpField',
  ports: 'port',
  rules: 'l7Rules',
  http: 'httpRule',
  headerMatches: 'headerMatch',
  dns: 'domainName',
  toFQDNs: 'domainName',
  toServices: 'service',
  k8sService: 'namedService',
  k8sServiceSelector: 'selectedService',
}

function holderOf(path: string): string | undefined {
  if (path === '') return 'object'
  if (path === 'spec' || path === 'specs') return 'rule'
  const [, section = '', field] = path.split('.')
  if (field === undefined && section !== 'enableDefaultDeny') return section
  const last = path.split('.').at(-1) ?? ''
  if (last === 'toPorts') return section.endsWith('Deny') ? 'denyPortRule' : 'portRule'
  return byName[last]
}

const sorted = (table: object | undefined): string[] => Object.keys(table ?? {}).sort()

describe.skipIf(!hasSchemas)('every field of the CRDs is in a table (skipped: no ../shared/schemas)', () => {
  test.each(['ciliumnetworkpolicy_v2', 'ciliumclusterwidenetworkpolicy_v2'])('%s', (name) => {
    const objects = crdObjects(`cilium.io/${name}.json`, closed)
    expect(objects.length).toBeGreaterThan(60)
    const tables: Readonly<Record<string, object>> = ciliumFields
    for (const [path, fields] of objects) {
      const holder = holderOf(path)
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
