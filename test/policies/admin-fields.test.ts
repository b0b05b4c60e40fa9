import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { type AdminKind, adminFields } from '../../src/policies/admin/fields.ts'
import { adminHolders } from './field-holders.ts'

const schemas = join(import.meta.dirname, '../../../shared/schemas/policy.networking.k8s.io')

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

const files: readonly { readonly kind: AdminKind; readonly file: string }[] = [
  { kind: 'AdminNetworkPolicy', file: 'adminnetworkpolicies_v1alpha1_experimental.yaml' },
  { kind: 'BaselineAdminNetworkPolicy', file: 'baselineadminnetworkpolicies_v1alpha1_experimental.yaml' },
  { kind: 'ClusterNetworkPolicy', file: 'clusternetworkpolicy_v1alpha2_experimental.yaml' },
]

/** Paths whose content is a type that Kubernetes shares, or says nothing about traffic. */
const closed = /(^|\.)(metadata|status|namespaces|namespaceSelector|podSelector|nodes)$/

function* objectsOf(schema: Schema, path = ''): Generator<readonly [path: string, fields: readonly string[]]> {
  const { properties } = schema.items ?? schema
  if (properties === undefined || closed.test(path)) return
  yield [path, Object.keys(properties)]
  for (const [name, below] of Object.entries(properties))
    yield* objectsOf(below, path === '' ? name : `${path}.${name}`)
}

test.skipIf(!existsSync(schemas)).each(files)(
  '$kind lists every field that its CRD has (skipped: no ../shared/schemas)',
  ({ kind, file }) => {
    const crd = load(readFileSync(join(schemas, file), 'utf8')) as {
      spec: { versions: { schema: { openAPIV3Schema: Schema } }[] }
    }
    const schema = crd.spec.versions[0]?.schema.openAPIV3Schema as Schema
    const tables: Readonly<Record<string, object>> = adminFields[kind]
    const objects = [...objectsOf(schema)]
    expect(objects.length).toBeGreaterThan(8)
    for (const [path, fields] of objects) {
      const holder = adminHolders[path]
      expect(holder, `no table speaks of ${path}`).toBeDefined()
      expect(Object.keys(tables[holder as string] ?? {}).sort(), path).toEqual([...fields].sort())
    }
  },
)
