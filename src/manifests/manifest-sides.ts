import type { SourceFile } from '../source/source-file.ts'
import { identityOf } from './network-relevant.ts'
import type { Resource } from './resource.ts'

/** What discovery needs of a parsed file. */
export interface ManifestFile {
  readonly file: SourceFile
  readonly resources: readonly Resource[]
}

/** Files of both sides. */
export interface ManifestSides {
  readonly base: readonly ManifestFile[]
  readonly head: readonly ManifestFile[]
}

/** Distinct identities of a file's objects. */
export function identitiesOf(files: Iterable<ManifestFile>): Set<string> {
  const found = new Set<string>()
  for (const { resources } of files) {
    for (const resource of resources) {
      const identity = identityOf(resource)
      if (identity !== undefined) found.add(identity)
    }
  }
  return found
}

export function identitiesOfBoth(sides: ManifestSides): Set<string> {
  return identitiesOf([...sides.base, ...sides.head])
}

/** Sorted distinct paths of both sides. */
export function pathsOfBoth(sides: ManifestSides): string[] {
  return [...new Set([...sides.base, ...sides.head].map(({ file }) => file.path))].sort()
}
