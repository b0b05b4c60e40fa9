import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { replaceBetweenMarkers } from './between-markers.ts'
import type { Generated } from './generator.ts'
import { markdownTable } from './markdown-table.ts'

const page = 'docs/network-profile.md'
const tableFile = 'src/model/plugin-capabilities.ts'
const claimsFile = 'src/model/plugin-claims.ts'

interface Claim {
  readonly since?: string
  readonly answer: string | { readonly option: string }
  readonly source: string
}

interface Table {
  readonly policyFamilies: readonly string[]
  readonly policyFeatures: readonly string[]
  isForeign(family: string, plugin: string): boolean
}

interface Claims {
  readonly pluginClaims: Readonly<Record<string, unknown>>
  claimsOf(plugin: string, topic: string): readonly Claim[]
}

/** The tables of kinds and fields in `docs/network-profile.md`, from what is claimed of each plugin. */
export function pluginTables(root: string): readonly Generated[] {
  const exists = [page, tableFile, claimsFile].every((file) => existsSync(join(root, file)))
  return exists ? [{ file: page, content: () => contentOf(root) }] : []
}

async function contentOf(root: string): Promise<string> {
  const load = async <T>(file: string): Promise<T> => (await import(pathToFileURL(join(root, file)).href)) as T
  const { policyFamilies, policyFeatures, isForeign } = await load<Table>(tableFile)
  const claims = await load<Claims>(claimsFile)
  const tables = [tableOf(claims, policyFamilies, isForeign), tableOf(claims, policyFeatures, () => false)]
  return replaceBetweenMarkers(readFileSync(join(root, page), 'utf8'), 'plugins', tables.join('\n\n'))
}

function tableOf({ pluginClaims, claimsOf }: Claims, topics: readonly string[], isForeign: Table['isForeign']): string {
  const rows = Object.keys(pluginClaims)
    .sort()
    .map((plugin) => [
      `\`${plugin}\``,
      ...topics.map((topic) => (isForeign(topic, plugin) ? 'no' : cellOf(claimsOf(plugin, topic)))),
    ])
  return markdownTable(['', ...topics], rows)
}

/** `no, from 3.29 yes`, each answer with a link to where it is said. */
function cellOf(claims: readonly Claim[]): string {
  if (claims.length === 0) return '?'
  const before = claims[0]?.since === undefined ? [] : ['?']
  return [...before, ...claims.map(claimText)].join(', ')
}

function claimText({ since, answer, source }: Claim): string {
  const text = typeof answer === 'string' ? answer.replace('unknown', '?') : 'by an option'
  return `${since === undefined ? '' : `from ${since} `}[${text}](${source})`
}
