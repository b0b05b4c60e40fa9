import { rolldown } from 'rolldown'
import { bundleOptions } from './bundle-options.ts'

/** Builds both bundles of the sources below `root` into `folder`; throws where a build fails. */
export async function buildBundles(root: string, folder: string): Promise<void> {
  for (const { output, ...input } of bundleOptions(root, folder)) {
    const build = await rolldown(input)
    try {
      for (const one of [output ?? []].flat()) await build.write(one)
    } finally {
      await build.close()
    }
  }
}
