import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildBundles } from '../bundle/build-bundles.ts'
import { bundledFiles, bundleFolder } from '../bundle/bundle-options.ts'
import type { StepResult } from './step.ts'

/** Builds the bundles below `root` anew, elsewhere, and compares them byte by byte with those that are there. */
export async function bundleCurrent(root: string): Promise<StepResult> {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-bundle-'))
  try {
    await buildBundles(root, folder)
    const stale = bundledFiles.filter((name) => !sameBytes(join(root, bundleFolder, name), join(folder, name)))
    const sentences = stale.map((name) => `${bundleFolder}/${name} is not what its sources give.`)
    return {
      ok: stale.length === 0,
      output: [...sentences, 'Run `npm run build` and commit what it writes.'].join('\n'),
    }
  } catch (error) {
    return { ok: false, output: `The build failed: ${error instanceof Error ? error.message : String(error)}` }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function sameBytes(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))
}
