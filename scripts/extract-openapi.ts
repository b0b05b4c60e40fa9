/**
 * Writes the part of GitHub's OpenAPI description that the emulator in `test/` checks against.
 * Run once for each new version of `@octokit/openapi`, whose `generated/api.github.com.json` is the argument:
 * `node scripts/extract-openapi.ts PATH`. Prose and examples are left out, `$ref`s are followed and kept.
 */
import { readFileSync, writeFileSync } from 'node:fs'

type Json = null | boolean | number | string | readonly Json[] | JsonObject
interface JsonObject {
  readonly [key: string]: Json
}

const REPO = '/repos/{owner}/{repo}'

/** Path → methods the emulator answers. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  [REPO]: ['get'],
  [`${REPO}/pulls/{pull_number}`]: ['get'],
  [`${REPO}/pulls/{pull_number}/files`]: ['get'],
  [`${REPO}/pulls/{pull_number}/reviews`]: ['get', 'post'],
  [`${REPO}/pulls/{pull_number}/comments`]: ['get', 'post'],
  [`${REPO}/pulls/comments/{comment_id}`]: ['get', 'patch', 'delete'],
  [`${REPO}/issues/{issue_number}/comments`]: ['get', 'post'],
  [`${REPO}/issues/comments/{comment_id}`]: ['get', 'patch', 'delete'],
  [`${REPO}/issues/{issue_number}/labels`]: ['get'],
  [`${REPO}/git/ref/{ref}`]: ['get'],
  [`${REPO}/git/commits/{commit_sha}`]: ['get'],
  [`${REPO}/git/trees/{tree_sha}`]: ['get'],
  [`${REPO}/git/blobs/{file_sha}`]: ['get'],
  [`${REPO}/compare/{basehead}`]: ['get'],
  [`${REPO}/contents/{path}`]: ['get'],
  [`${REPO}/check-runs`]: ['post'],
  [`${REPO}/collaborators/{username}/permission`]: ['get'],
  [`${REPO}/code-scanning/sarifs`]: ['post'],
}

const PROSE = new Set(['description', 'summary', 'example', 'examples', 'externalDocs', 'tags', 'title', 'deprecated'])
/** Under these keys the names are the author's, so a property called `description` stays. */
const NAMED = new Set(['properties', 'schemas', 'parameters', 'responses', 'headers', 'mapping'])

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function withoutProse(value: Json, named = false): Json {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item))
  if (!isObject(value)) return value
  const kept = Object.entries(value).filter(([key]) => named || !(PROSE.has(key) || key.startsWith('x-')))
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutProse(child, NAMED.has(key) && !named)]))
}

function refsIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  if (!isObject(value)) return []
  const own = typeof value.$ref === 'string' ? [value.$ref] : []
  return [...own, ...Object.values(value).flatMap(refsIn)]
}

function at(root: JsonObject, pointer: string): Json {
  const keys = pointer.replace(/^#\//, '').split('/')
  let here: Json | undefined = root
  for (const key of keys) here = isObject(here) ? here[key] : undefined
  if (here === undefined) throw new Error(`The description has no ${pointer}.`)
  return here
}

function closedComponents(root: JsonObject, paths: Json): JsonObject {
  const components: Record<string, Record<string, Json>> = {}
  const waiting = refsIn(paths)
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    const [, , group = '', name = ''] = ref.split('/')
    components[group] ??= {}
    if (components[group][name] !== undefined) continue
    const part = withoutProse(at(root, ref))
    components[group][name] = part
    waiting.push(...refsIn(part))
  }
  return sorted(components) as JsonObject
}

function sorted(value: Json): Json {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, value[key] ?? null]),
  )
}

function extract(root: JsonObject): JsonObject {
  const paths: Record<string, Json> = {}
  for (const [path, methods] of Object.entries(OPERATIONS)) {
    const item = at({ path: at(root, 'paths') }, 'path')
    const operations = isObject(item) ? item[path] : undefined
    if (!isObject(operations)) throw new Error(`The description has no ${path}.`)
    paths[path] = withoutProse(Object.fromEntries(methods.map((method) => [method, operations[method] ?? null])))
  }
  return { openapi: root.openapi ?? '', info: root.info ?? {}, paths, components: closedComponents(root, paths) }
}

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('Name the file generated/api.github.com.json of @octokit/openapi.')
const target = new URL('../test/github-emulator/openapi.json', import.meta.url)
const text = `${JSON.stringify(extract(JSON.parse(readFileSync(source, 'utf8'))))}\n`
writeFileSync(target, text)
process.stdout.write(`test/github-emulator/openapi.json: ${text.length} bytes\n`)
