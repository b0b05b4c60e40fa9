import { isUnset, valueAt, type YamlNode } from '../manifests/node.ts'

/** Value below a chain of keys; undefined when missing or null, which the API server reads alike. */
export function setAt(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  const found = valueAt(node, ...path)
  return isUnset(found) ? undefined : found
}
