import { entryOf, type YamlNode } from '../../src/manifests/node.ts'
import type { Resource } from '../../src/manifests/resource.ts'

/** Range of the field that a path as the API server prints it (`spec.ingress[0].from[1]`) leads to, where it is written. */
export function readNode(
  resources: readonly Resource[],
  path: string,
): { readonly start: number; readonly end: number } | undefined {
  const steps = path.split('.').flatMap((part) => part.split(/[[\]]/).filter((step) => step !== ''))
  let node: YamlNode | undefined = resources[0]?.node
  let found: { readonly start: number; readonly end: number } | undefined
  for (const step of steps) {
    if (node?.kind === 'sequence') {
      node = node.items[Number(step)]
      found = node
    } else {
      const entry = entryOf(node, step)
      node = entry?.value
      found = entry && { start: entry.key.start, end: entry.value.end }
    }
    if (found === undefined) return undefined
  }
  return found
}
