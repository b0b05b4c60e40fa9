export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * OpenAPI 3.0 as JSON Schema: `nullable` becomes a union with null, and `#/components` references name the document
 * `github`, under which it is registered. `discriminator` only repeats what `oneOf` says and is dropped.
 */
export function toJsonSchema(value: Json): Json {
  if (Array.isArray(value)) return value.map(toJsonSchema)
  if (!isObject(value)) return value
  if (typeof value.$ref === 'string') return { $ref: value.$ref.replace(/^#/, 'github#') }
  const { nullable, discriminator: _, ...rest } = value
  const schema = Object.fromEntries(Object.entries(rest).map(([key, child]) => [key, toJsonSchema(child)]))
  return nullable === true ? { anyOf: [{ type: 'null' }, schema] } : schema
}
