import { z } from 'zod'
import type { KnownRule } from './known-rule.ts'
import { configSchema } from './schema.ts'

/** The part of JSON Schema that is made here. */
export interface JsonSchema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly [keyword: string]: unknown
}

/** JSON Schema of the configuration file, with the options of each rule that is given. */
export function configJsonSchema(known: readonly KnownRule[] = []): JsonSchema {
  const { $schema, properties, ...rest } = toJsonSchema(configSchema)
  return {
    $schema,
    $id: 'portcullis-config-1',
    title: 'Portcullis configuration',
    description: 'The policy of the pull-request gate, as .github/portcullis.yml holds it.',
    ...rest,
    properties:
      known.length === 0 ? { ...properties } : { ...properties, rules: rulesSchema(properties?.rules, known) },
  }
}

/** Keys a mapping at this path may hold, where the schema names them; empty where it takes any key or none. */
export function keysAt(schema: JsonSchema, path: readonly (string | number)[]): string[] {
  const found = path.reduce<JsonSchema[]>(
    (schemas, step) => schemas.flatMap((each) => below(each, step)),
    alternatives(schema),
  )
  return [...new Set(found.flatMap((each) => Object.keys(each.properties ?? {})))]
}

function below(schema: JsonSchema, step: string | number): JsonSchema[] {
  const { additionalProperties: others } = schema
  const named =
    typeof step === 'string' && Object.hasOwn(schema.properties ?? {}, step) ? schema.properties?.[step] : undefined
  const found = typeof step === 'number' ? schema.items : (named ?? (typeof others === 'object' ? others : undefined))
  return found === undefined ? [] : alternatives(found)
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives)
}

function rulesSchema(written: JsonSchema | undefined, known: readonly KnownRule[]): JsonSchema {
  const [severity] = alternatives(toJsonSchema(configSchema.shape.rules.unwrap().valueType))
  const each = known.map((rule) => [rule.id, ruleSchema(rule, severity ?? {})] as const)
  return {
    type: 'object',
    description: written?.description ?? '',
    properties: Object.fromEntries(each),
    additionalProperties: false,
  }
}

function ruleSchema({ options, title }: KnownRule, severity: JsonSchema): JsonSchema {
  const { $schema: _, properties, ...rest } = toJsonSchema(options)
  const withOptions = { ...rest, properties: { severity, ...properties }, additionalProperties: false }
  return { ...(title === undefined ? {} : { description: title }), anyOf: [severity, { const: false }, withOptions] }
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return { ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) } as JsonSchema
}
