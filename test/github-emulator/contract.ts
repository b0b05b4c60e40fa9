import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { isObject, type Json, type JsonObject, toJsonSchema } from './json-schema.ts'

/** An operation of the description that a request line matches, with its path parameters decoded. */
export interface Operation {
  readonly method: string
  readonly template: string
  readonly parameters: Readonly<Record<string, string>>
}

export interface Contract {
  readonly match: (method: string, path: string) => Operation | undefined
  /** Sentences about what is wrong, empty when the request fits. `body` is undefined when none was sent. */
  readonly requestProblems: (operation: Operation, query: URLSearchParams, body: unknown) => readonly string[]
  readonly responseProblems: (operation: Operation, status: number, body: unknown) => readonly string[]
}

/** Parameters whose value may hold slashes, although the description does not say so. */
const SPANNING = new Set(['path', 'ref', 'basehead'])

/**
 * Outdated comments come back with `line: null` although the description calls it an integer
 * (omartelo/lich#130, seen in recorded answers).
 */
const NULLABLE_IN_FACT = { 'pull-request-review-comment': ['line', 'position'] } as const

let loaded: Contract | undefined

/** GitHub's description as checks; compiled once a process, each schema on first use. */
export function loadContract(): Contract {
  loaded ??= createContract()
  return loaded
}

function createContract(): Contract {
  const text = readFileSync(new URL('./openapi.json', import.meta.url), 'utf8')
  const document = withNullableLines(toJsonSchema(JSON.parse(text)) as JsonObject)
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true, coerceTypes: false })
  formats.default(ajv)
  ajv.addSchema(document, 'github')
  const compiled = new Map<string, ValidateFunction>()
  const check = (pointer: string, value: unknown): readonly string[] => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `github#${pointer}` })
    compiled.set(pointer, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message}`)
  }
  const routes = routesOf(document)
  return {
    match: (method, path) => matchRoute(routes, method, path),
    requestProblems: (operation, query, body) => [
      ...parameterProblems(document, operation, query),
      ...bodyProblems(document, check, operation, body),
    ],
    responseProblems: (operation, status, body) => responseProblems(document, check, operation, status, body),
  }
}

interface Route {
  readonly method: string
  readonly template: string
  readonly pattern: RegExp
}

function routesOf(document: JsonObject): readonly Route[] {
  return Object.entries(document.paths as JsonObject).flatMap(([template, item]) =>
    Object.keys(item as JsonObject).map((method) => ({
      method: method.toUpperCase(),
      template,
      pattern: new RegExp(
        `^${template.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>${SPANNING.has(name) ? '.+' : '[^/]+'})`)}$`,
      ),
    })),
  )
}

function matchRoute(routes: readonly Route[], method: string, path: string): Operation | undefined {
  for (const route of routes) {
    const found = route.method === method ? route.pattern.exec(path) : null
    if (found === null) continue
    const parameters = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
    return { method, template: route.template, parameters: Object.fromEntries(parameters) }
  }
  return undefined
}

function operationOf(document: JsonObject, operation: Operation): JsonObject {
  return ((document.paths as JsonObject)[operation.template] as JsonObject)[
    operation.method.toLowerCase()
  ] as JsonObject
}

function pointerTo(operation: Operation): string {
  const template = encodeURIComponent(operation.template.replaceAll('~', '~0').replaceAll('/', '~1'))
  return `/paths/${template}/${operation.method.toLowerCase()}`
}

function parameterProblems(document: JsonObject, operation: Operation, query: URLSearchParams): readonly string[] {
  const declared = (operationOf(document, operation).parameters ?? []) as readonly JsonObject[]
  return declared.flatMap((entry) => {
    const parameter = resolve(document, entry)
    const name = String(parameter.name)
    const value = parameter.in === 'query' ? query.get(name) : operation.parameters[name]
    const type = (parameter.schema as JsonObject).type
    return type === 'integer' && typeof value === 'string' && !/^\d+$/.test(value) ? [`${name} is no integer`] : []
  })
}

function resolve(document: JsonObject, entry: JsonObject): JsonObject {
  if (typeof entry.$ref !== 'string') return entry
  let here: Json = document
  for (const key of entry.$ref.slice('github#/'.length).split('/')) here = (here as JsonObject)[key] ?? null
  return here as JsonObject
}

type Check = (pointer: string, value: unknown) => readonly string[]

function bodyProblems(document: JsonObject, check: Check, operation: Operation, body: unknown): readonly string[] {
  const declared = operationOf(document, operation).requestBody
  if (!isObject(declared)) return []
  if (body === undefined) return declared.required === true ? ['a JSON body is required'] : []
  return check(`${pointerTo(operation)}/requestBody/content/application~1json/schema`, body)
}

function responseProblems(
  document: JsonObject,
  check: Check,
  operation: Operation,
  status: number,
  body: unknown,
): readonly string[] {
  const responses = operationOf(document, operation).responses as JsonObject
  const declared = responses[String(status)]
  // GitHub answers with statuses its description does not list (401, 403, 429); those carry its basic error.
  if (!isObject(declared)) return status < 400 ? [`${status} is not described`] : check(BASIC_ERROR, body)
  const response = resolve(document, declared)
  if (!isObject(response.content)) {
    if (body === undefined) return []
    // Of some refusals the description gives the status only; they carry the basic error all the same.
    return status < 400 ? [`${status} has no body`] : check(BASIC_ERROR, body)
  }
  const base = typeof declared.$ref === 'string' ? declared.$ref.slice('github#'.length) : undefined
  const pointer = base ?? `${pointerTo(operation)}/responses/${status}`
  return check(`${pointer}/content/application~1json/schema`, body)
}

const BASIC_ERROR = '/components/schemas/basic-error'

function withNullableLines(document: JsonObject): JsonObject {
  const components = document.components as JsonObject
  const schemas = { ...(components.schemas as JsonObject) }
  for (const [name, fields] of Object.entries(NULLABLE_IN_FACT)) {
    const schema = schemas[name] as JsonObject
    const nullable = fields.map((field) => [field, { type: ['integer', 'null'] }])
    schemas[name] = { ...schema, properties: { ...(schema.properties as JsonObject), ...Object.fromEntries(nullable) } }
  }
  return { ...document, components: { ...components, schemas } }
}
