import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Generated } from './generator.ts'

/** `docs/reference/report.schema.json`: the shape of the JSON report, for those who read it. */
export function reportSchema(root: string): readonly Generated[] {
  const file = join(root, 'src/report/json-schema.ts')
  return existsSync(file) ? [{ file: 'docs/reference/report.schema.json', content: () => schemaText(file) }] : []
}

async function schemaText(file: string): Promise<string> {
  const { reportJsonSchema } = (await import(pathToFileURL(file).href)) as { reportJsonSchema: () => unknown }
  return `${JSON.stringify(reportJsonSchema(), undefined, 2)}\n`
}
