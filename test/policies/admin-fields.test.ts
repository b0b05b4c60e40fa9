import { expect, test } from 'vitest'
import { type AdminKind, adminFields } from '../../src/policies/admin/fields.ts'
import { crdObjects, hasSchemas } from './crd-fields.ts'
import { adminHolders } from './field-holders.ts'

const files: readonly { readonly kind: AdminKind; readonly file: string }[] = [
  { kind: 'AdminNetworkPolicy', file: 'adminnetworkpolicies_v1alpha1_experimental.yaml' },
  { kind: 'BaselineAdminNetworkPolicy', file: 'baselineadminnetworkpolicies_v1alpha1_experimental.yaml' },
  { kind: 'ClusterNetworkPolicy', file: 'clusternetworkpolicy_v1alpha2_experimental.yaml' },
]

/** Paths whose content is a type that Kubernetes shares, or says nothing about traffic. */
const closed = /(^|\.)(metadata|status|namespaces|namespaceSelector|podSelector|nodes)$/

test.skipIf(!hasSchemas).each(files)(
  '$kind lists every field that its CRD has (skipped: no ../shared/schemas)',
  ({ kind, file }) => {
    const tables: Readonly<Record<string, object>> = adminFields[kind]
    const objects = crdObjects(`policy.networking.k8s.io/${file}`, closed)
    expect(objects.length).toBeGreaterThan(8)
    for (const [path, fields] of objects) {
      const holder = adminHolders[path]
      expect(holder, `no table speaks of ${path}`).toBeDefined()
      expect(Object.keys(tables[holder as string] ?? {}).sort(), path).toEqual(fields)
    }
  },
)
