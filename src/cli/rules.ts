import { z } from 'zod'
import { type PresetName, presetNames, presets } from '../config/presets.ts'
import { rules as catalogue } from '../rules/registry.ts'
import type { Rule } from '../rules/rule.ts'
import { nearest } from '../source/nearest.ts'
import type { Arguments } from './command-spec.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

/** The catalogue as a table or as JSON; with an id, everything one rule says of itself. */
export async function rules({ operands: [id], options }: Arguments<'rules'>, io: Io): Promise<number> {
  const chosen = id === undefined ? catalogue : [ruleNamed(id)]
  if (options.format === 'json') {
    const described = chosen.map(describe)
    io.stdout.write(`${JSON.stringify(id === undefined ? described : described[0], undefined, 2)}\n`)
  } else {
    io.stdout.write(id === undefined ? table(chosen) : chosen.map(page).join(''))
  }
  return 0
}

function ruleNamed(id: string): Rule {
  const found = catalogue.find((rule) => rule.id === id)
  if (found !== undefined) return found
  const meant = nearest(
    id,
    catalogue.map((rule) => rule.id),
  )
  throw new UsageError(
    `there is no rule ${JSON.stringify(id)}`,
    meant === undefined ? '`portcullis rules` lists all of them.' : `Did you mean ${meant}?`,
  )
}

interface RuleDescription {
  readonly id: string
  readonly title: string
  readonly severity: string
  readonly presets: Readonly<Record<string, string>>
  readonly fix: string
  readonly tags: readonly string[]
  /** JSON Schema of its options, or null when it has none. */
  readonly options: object | null
}

function describe({ id, title, severity, fix, tags, options }: Rule): RuleDescription {
  const { $schema: _, ...schema } = z.toJSONSchema(options, { io: 'input', unrepresentable: 'any' })
  const hasOptions = Object.keys(options.shape).length > 0
  return {
    id,
    title,
    severity,
    presets: presetSeverities(id),
    fix,
    tags: [...tags],
    options: hasOptions ? schema : null,
  }
}

function presetSeverities(id: string): Record<string, string> {
  const severities = presetNames.map((name): [PresetName, string] => [name, presets[name].get(id) ?? 'off'])
  return Object.fromEntries(severities)
}

function table(chosen: readonly Rule[]): string {
  const room = Math.max(...chosen.map(({ id }) => id.length))
  const lines = chosen.map(({ id, severity, title }) => `${id.padEnd(room)}  ${severity.padEnd(7)}  ${title}`)
  return `${lines.join('\n')}\n`
}

function page(rule: Rule): string {
  const { id, title, severity, presets, fix, tags, options } = describe(rule)
  const inPresets = Object.entries(presets).map(([name, level]) => `${name} ${level}`)
  const lines = [
    `${id}: ${title}`,
    '',
    `severity  ${severity}`,
    `presets   ${inPresets.join(', ')}`,
    `fix       ${fix}`,
    `tags      ${tags.join(', ') || 'none'}`,
    ...(options === null ? [] : ['', 'Options (JSON Schema):', JSON.stringify(options, undefined, 2)]),
  ]
  return `${lines.join('\n')}\n`
}
