import type { Readable } from 'node:stream'
import { endOf, GitError, inRepository, type Repository, runGit, startGit } from './git.ts'
import { type Blob, comparePaths, type Tree, type TreeEntry } from './tree.ts'

/** Tree of one commit, read from the objects of a repository without a checkout. `commit` is a full id. */
export function gitTree(repository: Repository, commit: string): Tree {
  let listed: Promise<readonly TreeEntry[]> | undefined
  return {
    label: commit,
    list: async (select) => {
      listed ??= listCommit(repository, commit)
      return (await listed).filter(({ path }) => select(path))
    },
    read: (entries) => readBlobs(repository, entries),
  }
}

/** Everything in a commit, sorted by path. A commit never changes, so that asking once is enough. */
async function listCommit(repository: Repository, commit: string): Promise<readonly TreeEntry[]> {
  const output = await runGit([...inRepository(repository), 'ls-tree', '-r', '-z', '-l', '--full-tree', commit])
  const entries = output.toString('utf8').split('\0').filter(Boolean).map(readEntry)
  return entries.sort(comparePaths)
}

/** A line of `ls-tree -l`: mode, type, id and padded size, then a tab and the path. */
function readEntry(line: string): TreeEntry {
  const tab = line.indexOf('\t')
  const [mode = '', , id = '', size = ''] = line.slice(0, tab).split(/ +/)
  const isFile = mode.startsWith('100')
  const kind = isFile ? 'file' : mode === '160000' ? 'submodule' : 'symlink'
  return { path: line.slice(tab + 1), id, size: isFile ? Number(size) : 0, mode: kind }
}

/** Reads blobs through one `cat-file --batch`. Throws `GitError` for one the clone does not hold. */
async function* readBlobs(repository: Repository, entries: readonly TreeEntry[]): AsyncGenerator<Blob> {
  if (entries.length === 0) return
  const child = startGit([...inRepository(repository), 'cat-file', '--batch'])
  const ended = endOf(child)
  ended.catch(() => {})
  child.stdin.on('error', () => {})
  child.stderr.resume()
  child.stdin.end(entries.map(({ id }) => `${id}\n`).join(''))
  try {
    yield* parseBatch(child.stdout, entries)
  } finally {
    child.kill()
    await ended
  }
}

async function* parseBatch(stream: Readable, entries: readonly TreeEntry[]): AsyncGenerator<Blob> {
  const reader = new ByteReader(stream)
  for (const entry of entries) {
    const header = (reader.heldLine() ?? (await reader.line())).split(' ')
    if (header[1] !== 'blob') throw new GitError(`the content of ${entry.path} (${entry.id}) is not in this clone`)
    const size = Number(header[2]) + 1
    const bytes = reader.held(size) ?? (await reader.take(size))
    yield { entry, bytes: bytes.subarray(0, -1) }
  }
}

/** Takes lines and runs of bytes from a stream. */
class ByteReader {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async line(): Promise<string> {
    let line = this.heldLine()
    while (line === undefined) {
      this.#held = Buffer.concat([this.#held, await this.#next()])
      line = this.heldLine()
    }
    return line
  }

  async take(count: number): Promise<Buffer> {
    const parts = [this.#held]
    let length = this.#held.length
    while (length < count) {
      const chunk = await this.#next()
      parts.push(chunk)
      length += chunk.length
    }
    this.#held = Buffer.concat(parts)
    return this.held(count) as Buffer
  }

  /** A line that is here already, as most are: a chunk holds many files, and waiting for each has its price. */
  heldLine(): string | undefined {
    const end = this.#held.indexOf(10)
    return end < 0 ? undefined : (this.held(end + 1) as Buffer).toString('utf8', 0, end)
  }

  held(count: number): Buffer | undefined {
    if (this.#held.length < count) return undefined
    const bytes = this.#held.subarray(0, count)
    this.#held = this.#held.subarray(count)
    return bytes
  }

  async #next(): Promise<Buffer> {
    const next = await this.#chunks.next()
    if (next.done === true) throw new GitError('git cat-file ended before it had given every object')
    return next.value
  }
}
