import { directoryTree } from '../trees/directory-tree.ts'
import { runGit } from '../trees/git.ts'
import type { Tree } from '../trees/tree.ts'

/** Files of a work tree as they are now: those Git follows or would, so that what it ignores never looks like a change. */
export async function workingTree(root: string): Promise<Tree> {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const listed = (await runGit(args, { directory: root })).toString('utf8').split('\0')
  const paths = new Set(listed)
  const tree = directoryTree(root)
  return { ...tree, list: (select) => tree.list((path) => paths.has(path) && select(path)) }
}
