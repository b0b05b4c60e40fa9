import { z } from 'zod'
import { entryOf, type MappingEntry, spanOf, type YamlNode } from '../manifests/node.ts'
import { type ParsedDocument, parseYaml } from '../manifests/parse-yaml.ts'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import { nearest } from '../source/nearest.ts'
import type { SourceFile } from '../source/source-file.ts'
import type { Span } from '../source/span.ts'
import { buildConfig } from './build-config.ts'
import type { Config } from './config.ts'
import { type ConfigContext, type ConfigProblem, explainIssue, type Path } from './explain-issue.ts'
import { configJsonSchema, type JsonSchema, keysAt } from './json-schema.ts'
import type { KnownRule } from './known-rule.ts'
import { plainValue } from './plain-value.ts'
import { configSchema } from './schema.ts'

/** The configuration, or what keeps the file from being one; there is no configuration where anything is wrong. */
export interface LoadedConfig {
  readonly config: Config | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Reads the configuration file. Strict: an unknown key, rule or preset, a value of the wrong kind or a key written twice
 * is reported at its place with what was probably meant. Reports the `config-*` codes.
 */
export function loadConfig(file: SourceFile, known: readonly KnownRule[]): LoadedConfig {
  const documents = parseYaml(file)
  const written = documents.filter((document) => document.root === undefined || !isEmpty(document.root))
  const [first, second] = written
  if (first === undefined) return refused(unreadable(file, 0, 'the file is empty', 'Write at least version: 1.'))
  if (first.root === undefined)
    return refused(unreadable(file, first.problem.offset, first.problem.message, 'Repair the YAML.'))
  if (second !== undefined) {
    return refused(unreadable(file, second.range.start, 'a second document follows', 'Keep all of it in one document.'))
  }
  return readRoot(file, first.root, [...duplicateKeys(file, first)], known)
}

function readRoot(
  file: SourceFile,
  root: YamlNode,
  repeats: readonly Diagnostic[],
  known: readonly KnownRule[],
): LoadedConfig {
  const plain = plainValue(root)
  const parsed = configSchema.safeParse(plain)
  const refusals = parsed.success ? [] : parsed.error.issues.map((issue) => ({ issue, prefix: [] }))
  const context = contextOf(root, known)
  const found = [...refusals, ...ruleProblems(plain, known)].flatMap((problem) =>
    'issue' in problem ? explainIssue(problem.issue, context, problem.prefix) : [problem],
  )
  const problems = [...forbiddenKeys(root), ...found].filter((problem) => !isMisspelt(problem, found))
  const diagnostics = [...repeats, ...problems.map((problem) => toDiagnostic(file, root, problem))]
  if (!parsed.success || diagnostics.length > 0) return { config: undefined, diagnostics: inOrder(diagnostics) }
  return { config: buildConfig(parsed.data, known, (path) => spanAt(file, root, path, 'value')), diagnostics }
}

/** A key that is missing where an unknown one stands is that one, misspelt: it is told once. */
function isMisspelt({ code, path }: ConfigProblem, all: readonly ConfigProblem[]): boolean {
  if (code !== 'config-missing-key' || path.length === 0) return false
  const holder = path.join('\n')
  return all.some((other) => other.code === 'config-unknown-key' && other.path.slice(0, -1).join('\n') === holder)
}

/** The one key the schema passes over in silence, since it could reach the prototype of an object. */
function* forbiddenKeys(node: YamlNode, path: Path = []): Generator<ConfigProblem> {
  if (node.kind === 'scalar') return
  const below =
    node.kind === 'sequence' ? node.items.entries() : node.entries.map((entry) => [entry.name, entry.value] as const)
  for (const [key, value] of below) {
    if (key === '__proto__') {
      const message = '"__proto__" cannot be a name here'
      yield { code: 'config-unknown-key', path: [...path, key], at: 'key', message, hint: 'Choose another name.' }
    }
    yield* forbiddenKeys(value, [...path, key])
  }
}

interface RefusedValue {
  readonly issue: z.core.$ZodIssue
  readonly prefix: Path
}

/** The schema is made once, and only where something is wrong. */
function contextOf(root: YamlNode, known: readonly KnownRule[]): ConfigContext {
  let schema: JsonSchema | undefined
  return {
    valueAt: (path) => {
      const { node } = step(root, path)
      return node === undefined ? undefined : plainValue(node)
    },
    keysAt: (path) => {
      schema ??= configJsonSchema(known)
      return keysAt(schema, path)
    },
  }
}

/** Rules are checked by what each says of itself; what is no rule setting at all, the schema has refused already. */
function ruleProblems(plain: unknown, known: readonly KnownRule[]): readonly (ConfigProblem | RefusedValue)[] {
  const rules = isMapping(plain) && isMapping(plain.rules) ? plain.rules : {}
  return Object.entries(rules).flatMap(([id, written]): readonly (ConfigProblem | RefusedValue)[] => {
    const rule = known.find((each) => each.id === id)
    if (rule === undefined) return [unknownRule(id, known)]
    const { severity: _, ...options } = isMapping(written) ? written : {}
    const parsed = strictly(rule.options).safeParse(options)
    return parsed.success ? [] : parsed.error.issues.map((issue) => ({ issue, prefix: ['rules', id] }))
  })
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An option nobody reads is a misspelt option. */
function strictly(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodObject ? schema.strict() : schema
}

function unknownRule(id: string, known: readonly KnownRule[]): ConfigProblem {
  const meant = nearest(
    id,
    known.map((rule) => rule.id),
  )
  const hint = meant === undefined ? '`portcullis rules` lists all rules.' : `Did you mean ${meant}?`
  return {
    code: 'config-unknown-rule',
    path: ['rules', id],
    at: 'key',
    message: `${JSON.stringify(id)} is no rule`,
    hint,
  }
}

function* duplicateKeys(file: SourceFile, document: ParsedDocument): Generator<Diagnostic> {
  if (document.root === undefined) return
  for (const { entry } of document.duplicates) {
    const message = `the key ${JSON.stringify(entry.name)} is written twice in this mapping`
    yield diagnostic('config-duplicate-key', spanOf(file, entry.key), {
      message,
      hint: 'Keep one of the two.',
      effect: 'unknown',
    })
  }
}

function isEmpty(root: YamlNode): boolean {
  return root.kind === 'scalar' && root.value === null
}

function refused(problem: Diagnostic): LoadedConfig {
  return { config: undefined, diagnostics: [problem] }
}

function unreadable(file: SourceFile, offset: number, message: string, hint: string): Diagnostic {
  const span = { file, start: offset, end: offset }
  return diagnostic('config-unreadable', span, {
    message: `the configuration cannot be read: ${message}`,
    hint,
    effect: 'unknown',
  })
}

function toDiagnostic(file: SourceFile, root: YamlNode, { code, path, at, message, hint }: ConfigProblem): Diagnostic {
  return diagnostic(code, spanAt(file, root, path, at), { message, hint, effect: 'unknown' })
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.span.start - b.span.start || (a.message < b.message ? -1 : 1))
}

/** Place of the key or value at a path, or of the innermost key that holds it. The file itself is its first character. */
function spanAt(file: SourceFile, root: YamlNode, path: Path, at: 'key' | 'value'): Span {
  const { node, entry } = step(root, path)
  if (at === 'key' && entry !== undefined) return spanOf(file, entry.key)
  if (node === undefined)
    return path.length === 0 ? { file, start: root.start, end: root.start } : spanAt(file, root, path.slice(0, -1), at)
  if (node.kind === 'scalar') return spanOf(file, node)
  return entry === undefined ? { file, start: node.start, end: node.start } : spanOf(file, entry.key)
}

interface Step {
  readonly node: YamlNode | undefined
  /** The entry whose value the node is; undefined for the root and list items. */
  readonly entry: MappingEntry | undefined
}

function step(root: YamlNode, path: Path): Step {
  return path.reduce<Step>(
    ({ node }, key) => {
      if (typeof key === 'number')
        return { node: node?.kind === 'sequence' ? node.items[key] : undefined, entry: undefined }
      const entry = entryOf(node, key)
      return { node: entry?.value, entry }
    },
    { node: root, entry: undefined },
  )
}
