import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newKindFiles } from './kind-files.ts'
import { isKebabCase } from './names.ts'
import type { NewFile } from './new-file.ts'
import { newRuleFiles } from './rule-files.ts'

const templates: Readonly<Record<string, (name: string) => readonly NewFile[]>> = {
  rule: newRuleFiles,
  kind: newKindFiles,
}

/** Names that mean something else where the files would lie. */
const reserved: ReadonlySet<string> = new Set(['edit', 'entry', 'finding', 'registry', 'rule', 'readme'])

const usage = 'usage: npm run new rule <id>   or   npm run new kind <name>'

/** Writes all files of a new rule or policy kind and returns their paths; throws, and writes none, where it may not. */
export function writeNewFiles(root: string, what: string, name: string): readonly string[] {
  const template = Object.hasOwn(templates, what) ? templates[what] : undefined
  if (template === undefined) throw new Error(usage)
  if (!isKebabCase(name)) throw new Error(`"${name}" is no name: use small letters, digits and hyphens\n${usage}`)
  if (reserved.has(name)) throw new Error(`"${name}" is taken by a file that is no ${what}`)
  const files = template(name)
  const existing = files.find(({ path }) => existsSync(join(root, path)))
  if (existing !== undefined) throw new Error(`${existing.path} exists; nothing was written`)
  for (const { path, text } of files) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return files.map(({ path }) => path)
}
