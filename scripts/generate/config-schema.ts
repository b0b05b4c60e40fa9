import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Generated } from './generator.ts'

type MakeSchema = (rules: readonly unknown[]) => unknown

/** `docs/reference/config.schema.json`: the configuration's JSON Schema with the options of every rule, for editors. */
export function configSchema(root: string): readonly Generated[] {
  const file = join(root, 'src/config/json-schema.ts')
  return existsSync(file) ? [{ file: 'docs/reference/config.schema.json', content: () => schemaText(root, file) }] : []
}

async function schemaText(root: string, file: string): Promise<string> {
  const { configJsonSchema } = (await import(pathToFileURL(file).href)) as { configJsonSchema: MakeSchema }
  return `${JSON.stringify(configJsonSchema(await readRules(root)), undefined, 2)}\n`
}

async function readRules(root: string): Promise<readonly unknown[]> {
  const registry = join(root, 'src/rules/registry.ts')
  if (!existsSync(registry)) return []
  const { rules } = (await import(pathToFileURL(registry).href)) as { rules: readonly unknown[] }
  return rules
}
