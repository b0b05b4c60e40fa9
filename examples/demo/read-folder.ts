import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Files below a folder by path, `prefix` in front of each. */
export function readFolder(folder: string, prefix = ''): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map(({ parentPath, name }) =>
    join(parentPath, name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/'),
  )
  return Object.fromEntries(paths.sort().map((path) => [prefix + path, readFileSync(join(folder, path), 'utf8')]))
}
