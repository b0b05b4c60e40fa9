import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Blob, comparePaths, type Tree, type TreeEntry } from './tree.ts'

const skipped = new Set(['.git', 'node_modules'])

/** Files below a directory as they are now. Neither linked files nor linked directories are followed. */
export function directoryTree(directory: string): Tree {
  return {
    label: directory,
    list: (select) => listDirectory(directory, select),
    read: (entries) => readFiles(directory, entries),
  }
}

async function listDirectory(root: string, select: (path: string) => boolean): Promise<readonly TreeEntry[]> {
  const items = (await walk(root)).filter(({ path }) => select(path))
  const entries: TreeEntry[] = []
  for (let index = 0; index < items.length; index += AT_ONCE) {
    const some = items.slice(index, index + AT_ONCE).map(({ path, item }) => entryOf(root, path, item))
    for (const found of await Promise.all(some)) entries.push(...found)
  }
  return entries.sort(comparePaths)
}

/** Files read at the same time. */
const AT_ONCE = 64

interface Found {
  readonly path: string
  readonly item: Dirent
}

async function walk(root: string): Promise<readonly Found[]> {
  const found: Found[] = []
  const waiting = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const item of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? item.name : `${folder}/${item.name}`
      if (!item.isDirectory()) found.push({ path, item })
      else if (!skipped.has(item.name)) waiting.push(path)
    }
  }
  return found
}

/** Sockets and devices are no entries. */
async function entryOf(root: string, path: string, item: Dirent): Promise<readonly TreeEntry[]> {
  if (item.isSymbolicLink()) return [{ path, id: '', size: 0, mode: 'symlink' }]
  if (!item.isFile()) return []
  const { size } = await lstat(join(root, path))
  return [{ path, id: await blobId(join(root, path), size), size, mode: 'file' }]
}

const HASHED_WHOLE = 64 * 1024 * 1024

/** Git's id of the file, so that what a revision holds unchanged is known. A huge file is told apart by its size alone. */
async function blobId(file: string, size: number): Promise<string> {
  if (size > HASHED_WHOLE) return `size-${size}`
  const bytes = await readFile(file)
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

async function* readFiles(root: string, entries: readonly TreeEntry[]): AsyncGenerator<Blob> {
  for (const entry of entries) yield { entry, bytes: await readFile(join(root, entry.path)) }
}
