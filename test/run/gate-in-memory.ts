import { configPath, type RunInput, type RunResult, runGate } from '../../src/run/run-gate.ts'
import type { Tree } from '../../src/trees/tree.ts'
import type { Files } from '../github-emulator/git-repository.ts'

/** A tree held in memory. Equal texts have equal ids, as in Git; links have no content. */
export function treeOf(files: Files, reads: string[] = []): Tree {
  const entries = Object.entries(files)
    .map(([path, content]) => ({
      path,
      id: typeof content === 'string' ? content : 'link',
      size: typeof content === 'string' ? Buffer.byteLength(content) : 0,
      mode: typeof content === 'string' ? ('file' as const) : ('symlink' as const),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    label: 'memory',
    list: async (select) => entries.filter(({ path }) => select(path)),
    read: async function* (wanted) {
      for (const entry of wanted) {
        reads.push(entry.path)
        yield { entry, bytes: Buffer.from(entry.id) }
      }
    },
  }
}

/** The gate on two trees, configured by what stands on the base side. */
export async function gated(base: Files, head: Files, more: Partial<RunInput> = {}): Promise<RunResult> {
  const tree = treeOf(base)
  return runGate({
    base: { label: 'base', sha: undefined, tree },
    head: { label: 'head', sha: undefined, tree: treeOf(head) },
    config: { path: configPath, tree, sha: 'c0ffee', required: false },
    tighten: (config) => config,
    directory: '',
    now: new Date('2026-11-20T00:00:00Z'),
    notes: ['a note of the shell'],
    ...more,
  })
}
