import { globSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type ModuleFacts, moduleFacts } from './setup/module-facts.ts'

/**
 * What each part of `src/` may import directly; it may also import whatever those import. A part is a folder, but for
 * `policies/entry`, which stands alone so that the engine knows the compiled form without knowing any policy kind. The
 * delta hands the policies on as they were read, since some rules speak of what a policy says, not only of what it does;
 * the configuration is read with the manifests' own parser, since its problems need places too.
 */
const layers: Readonly<Record<string, readonly string[]>> = {
  source: [],
  sets: [],
  manifests: ['source'],
  model: ['manifests', 'sets'],
  'policies/entry': ['model'],
  policies: ['model', 'policies/entry'],
  reach: ['model', 'policies/entry'],
  delta: ['reach', 'policies'],
  evidence: ['delta'],
  config: ['manifests', 'sets'],
  rules: ['delta', 'evidence', 'config'],
  report: ['rules'],
  gate: ['policies', 'report'],
  trees: ['manifests'],
  run: ['gate', 'trees'],
  github: ['report', 'gate'],
  cli: ['run', 'github'],
  action: ['run', 'github'],
}

const shell: ReadonlySet<string> = new Set(['trees', 'run', 'github', 'cli', 'action'])

interface Module extends ModuleFacts {
  readonly path: string
  readonly part: string
}

const root = join(import.meta.dirname, '..')
const modules = globSync('src/**/*.ts', { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path): Module => ({ path, part: partOf(path), ...moduleFacts(readFileSync(join(root, path), 'utf8')) }))

describe('import layers', () => {
  test('there are modules to look at', () => {
    expect(modules.length).toBeGreaterThan(10)
  })

  test('every part of src is in the table of layers', () => {
    expect(modules.filter(({ part }) => !(part in layers)).map(({ path }) => path)).toEqual([])
  })

  test('a module imports only its own layer and those below', () => {
    expect(modules.flatMap(upwardImports)).toEqual([])
  })

  test('the core imports nothing that touches the world', () => {
    const bad = coreModules().flatMap(({ path, imports }) =>
      imports.filter((name) => /^(node:|@actions\/|@octokit\/)/.test(name)).map((name) => `${path} imports ${name}`),
    )
    expect(bad).toEqual([])
  })

  test('the core uses no console, process, clock, timer, network or randomness', () => {
    expect(coreModules().flatMap(({ path, world }) => world.map((use) => `${path} uses ${use}`))).toEqual([])
  })

  test('imports of our own modules name the file with its ending', () => {
    const bad = modules.flatMap(({ path, imports }) =>
      imports.filter((name) => name.startsWith('.') && !/\.(ts|json)$/.test(name)).map((name) => `${path}: ${name}`),
    )
    expect(bad).toEqual([])
  })
})

describe('the test itself', () => {
  test('sees an import upwards', () => {
    const stray = { path: 'src/sets/stray.ts', part: 'sets', imports: ['../model/cluster.ts'], world: [] }
    expect(upwardImports(stray)).toEqual(['src/sets/stray.ts imports src/model/cluster.ts'])
  })

  test('lets the engine see the compiled form and no policy kind', () => {
    const imports = ['../policies/entry.ts', '../policies/kubernetes/compile.ts']
    const engine = { path: 'src/reach/evaluate.ts', part: 'reach', imports, world: [] }
    expect(upwardImports(engine)).toEqual(['src/reach/evaluate.ts imports src/policies/kubernetes/compile.ts'])
  })

  test('sees every way to import and to touch the world', () => {
    const text = `import type { A } from './a.ts'; export * from './b.ts'; let c: import('./c.ts').C
      const d = await import('./d.ts'); const now = new Date(); console.log(Date.now(), Math.random(), process.env)`
    expect(moduleFacts(text)).toEqual({
      imports: ['./a.ts', './b.ts', './c.ts', './d.ts'],
      world: ['new Date()', 'console.log', 'Date.now', 'Math.random', 'process.env'],
    })
  })

  test('is not misled by text and comments', () => {
    const text = "// console.log\nconst hint = 'process.env and import(\"./x.ts\")'\nconst day = new Date('2027-01-31')"
    expect(moduleFacts(text)).toEqual({ imports: [], world: [] })
  })
})

function coreModules(): readonly Module[] {
  return modules.filter(({ part }) => !shell.has(part))
}

function upwardImports({ path, part, imports }: Module): readonly string[] {
  return imports
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(path), name))
    .filter((target) => target.startsWith('src/') && !mayImport(part, partOf(target)))
    .map((target) => `${path} imports ${target}`)
}

function mayImport(part: string, target: string): boolean {
  return part === target || (layers[part] ?? []).some((below) => mayImport(below, target))
}

function partOf(path: string): string {
  if (path === 'src/policies/entry.ts') return 'policies/entry'
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? path
}
