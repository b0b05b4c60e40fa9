import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CalicoKind, calicoFields } from '../../src/policies/calico/fields.ts'
import { calicoHolders } from './field-holders.ts'

const schemas = join(import.meta.dirname, '../../../shared/schemas/projectcalico.org')

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

/** Paths whose content says nothing about traffic, or has the shape of a NetworkPolicy of Kubernetes. */
const closed = /(^|\.)(metadata|status|annotations)$/

function* objectsOf(schema: Schema, path = ''): Generator<readonly [path: string, fields: readonly string[]]> {
  const { properties } = schema.items ?? schema
  if (properties === undefined || (closed.test(path) && !path.includes('.'))) return
  yield [path, Object.keys(properties)]
  for (const [name, below] of Object.entries(properties))
    yield* objectsOf(below, path === '' ? name : `${path}.${name}`)
}

const kinds = Object.keys(calicoFields) as CalicoKind[]

test.skipIf(!existsSync(schemas)).each(kinds)(
  '%s lists every field that its CRD has (skipped: no ../shared/schemas)',
  (kind) => {
    const schema = JSON.parse(readFileSync(join(schemas, `${kind.toLowerCase()}_v3.json`), 'utf8')) as Schema
    const tables: Readonly<Record<string, Readonly<Record<string, unknown>>>> = calicoFields[kind]
    const isOfKubernetes = (path: string): boolean =>
      kind === 'StagedKubernetesNetworkPolicy' && path.split('.').length > 1
    const objects = [...objectsOf(schema)].filter(([path]) => !isOfKubernetes(path))
    expect(objects.length).toBeGreaterThan(1)
    for (const [path, fields] of objects) {
      const holder = calicoHolders[path]
      expect(holder, `no table speaks of ${path}`).toBeDefined()
      const listed = Object.keys(tables[holder as string] ?? {}).filter((name) => path !== '' || name !== 'status')
      expect(listed.sort(), path).toEqual([...fields].filter((name) => path !== '' || name !== 'status').sort())
    }
  },
)
