import type { YamlNode } from '../manifests/node.ts'

/** The value of a node without places. Mappings have no prototype, so that no key of theirs can mean anything special. */
export function plainValue(node: YamlNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'sequence':
      return node.items.map(plainValue)
    case 'mapping': {
      const object: Record<string, unknown> = Object.create(null)
      for (const entry of node.entries) object[entry.name] = plainValue(entry.value)
      return object
    }
  }
}
