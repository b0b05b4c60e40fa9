import type { ParsedFile } from './parse-manifests.ts'
import type { Resource } from './resource.ts'

/**
 * Resources that stand on the other side in a file of which this side has a part that cannot be read, and that are
 * nowhere on this side. They are taken as they were: a document that is broken has not been deleted, and the problem in
 * it makes the outcome incomplete anyway.
 */
export function carryUnreadable(own: readonly ParsedFile[], other: readonly ParsedFile[]): Resource[] {
  const broken = new Set(own.filter(({ gaps }) => gaps.length > 0).map(({ file }) => file.path))
  if (broken.size === 0) return []
  const present = new Set(own.flatMap(({ resources }) => resources.map(identityOf)))
  const candidates = other.filter(({ file }) => broken.has(file.path)).flatMap(({ resources }) => resources)
  return candidates.filter((resource) => !present.has(identityOf(resource)))
}

const identityOf = ({ group, kind, namespace, name }: Resource): string =>
  [group, kind, namespace?.value ?? '', name.value].join('\n')
