import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'

/** Published CRDs, when they lie beside the checkout. */
const schemas = join(import.meta.dirname, '../../../shared/schemas')
export const hasSchemas = existsSync(schemas)

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
}

interface Crd extends Schema {
  readonly spec?: { readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[] }
}

/** Each object of a CRD by its path with the names of its fields, in order; what lies below `closed` paths is left out. */
export function crdObjects(file: string, closed: RegExp): readonly (readonly [path: string, fields: string[]])[] {
  const crd = load(readFileSync(join(schemas, file), 'utf8')) as Crd
  return [...objectsOf(crd.spec?.versions[0]?.schema.openAPIV3Schema ?? crd, '', closed)]
}

function* objectsOf(schema: Schema, path: string, closed: RegExp): Generator<readonly [string, string[]]> {
  const { properties } = schema.items ?? schema
  if (properties === undefined || closed.test(path)) return
  yield [path, Object.keys(properties).sort()]
  for (const [name, below] of Object.entries(properties))
    yield* objectsOf(below, path === '' ? name : `${path}.${name}`, closed)
}
