import type { Span } from '../source/span.ts'
import type { CiliumSettings } from './network-plugin.ts'

/** One place of the tree that shows a network plugin, and what it says of it. */
export interface Sighting {
  readonly plugin: string
  readonly version: string | undefined
  /** Options of Cilium's agents that stand there. */
  readonly settings: Partial<CiliumSettings>
  /**
   * `installed` by its own objects or its chart; `carrier`: installed, but leaves policies to others where there are any;
   * `policy`: someone writes policies of its kinds.
   */
  readonly strength: 'installed' | 'carrier' | 'policy'
  readonly at: Span
}

/** Longer ones are no versions, and numbers that long lose digits. */
const exact = /^v?(\d{1,6}\.\d{1,6}(?:\.\d{1,6})?)(?:[-+][\w.+-]{1,100})?$/
const range = /^~?\s?v?(\d{1,6}\.\d{1,6})(?:\.(?:\d{1,6}|x|\*))?$/

/** A version as written in a tag or for a chart; of a range that leaves the last part open, the rest. */
export function readVersion(text: string | undefined): string | undefined {
  return exact.exec(text ?? '')?.[1] ?? range.exec(text ?? '')?.[1]
}

/** Version by the tag of an image; undefined where it has none, or a digest only. */
export function versionOfImage(image: string): string | undefined {
  return readVersion(/:([^:/@]{1,128})(?:@[^@]*)?$/.exec(image)?.[1])
}
