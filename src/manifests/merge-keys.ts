import type { MappingEntry, MappingNode, ScalarNode, YamlNode } from './node.ts'
import { YamlProblem } from './yaml-problem.ts'

/**
 * Entries of a mapping with its merge keys (`<<`) replaced by what they bring, at their place: kubectl lets the later
 * of a written and a merged key win. A merged entry that is written further down is left out. Of a list of mappings the
 * first one wins. Throws `YamlProblem` where the value of a merge key is no mapping and no list of them.
 */
export function applyMerge(entries: readonly MappingEntry[], isMerge: (key: ScalarNode) => boolean): MappingEntry[] {
  const written = new Map<string, number>()
  entries.forEach((entry, index) => {
    if (!isMerge(entry.key)) written.set(entry.name, index)
  })
  return entries.flatMap((entry, index) => {
    if (!isMerge(entry.key)) return [entry]
    return mergedEntries(entry).filter(({ name }) => (written.get(name) ?? -1) < index)
  })
}

function mergedEntries(merge: MappingEntry): MappingEntry[] {
  const found = new Map<string, MappingEntry>()
  for (const source of sourcesOf(merge)) {
    const own = new Map(source.entries.map((entry) => [entry.name, entry]))
    for (const [name, entry] of own) if (!found.has(name)) found.set(name, entry)
  }
  return [...found.values()]
}

function sourcesOf({ key, value }: MappingEntry): readonly MappingNode[] {
  if (value.kind === 'mapping') return [value]
  if (value.kind === 'sequence' && value.items.every(isMapping)) return value.items
  throw new YamlProblem('document-unparsable', key.start, 'a merge key needs a mapping or a list of mappings')
}

function isMapping(node: YamlNode): node is MappingNode {
  return node.kind === 'mapping'
}
