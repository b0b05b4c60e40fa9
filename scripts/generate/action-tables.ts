import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod'
import { replaceBetweenMarkers } from './between-markers.ts'
import type { Generated } from './generator.ts'
import { markdownTable } from './markdown-table.ts'

const input = z.object({
  description: z.string(),
  required: z.boolean().default(false),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
})
const output = z.object({ description: z.string() })
const actionFile = z.object({ inputs: z.record(z.string(), input), outputs: z.record(z.string(), output) })

/** The tables of inputs and outputs in `README.md`, from `action.yml`. */
export function actionTables(root: string): readonly Generated[] {
  const action = join(root, 'action.yml')
  const readme = join(root, 'README.md')
  if (!existsSync(action) || !existsSync(readme)) return []
  const content = async () =>
    replaceBetweenMarkers(readFileSync(readme, 'utf8'), 'action', tablesOf(readFileSync(action, 'utf8')))
  return [{ file: 'README.md', content }]
}

function tablesOf(actionText: string): string {
  const { inputs, outputs } = actionFile.parse(parse(actionText))
  const inputRows = Object.entries(inputs).map(([name, one]) => [`\`${name}\``, one.description, defaultOf(one)])
  const outputRows = Object.entries(outputs).map(([name, { description }]) => [`\`${name}\``, description])
  return `${markdownTable(['Input', 'Meaning', 'Default'], inputRows)}\n\n${markdownTable(['Output', 'Meaning'], outputRows)}`
}

function defaultOf({ default: value, required }: z.infer<typeof input>): string {
  if (required) return 'required'
  return value === undefined || value === '' ? '' : `\`${value}\``
}
