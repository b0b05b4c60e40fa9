import type { SourceFile } from '../source/source-file.ts'
import type { YamlNode } from './node.ts'

/** Whether text holds a template or substitution expression: `{{ … }}`, `${…}`. */
export function hasTemplate(text: string): boolean {
  return text.includes('{{') || text.includes('${')
}

/**
 * Whether a value is written by a template, so that it is unknown here. An unquoted `{{ .Values.port }}` is YAML too,
 * a mapping inside a mapping, and known by its text.
 */
export function isTemplated(file: SourceFile, node: YamlNode): boolean {
  if (node.kind === 'scalar') return typeof node.value === 'string' && hasTemplate(node.value)
  return node.kind === 'mapping' && file.text.startsWith('{{', node.start)
}
