import type { z } from 'zod'
import type { DiagnosticCode } from '../source/diagnostic-code.ts'
import { nearest } from '../source/nearest.ts'

type Issue = z.core.$ZodIssue
export type Path = readonly (string | number)[]

/** What is wrong at one place of the configuration. */
export interface ConfigProblem {
  readonly code: DiagnosticCode
  readonly path: Path
  /** Whether the place is the key at the path, or its value. */
  readonly at: 'key' | 'value'
  readonly message: string
  readonly hint: string
}

/** What explaining needs to know of the file: the value at a path, and the keys its place may hold. */
export interface ConfigContext {
  readonly valueAt: (path: Path) => unknown
  readonly keysAt: (path: Path) => readonly string[]
}

/** Keys of the file format that a later version reads. */
const laterKeys: ReadonlySet<string> = new Set([
  'approvals',
  'baseline',
  'budgets',
  'evidence',
  'helm',
  'kustomize',
  'requirements',
  'waivers',
])

/** Turns what the schema refuses into sentences, each at its own place. `prefix` is where the value was found. */
export function explainIssue(issue: Issue, context: ConfigContext, prefix: Path = []): readonly ConfigProblem[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))]
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, context.keysAt(path)))
    case 'invalid_union':
      return explainUnion(issue.errors, path, context)
    case 'invalid_key':
      return [{ ...invalid(path, `${show(path.at(-1))} ${issue.issues[0]?.message}`), at: 'key' }]
    case 'invalid_type':
    case 'invalid_value':
      return [unexpected(path, expectations(issue), context.valueAt(path))]
    default:
      return [invalid(path, `${show(context.valueAt(path))} ${issue.message}`)]
  }
}

function unknownKey(path: Path, key: string, known: readonly string[]): ConfigProblem {
  const meant = nearest(key, known)
  const others = known.length === 0 ? 'No key is known here.' : `Known here: ${known.join(', ')}.`
  const hint = laterKeys.has(key)
    ? `This version does not support ${key} yet; remove it.`
    : meant === undefined
      ? others
      : `Did you mean ${meant}?`
  return {
    code: 'config-unknown-key',
    path: [...path, key],
    at: 'key',
    message: `${show(key)} is no key of ${showPath(path)}`,
    hint,
  }
}

/** The alternative the value was meant as is the one it does not fail as a whole; without one, all are named. */
function explainUnion(
  branches: readonly (readonly Issue[])[],
  path: Path,
  context: ConfigContext,
): readonly ConfigProblem[] {
  const meant = branches.find((issues) => !issues.some(failsAsWhole))
  if (meant !== undefined) return meant.flatMap((issue) => explainIssue(issue, context, path))
  return [
    unexpected(
      path,
      branches.flatMap((issues) => issues.flatMap(expectations)),
      context.valueAt(path),
    ),
  ]
}

function failsAsWhole(issue: Issue): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') return !issue.errors.some((issues) => !issues.some(failsAsWhole))
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

/** What a value of another kind could have been: a word, or the kind of value. */
function expectations(issue: Issue): readonly Expectation[] {
  switch (issue.code) {
    case 'invalid_value':
      return issue.values.filter((value) => value !== false).map((value) => ({ word: String(value) }))
    case 'invalid_type':
      return [{ kind: kindNames[issue.expected] ?? issue.expected }]
    case 'invalid_union':
      return issue.errors.flatMap((issues) => issues.flatMap(expectations))
    default:
      return []
  }
}

type Expectation = { readonly word: string } | { readonly kind: string }

const kindNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a mapping',
  record: 'a mapping',
  string: 'text',
}

function unexpected(path: Path, expected: readonly Expectation[], value: unknown): ConfigProblem {
  const words = expected.flatMap((each) => ('word' in each ? [each.word] : []))
  const kinds = expected.flatMap((each) => ('kind' in each ? [each.kind] : []))
  const wanted = oneOf([...new Set([...words, ...kinds])])
  if (value === undefined) return missing(path, wanted)
  const meant = typeof value === 'string' ? nearest(value, words) : undefined
  const isPreset = path[0] === 'extends' && typeof value === 'string'
  return {
    code: isPreset ? 'config-unknown-preset' : 'config-invalid-value',
    path,
    at: 'value',
    message: isPreset ? `${show(value)} is no preset` : `${showPath(path)} is ${describe(value)}, which it cannot be`,
    hint: meant === undefined ? `Give ${wanted}.${quoting(value, kinds)}` : `Did you mean ${meant}?`,
  }
}

function oneOf(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join() : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`
}

function missing(path: Path, wanted: string): ConfigProblem {
  const message = `${showPath(path.slice(0, -1))} lacks the key ${path.at(-1)}`
  return {
    code: 'config-missing-key',
    path: path.slice(0, -1),
    at: 'value',
    message,
    hint: `Add ${path.at(-1)}: ${wanted}.`,
  }
}

function invalid(path: Path, message: string): ConfigProblem {
  return { code: 'config-invalid-value', path, at: 'value', message, hint: `Correct or remove ${showPath(path)}.` }
}

/** YAML turns many a word into a number or a boolean. */
function quoting(value: unknown, kinds: readonly string[]): string {
  return kinds.includes('text') && (typeof value === 'number' || typeof value === 'boolean')
    ? ' Put it in quotes to make it text.'
    : ''
}

function describe(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : show(value)
}

/** A value from the file, cut to what fits a sentence. */
function show(value: unknown): string {
  const text = typeof value === 'object' ? describe(value) : (JSON.stringify(value) ?? 'nothing')
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}

/** `clusters.prod.sources[0]`; without a path, the file. */
function showPath(path: Path): string {
  if (path.length === 0) return 'the configuration'
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}
