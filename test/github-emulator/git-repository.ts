import { execFileSync, spawnSync } from 'node:child_process'

/** Content of one file, or a link to another path. */
export type FileContent = string | Buffer | { readonly symlink: string }
/** A whole tree: path → content. */
export type Files = Readonly<Record<string, FileContent>>

export interface GitRepository {
  readonly directory: string
  /** Output of one git command, without its last line break; throws when git fails. */
  readonly git: (...parameters: readonly string[]) => string
  readonly bytes: (...parameters: readonly string[]) => Buffer
  /** Commits exactly `files` on a full ref name; `parents` as given, the ref is moved. Returns the commit. */
  readonly commit: (ref: string, files: Files, parents: readonly string[], message: string) => string
  /** The commit, tree or blob a revision names; undefined when there is none. */
  readonly resolve: (revision: string) => string | undefined
  /** Merge commit of two tips as GitHub makes it (base first, head second); undefined on conflict. */
  readonly merge: (base: string, head: string) => string | undefined
}

/** Same hashes on every machine: no user configuration, one fixed author and time. */
export const GIT_ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'Shop Developer',
  GIT_AUTHOR_EMAIL: 'developer@shop.example',
  GIT_AUTHOR_DATE: '1767607200 +0000',
  GIT_COMMITTER_NAME: 'Shop Developer',
  GIT_COMMITTER_EMAIL: 'developer@shop.example',
  GIT_COMMITTER_DATE: '1767607200 +0000',
} as const

const MAX_BUFFER = 256 * 1024 * 1024

/** A new bare repository that hands out any commit it has, as GitHub does. */
export function createGitRepository(directory: string): GitRepository {
  const run = (parameters: readonly string[], input?: Buffer) =>
    execFileSync('git', parameters, {
      cwd: directory,
      env: GIT_ENVIRONMENT,
      maxBuffer: MAX_BUFFER,
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(input && { input }),
    })
  const git = (...parameters: readonly string[]) => run(parameters).toString('utf8').replace(/\n$/, '')
  git('init', '--quiet', '--bare', '--initial-branch=main', '.')
  git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  git('config', 'uploadpack.allowFilter', 'true')
  git('config', 'core.quotePath', 'false')
  return {
    directory,
    git,
    bytes: (...parameters) => run(parameters),
    commit: (ref, files, parents, message) => {
      run(['fast-import', '--quiet', '--force'], importStream(ref, files, parents, message))
      return git('rev-parse', ref)
    },
    resolve: (revision) => {
      const found = spawnSync('git', ['rev-parse', '--verify', '--quiet', '--end-of-options', revision], {
        cwd: directory,
        env: GIT_ENVIRONMENT,
        encoding: 'utf8',
      })
      return found.status === 0 ? found.stdout.trim() : undefined
    },
    merge: (base, head) => {
      const merged = spawnSync('git', ['merge-tree', '--write-tree', base, head], {
        cwd: directory,
        env: GIT_ENVIRONMENT,
        encoding: 'utf8',
      })
      if (merged.status !== 0) return undefined
      const tree = merged.stdout.trim()
      return git('commit-tree', tree, '-p', base, '-p', head, '-m', `Merge ${head} into ${base}`)
    },
  }
}

function importStream(ref: string, files: Files, parents: readonly string[], message: string): Buffer {
  const [first, ...others] = parents
  const author = `Shop Developer <developer@shop.example> ${GIT_ENVIRONMENT.GIT_AUTHOR_DATE}`
  const head = [
    ...(first === undefined ? [`reset ${ref}`] : []),
    `commit ${ref}`,
    `author ${author}`,
    `committer ${author}`,
    `data ${Buffer.byteLength(message)}`,
    message,
    ...(first === undefined ? [] : [`from ${first}`]),
    ...others.map((parent) => `merge ${parent}`),
    'deleteall',
  ]
  return Buffer.concat([
    Buffer.from(`${head.join('\n')}\n`),
    ...Object.entries(files).flatMap(([path, content]) => fileCommands(path, content)),
  ])
}

function fileCommands(path: string, content: FileContent): Buffer[] {
  const isLink = typeof content === 'object' && 'symlink' in content
  const bytes = isLink ? Buffer.from(content.symlink) : Buffer.from(content)
  const quoted = `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
  return [
    Buffer.from(`M ${isLink ? '120000' : '100644'} inline ${quoted}\ndata ${bytes.length}\n`),
    bytes,
    Buffer.from('\n'),
  ]
}
