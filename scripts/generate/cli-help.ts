import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { replaceBetweenMarkers } from './between-markers.ts'
import type { Generated } from './generator.ts'

const newPage = '# Command line\n\n<!-- generated:help -->\n<!-- /generated:help -->\n'

/** The help text in `docs/cli.md`, which is made where it is missing. */
export function cliHelp(root: string): readonly Generated[] {
  const file = join(root, 'src/cli/help.ts')
  return existsSync(file) ? [{ file: 'docs/cli.md', content: () => pageOf(file, join(root, 'docs/cli.md')) }] : []
}

async function pageOf(file: string, page: string): Promise<string> {
  const { helpText } = (await import(pathToFileURL(file).href)) as { helpText: () => string }
  const text = existsSync(page) ? readFileSync(page, 'utf8') : newPage
  return replaceBetweenMarkers(text, 'help', `\`\`\`text\n${helpText().trim()}\n\`\`\``)
}
