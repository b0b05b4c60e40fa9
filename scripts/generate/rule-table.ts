import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as z from 'zod'
import { type Generated, generatedNotice } from './generator.ts'
import { markdownTable } from './markdown-table.ts'
import { ruleFolder, ruleIds, rulePageFolder } from './rule-files.ts'

const fixNames = { suggestion: 'suggested change', patch: 'text to add', none: '' } as const

const ruleModule = z.object({
  default: z.object({
    id: z.string(),
    title: z.string(),
    severity: z.string(),
    fix: z.enum(['suggestion', 'patch', 'none']).default('none'),
  }),
})

type RuleFacts = z.infer<typeof ruleModule>['default']
type Presets = Readonly<Record<string, ReadonlyMap<string, string>>>

const introduction = `Every rule and what it says. A preset gives a rule the severity shown beside the preset's name; a rule that no
preset names is off until the configuration switches it on.`

/** `docs/rules/README.md`: the table of rules. */
export function ruleTable(root: string): readonly Generated[] {
  if (!existsSync(join(root, ruleFolder, 'rule.ts'))) return []
  return [{ file: `${rulePageFolder}/README.md`, content: () => pageOf(root) }]
}

async function pageOf(root: string): Promise<string> {
  const presets = await readPresets(root)
  const rules = await Promise.all(ruleIds(root).map((id) => readRule(root, id)))
  const rows = rules.map((rule) => [
    `[\`${rule.id}\`](${rule.id}.md)`,
    rule.title,
    rule.severity,
    presetsOf(rule, presets),
    fixNames[rule.fix],
  ])
  const table = markdownTable(['Rule', 'What it says', 'Severity', 'Presets', 'Fix'], rows)
  return `# Rules\n\n<!-- ${generatedNotice} -->\n\n${introduction}\n\n${table}\n`
}

async function readRule(root: string, id: string): Promise<RuleFacts> {
  const file = join(root, ruleFolder, `${id}.ts`)
  const rule = ruleModule.parse(await import(pathToFileURL(file).href)).default
  if (rule.id !== id) throw new Error(`${ruleFolder}/${id}.ts defines the rule ${rule.id}; file and id must agree`)
  return rule
}

async function readPresets(root: string): Promise<Presets> {
  const file = join(root, 'src/config/presets.ts')
  if (!existsSync(file)) return {}
  const { presets } = (await import(pathToFileURL(file).href)) as { presets: Presets }
  return presets
}

/** `recommended, strict (error)`: the severity is named where the preset changes it. */
function presetsOf(rule: RuleFacts, presets: Presets): string {
  return Object.entries(presets)
    .flatMap(([name, severities]) => {
      const severity = severities.get(rule.id)
      if (severity === undefined) return []
      return [severity === rule.severity ? name : `${name} (${severity})`]
    })
    .join(', ')
}
