import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Generated, generatedNotice } from './generator.ts'

const folder = 'src/policies'

/** `src/policies/registry.ts`: every policy kind, which is every folder with a `kind.ts`, sorted by name. */
export function policyRegistry(root: string): readonly Generated[] {
  if (!existsSync(join(root, folder, 'policy-kind.ts'))) return []
  return [{ file: `${folder}/registry.ts`, content: async () => registryText(kindNames(root)) }]
}

function kindNames(root: string): readonly string[] {
  const folders = readdirSync(join(root, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const names = folders.map(({ name }) => name)
  return names.filter((name) => existsSync(join(root, folder, name, 'kind.ts'))).sort()
}

function registryText(names: readonly string[]): string {
  const imports = names.map((name) => `import { kind as ${variable(name)} } from './${name}/kind.ts'`)
  const list = names.map(variable).join(', ')
  return `// ${generatedNotice}\n${imports.join('\n')}\nimport type { PolicyKind } from './policy-kind.ts'\n\nexport const policyKinds: readonly PolicyKind[] = [${list}]\n`
}

const variable = (name: string): string => name.replaceAll(/-(.)/g, (_match, letter: string) => letter.toUpperCase())
