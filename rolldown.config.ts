import { join } from 'node:path'
import { bundleFolder, bundleOptions } from './scripts/bundle/bundle-options.ts'

export default bundleOptions(import.meta.dirname, join(import.meta.dirname, bundleFolder))
