import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Generated, generatedNotice } from './generator.ts'
import { markdownTable } from './markdown-table.ts'

const codesFile = 'src/source/diagnostic-code.ts'

const introduction = `Problems in your input. Each is reported with file, line and column; the rest is analysed. A problem that could make
the answer wrong makes the outcome \`incomplete\`.`

/** `docs/diagnostics.md`: every diagnostic code, in the groups its comments make. */
export function diagnosticsPage(root: string): readonly Generated[] {
  const file = join(root, codesFile)
  return existsSync(file) ? [{ file: 'docs/diagnostics.md', content: () => pageOf(file) }] : []
}

async function pageOf(file: string): Promise<string> {
  const { diagnosticCodes } = (await import(pathToFileURL(file).href)) as { diagnosticCodes: Record<string, string> }
  const groups = groupsOf(readFileSync(file, 'utf8'), new Set(Object.keys(diagnosticCodes)))
  const sections = groups.map(({ title, codes }) => {
    const rows = codes.map((code) => [`<a id="${code}"></a>\`${code}\``, diagnosticCodes[code] ?? ''])
    return `## ${title}\n\n${markdownTable(['Code', 'Meaning'], rows)}\n`
  })
  return [`# Diagnostics\n\n<!-- ${generatedNotice} -->\n\n${introduction}\n`, ...sections].join('\n')
}

interface Group {
  readonly title: string
  readonly codes: readonly string[]
}

/** Groups in the order of the file; a code before the first comment belongs to "General". */
function groupsOf(text: string, known: ReadonlySet<string>): readonly Group[] {
  const groups: { title: string; codes: string[] }[] = [{ title: 'General', codes: [] }]
  for (const line of text.split('\n')) {
    const title = /^ {2}\/\/ (.+)$/.exec(line)?.[1]
    const code = /^ {2}'?([a-z][a-z0-9-]*)'?:/.exec(line)?.[1]
    if (title !== undefined) groups.push({ title: capitalised(title), codes: [] })
    if (code !== undefined && known.has(code)) groups.at(-1)?.codes.push(code)
  }
  const missing = [...known].filter((code) => !groups.some(({ codes }) => codes.includes(code)))
  if (missing.length > 0) throw new Error(`${codesFile}: no line of its own for ${missing.join(', ')}`)
  return groups.filter(({ codes }) => codes.length > 0)
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '')
}
