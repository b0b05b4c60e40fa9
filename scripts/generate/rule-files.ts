import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

export const ruleFolder = 'src/rules'
export const rulePageFolder = 'docs/rules'

/** Ids of the rules: the files `src/rules/<id>.ts` that have a page `docs/rules/<id>.md`, sorted. */
export function ruleIds(root: string): readonly string[] {
  const folder = join(root, ruleFolder)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length))
    .filter((id) => existsSync(join(root, rulePageFolder, `${id}.md`)))
    .sort()
}
