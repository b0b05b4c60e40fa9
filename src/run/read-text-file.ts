import { defaultLimits } from '../manifests/limits.ts'
import type { SourceFile } from '../source/source-file.ts'
import type { Tree } from '../trees/tree.ts'

const decoder = new TextDecoder('utf-8')

/** Text of one file of a tree; undefined when it is not there or is no ordinary file. */
export async function readTextFile(tree: Tree, path: string): Promise<SourceFile | undefined> {
  const text = (await readTextFiles(tree, new Set([path]))).get(path)
  return text === undefined ? undefined : { path, text }
}

/**
 * Texts of some files of a tree by path, in one go. Left out are those that are not there, are no ordinary files, or are
 * larger than a manifest may be.
 */
export async function readTextFiles(tree: Tree, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const found = await tree.list((path) => paths.has(path))
  const entries = found.filter(({ mode, size }) => mode === 'file' && size <= defaultLimits.fileBytes)
  const texts = new Map<string, string>()
  for await (const { entry, bytes } of tree.read(entries)) texts.set(entry.path, decoder.decode(bytes))
  return texts
}
