import type { SourceFile } from '../source/source-file.ts'
import type { Tree } from '../trees/tree.ts'

const decoder = new TextDecoder('utf-8')

/** Text of one file of a tree; undefined when it is not there or is no ordinary file. */
export async function readTextFile(tree: Tree, path: string): Promise<SourceFile | undefined> {
  const text = (await readTextFiles(tree, new Set([path]))).get(path)
  return text === undefined ? undefined : { path, text }
}

/** Texts of some files of a tree by path, in one go; those that are not there or are no ordinary files are left out. */
export async function readTextFiles(tree: Tree, paths: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const entries = (await tree.list((path) => paths.has(path))).filter(({ mode }) => mode === 'file')
  const texts = new Map<string, string>()
  for await (const { entry, bytes } of tree.read(entries)) texts.set(entry.path, decoder.decode(bytes))
  return texts
}
