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

/** An object that matters to the network, with the text that tells it from others. */
export interface IdentifiedObject {
  readonly identity: string
  readonly resource: Resource
}

const identified = new WeakMap<ManifestFile, readonly IdentifiedObject[]>()

/** Objects of a file whose identity is known, in order. Discovery asks again and again, and for both sides. */
export function objectsOf(file: ManifestFile): readonly IdentifiedObject[] {
  const known = identified.get(file)
  if (known !== undefined) return known
  const found: IdentifiedObject[] = []
  for (const resource of file.resources) {
    const identity = identityOf(resource)
    if (identity !== undefined) found.push({ identity, resource })
  }
  identified.set(file, found)
  return found
}

/** Distinct identities of the objects of some files. */
export function identitiesOf(files: Iterable<ManifestFile>): Set<string> {
  const found = new Set<string>()
  for (const file of files) for (const { identity } of objectsOf(file)) found.add(identity)
  return found
}

export function identitiesOfBoth(sides: ManifestSides): Set<string> {
  return identitiesOf([...sides.base, ...sides.head])
}

/** Sorted distinct paths of both sides. */
export function pathsOfBoth(sides: ManifestSides): string[] {
  return [...new Set([...sides.base, ...sides.head].map(({ file }) => file.path))].sort()
}
