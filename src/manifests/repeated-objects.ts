import { type Diagnostic, diagnostic } from '../source/diagnostic.ts'
import { startLine, textOf } from '../source/span.ts'
import { type ManifestFile, objectsOf } from './manifest-sides.ts'
import type { Resource } from './resource.ts'

/** An object that a cluster holds twice on one side: the first in order of path and place, and a later one. */
export interface RepeatedObject {
  readonly first: Resource
  readonly again: Resource
}

/** Objects of one cluster and side that are there already; only those that matter to the network. */
export function repeatedObjects(files: readonly ManifestFile[]): RepeatedObject[] {
  const firsts = new Map<string, Resource>()
  const found: RepeatedObject[] = []
  for (const file of files.toSorted(byPath)) {
    for (const { identity, resource: again } of objectsOf(file)) {
      const first = firsts.get(identity)
      if (first === undefined) firsts.set(identity, again)
      else found.push({ first, again })
    }
  }
  return found
}

function byPath(a: ManifestFile, b: ManifestFile): number {
  return a.file.path < b.file.path ? -1 : a.file.path > b.file.path ? 1 : 0
}

/** Most repeats of one cluster that are told one by one. */
const told = 20

/** One diagnostic for each repeat; of very many the last one told counts the rest. */
export function repeatDiagnostics(repeats: readonly RepeatedObject[]): Diagnostic[] {
  const rest = repeats.length - told
  return repeats.slice(0, told).map((repeat, index) => repeatDiagnostic(repeat, index === told - 1 ? rest : 0))
}

function repeatDiagnostic({ first, again }: RepeatedObject, rest: number): Diagnostic {
  const same = textOf(first.provenance.document).trim() === textOf(again.provenance.document).trim()
  const where = `${first.name.span.file.path}, line ${startLine(first.name.span)}`
  const more = rest > 0 ? `; so are ${rest} more objects` : ''
  return diagnostic('object-repeated', again.name.span, {
    message: `${again.kind} ${again.name.value} is already in ${where}${more}`,
    hint: same
      ? 'The two are the same; remove one.'
      : 'Only one of the two can exist: rename or remove one, or name the clusters in the configuration.',
    effect: same && rest <= 0 ? 'none' : 'unknown',
  })
}
