import type { SourceFile } from '../source/source-file.ts'
import { isReadFurther } from './network-relevant.ts'
import type { MappingEntry, MappingNode, YamlNode } from './node.ts'
import { mayShowArguments, mayShowPlugin } from './plugin-traces.ts'
import type { Resource } from './resource.ts'

/**
 * The node of an object without the content nobody asks for, which is the bulk of most repositories: all of a kind that
 * does not matter to the network, and of pods what they run with. Ranges stay true. Trees live as long as the run, so
 * this halves its memory and what the garbage collector has to move.
 */
export function withoutUnread(
  node: MappingNode,
  type: Pick<Resource, 'group' | 'kind'>,
  { text }: SourceFile,
): MappingNode {
  const own = (): string => text.slice(node.start, node.end)
  if (isReadFurther(type)) return mayShowArguments(type, own) ? node : trimmed(node)
  return mayShowPlugin(type, own) ? node : { ...node, entries: [] }
}

/** Fields on the way from an object to its containers. */
const leading: ReadonlySet<string> = new Set([
  'spec',
  'template',
  'jobTemplate',
  'virtualMachineTemplate',
  'containers',
  'initContainers',
])

/** Fields of pods and containers that say nothing about who talks to whom. */
const unread: ReadonlySet<string> = new Set([
  'affinity',
  'args',
  'command',
  'env',
  'envFrom',
  'lifecycle',
  'livenessProbe',
  'readinessProbe',
  'resources',
  'startupProbe',
  'tolerations',
  'topologySpreadConstraints',
  'volumeMounts',
  'volumes',
])

function trimmed<T extends YamlNode>(node: T): T {
  if (node.kind === 'scalar') return node
  if (node.kind === 'sequence') return { ...node, items: node.items.map(trimmed) }
  return { ...node, entries: node.entries.map(trimEntry) }
}

function trimEntry(entry: MappingEntry): MappingEntry {
  if (leading.has(entry.name)) return { ...entry, value: trimmed(entry.value) }
  return unread.has(entry.name) ? { ...entry, value: emptied(entry.value) } : entry
}

function emptied(node: YamlNode): YamlNode {
  if (node.kind === 'scalar') return node
  return node.kind === 'sequence' ? { ...node, items: [] } : { ...node, entries: [] }
}
