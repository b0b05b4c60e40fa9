import { entryOf, isUnset, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { hasTemplate, isTemplated as isTemplatedIn } from '../manifests/template-text.ts'
import type { Span } from '../source/span.ts'
import type { Cluster } from './cluster.ts'

/** Text below a chain of keys; undefined when missing, null or not text. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(node, ...path)
  return found?.kind === 'scalar' && typeof found.value === 'string' ? found.value : undefined
}

/** Whole number below a chain of keys; undefined when missing, null or anything else. */
export function integerAt(node: YamlNode | undefined, ...path: readonly string[]): number | undefined {
  const found = valueAt(node, ...path)
  return found?.kind === 'scalar' && Number.isInteger(found.value) ? Number(found.value) : undefined
}

/** Items below a chain of keys; a missing list, null and an empty one are the same. */
export function itemsAt(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlNode[] {
  const found = valueAt(node, ...path)
  return found?.kind === 'sequence' ? found.items : []
}

/** Value below a chain of keys; undefined when missing or null, which the API server reads alike. */
export function setAt(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  const found = valueAt(node, ...path)
  return isUnset(found) ? undefined : found
}

/** Whether a field is written with a value. */
export function isSet(node: YamlNode | undefined, ...path: readonly string[]): boolean {
  return setAt(node, ...path) !== undefined
}

/**
 * Range of a field from its key to the end of its value. Where it is not written: the key of the deepest field above
 * it, else the object's name.
 */
export function spanAt(resource: Resource, ...path: readonly string[]): Span {
  const { file } = resource.provenance
  for (let depth = path.length; depth > 0; depth--) {
    const entry = entryOf(valueAt(resource.node, ...path.slice(0, depth - 1)), path[depth - 1] as string)
    if (entry !== undefined) return spanOf(file, depth === path.length ? entry : entry.key)
  }
  return resource.name.span
}

/** Text of `metadata.annotations`; an entry that is not text is left out. */
export function annotationsAt(node: YamlNode | undefined, ...path: readonly string[]): ReadonlyMap<string, string> {
  const found = valueAt(node, ...path)
  if (found?.kind !== 'mapping') return new Map()
  return new Map(
    found.entries.flatMap(({ name }) => {
      const text = textAt(found, name)
      return text === undefined ? [] : [[name, text] as const]
    }),
  )
}

/** Namespace a resource lands in: its own, else that of the apply command. */
export function namespaceOf(resource: Resource, cluster: Cluster): string {
  return resource.namespace?.value ?? cluster.profile.defaultNamespace
}

/** Resources of several kinds, given as `group/kind`. */
export function resourcesOf(cluster: Cluster, ...kinds: readonly string[]): readonly Resource[] {
  return kinds.flatMap((kind) => cluster.resources.get(kind) ?? [])
}

/** Whether a value is written by a template, so that it is unknown here. */
export function isTemplated({ provenance: { file } }: Resource, node: YamlNode | undefined): boolean {
  return node !== undefined && isTemplatedIn(file, node)
}

/**
 * Name of another object, for comparison with `comparableName` of its own. A template is its text: the object of the
 * same template has the very same one.
 */
export function nameAt(resource: Resource, node: YamlNode | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(node, ...path)
  if (found === undefined || !isTemplated(resource, found)) return textAt(found)
  return comparableName(resource.provenance.file.text.slice(found.start, found.end))
}

/** A name as it is, a template without the quotes around it. */
export function comparableName(name: string): string {
  return hasTemplate(name) ? name.replace(/^(["'])(.*)\1$/s, '$2') : name
}
