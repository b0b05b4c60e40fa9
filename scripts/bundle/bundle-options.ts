import { join } from 'node:path'
import type { Plugin, RolldownOptions } from 'rolldown'
import { licenceFileName, licencePlugins } from './licence-plugin.ts'

export const bundleFolder = 'dist'

interface Bundle {
  readonly entry: string
  readonly file: string
  /** Whether the file is started by its name, so its first line must name the interpreter. */
  readonly executable: boolean
}

const bundles: readonly Bundle[] = [
  { entry: 'src/action/index.ts', file: 'index.js', executable: false },
  { entry: 'src/cli/index.ts', file: 'cli.js', executable: true },
]

const executablePlugin: Plugin = {
  name: 'executable',
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      if (output.type === 'chunk' && !output.code.startsWith('#!')) output.code = `#!/usr/bin/env node\n${output.code}`
    }
  },
}

/** Names of everything a build writes. */
export const bundledFiles: readonly string[] = [...bundles.map(({ file }) => file), licenceFileName]

/**
 * What rolldown needs for both bundles: one readable ESM file each. The same sources give the same bytes wherever they
 * lie, since module names in the output are relative to `root`.
 */
export function bundleOptions(root: string, folder: string): RolldownOptions[] {
  const plugins = licencePlugins(bundles.length)
  return bundles.map((bundle, index) => ({
    cwd: root,
    input: join(root, bundle.entry),
    platform: 'node',
    transform: { target: 'node24' },
    plugins: [bundle.executable ? executablePlugin : undefined, plugins[index]],
    output: {
      dir: folder,
      entryFileNames: bundle.file,
      format: 'esm',
      codeSplitting: false,
      minify: false,
      sourcemap: false,
    },
  }))
}
