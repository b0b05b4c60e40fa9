import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Generated, generatedNotice } from './generator.ts'
import { ruleFolder, ruleIds } from './rule-files.ts'

/** `src/rules/registry.ts`: every rule, sorted by id. */
export function ruleRegistry(root: string): readonly Generated[] {
  if (!existsSync(join(root, ruleFolder, 'rule.ts'))) return []
  return [{ file: `${ruleFolder}/registry.ts`, content: async () => registryText(ruleIds(root)) }]
}

function registryText(ids: readonly string[]): string {
  const imports = [
    ...ids.map((id) => ({ path: `./${id}.ts`, what: camelCase(id) })),
    { path: './rule.ts', what: 'type { Rule }' },
  ]
  const lines = imports
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, what }) => `import ${what} from '${path}'`)
  const list = ids.length === 0 ? '[]' : `[\n${ids.map((id) => `  ${camelCase(id)},\n`).join('')}]`
  return `// ${generatedNotice}\n${lines.join('\n')}\n\nexport const rules: readonly Rule[] = ${list}\n`
}

function camelCase(id: string): string {
  return id.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase())
}
