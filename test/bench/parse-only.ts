import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'

/** Reads every manifest below a folder with the bare YAML library: the yardstick. */
const folder = process.argv[2] ?? '.'
let documents = 0
for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  if (entry.isFile() && entry.name.endsWith('.yaml'))
    documents += loadAll(readFileSync(join(entry.parentPath, entry.name), 'utf8')).length
}
console.log(documents)
