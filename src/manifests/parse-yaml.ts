import { type Event, parseEvents } from 'js-yaml'
import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import type { SourceFile } from '../source/source-file.ts'
import { buildNode, type DuplicateKey } from './build-node.ts'
import { joinFlowLines } from './flow-lines.ts'
import { defaultLimits, type Limits } from './limits.ts'
import type { YamlNode } from './node.ts'
import { spanOf } from './node.ts'
import { type DocumentRange, splitDocuments } from './split-documents.ts'
import { problemOf, type YamlProblem } from './yaml-problem.ts'

/** One document: its tree, or why there is none. A document without content has a null scalar as its root. */
export type ParsedDocument =
  | { readonly range: DocumentRange; readonly root: YamlNode; readonly duplicates: readonly DuplicateKey[] }
  | { readonly range: DocumentRange; readonly root: undefined; readonly problem: YamlProblem }

/** Reads one document of a file; offsets of its nodes are those of the file. */
export function parseDocument(file: SourceFile, range: DocumentRange, limits: Limits = defaultLimits): ParsedDocument {
  const text = range.start === 0 && range.end === file.text.length ? file.text : file.text.slice(range.start, range.end)
  const found = parseText(text, range, limits)
  const joined = found.root === undefined && isIndentation(found.problem) ? joinFlowLines(text) : undefined
  if (joined === undefined) return found
  const again = parseText(joined, range, limits)
  return again.root === undefined ? found : again
}

/** Indentation that matters to the YAML library and, inside brackets, not to Kubernetes. */
const isIndentation = ({ message }: YamlProblem): boolean => message.includes('deficient indentation')

function parseText(text: string, range: DocumentRange, limits: Limits): ParsedDocument {
  const duplicates: DuplicateKey[] = []
  try {
    const events: readonly Event[] = parseEvents(text, { maxDepth: limits.depth })
    return { range, root: buildNode({ events, text, base: range.start, limits, duplicates }), duplicates }
  } catch (error) {
    return { range, root: undefined, problem: problemOf(error, range.start) }
  }
}

/** Reads every document of a YAML or JSON text, each by itself. */
export function parseYaml(file: SourceFile, limits: Limits = defaultLimits): readonly ParsedDocument[] {
  return splitDocuments(file.text).map((range) => parseDocument(file, range, limits))
}

/** The second writing of a key, which is the one that counts. */
export function duplicateDiagnostic(file: SourceFile, { entry, merged }: DuplicateKey): Diagnostic {
  return diagnostic('duplicate-key', spanOf(file, entry.key), {
    message: merged
      ? `the merge key gives ${entry.name} another value than the one written above it`
      : `${entry.name} is written a second time in this mapping`,
    hint: 'Keep one of the two: the last one counts here, and strict clients refuse the object.',
    effect: 'none',
  })
}
