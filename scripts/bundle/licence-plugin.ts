import type { Plugin } from 'rolldown'
import { licenceNotice, licenceProblems, shippedPackages } from './licences.ts'

export const licenceFileName = 'THIRD-PARTY-LICENSES.txt'

/**
 * One plugin for each of `bundleCount` bundles, sharing one list of modules: whichever bundle is finished last writes the
 * licence file of all. A licence that is not allowed fails the build.
 */
export function licencePlugins(bundleCount: number): readonly Plugin[] {
  const modules = new Set<string>()
  let finished = 0
  return Array.from({ length: bundleCount }, () => ({
    name: 'third-party-licences',
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type === 'chunk') for (const id of output.moduleIds) modules.add(id)
      }
      finished += 1
      if (finished < bundleCount) return
      const packages = shippedPackages(modules)
      const problems = licenceProblems(packages)
      if (problems.length > 0) this.error(problems.join('\n'))
      this.emitFile({ type: 'asset', fileName: licenceFileName, source: licenceNotice(packages) })
    },
  }))
}
