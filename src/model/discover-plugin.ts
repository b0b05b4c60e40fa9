import type { ParsedFile } from '../manifests/parse-manifests.ts'
import { compareSpans } from '../source/span.ts'
import type { CiliumSettings, NetworkPlugin } from './network-plugin.ts'
import { sightingsOfChart } from './plugin-charts.ts'
import { sightingsOfObject } from './plugin-objects.ts'
import type { Sighting } from './sighting.ts'

/** What the manifests show of the network plugin. */
export interface DiscoveredPlugin {
  /** Undefined where nothing shows it, or where the places disagree. */
  readonly plugin: NetworkPlugin | undefined
  readonly settings: Partial<CiliumSettings>
  /** Places that show the plugin; where they disagree, one for each plugin. In order of file and line. */
  readonly sightings: readonly Sighting[]
}

const nothing: DiscoveredPlugin = { plugin: undefined, settings: {}, sightings: [] }

const known = new WeakMap<ParsedFile, readonly Sighting[]>()

/** Places of one side that show a plugin. Files that both sides share are read once. */
export function findSightings(files: readonly ParsedFile[]): readonly Sighting[] {
  return files.flatMap((file) => {
    const found = known.get(file) ?? withoutRepetitions(file.resources.flatMap(sightingsOfObject))
    known.set(file, found)
    const charts = sightingsOfChart(file, files)
    return charts.length === 0 ? found : [...found, ...charts]
  })
}

/** One policy of a plugin in a file says as much as a thousand. */
function withoutRepetitions(sightings: readonly Sighting[]): readonly Sighting[] {
  const written = new Set<string>()
  return sightings.filter(({ plugin, strength }) => {
    if (strength !== 'policy') return true
    const isFirst = !written.has(plugin)
    written.add(plugin)
    return isFirst
  })
}

/**
 * The plugin that these places show. What installs one counts before policies of its kind; what only carries packets
 * gives way to what enforces policies beside it.
 */
export function discoverPlugin(sightings: readonly Sighting[]): DiscoveredPlugin {
  const counting = decisive(sightings)
  if (counting.length === 0) return nothing
  const names = new Set(counting.map(({ plugin }) => plugin))
  const sorted = [...counting].sort((a, b) => compareSpans(a.at, b.at))
  const [name, another] = names
  if (name === undefined || another !== undefined)
    return { ...nothing, sightings: [...names].flatMap((each) => sorted.find(({ plugin }) => plugin === each) ?? []) }
  return {
    plugin: { name, version: versionOf(sorted) },
    settings: settingsOf(sorted),
    sightings: sorted,
  }
}

function decisive(sightings: readonly Sighting[]): readonly Sighting[] {
  const enforcing = sightings.filter(({ strength }) => strength === 'installed')
  if (enforcing.length === 0) return sightings
  const hasFlannel = sightings.some(({ plugin, strength }) => plugin === 'flannel' && strength === 'carrier')
  return hasFlannel ? enforcing.map(asCanal) : enforcing
}

/** Calico beside flannel is what Canal is. */
const asCanal = (sighting: Sighting): Sighting =>
  sighting.plugin === 'calico' ? { ...sighting, plugin: 'canal' } : sighting

/** The most precise version that no other contradicts. */
function versionOf(sightings: readonly Sighting[]): string | undefined {
  const versions = [...new Set(sightings.flatMap(({ version }) => version ?? []))]
  const longest = versions.reduce<string | undefined>(
    (found, version) => (found === undefined || version.length > found.length ? version : found),
    undefined,
  )
  return versions.every((version) => version === longest || longest?.startsWith(`${version}.`)) ? longest : undefined
}

/** Options that are written once, or alike everywhere. */
function settingsOf(sightings: readonly Sighting[]): Partial<CiliumSettings> {
  const written = sightings.flatMap(({ settings }) => Object.entries(settings))
  const byName = Map.groupBy(written, ([name]) => name)
  const agreed = [...byName].flatMap(([name, entries]) => {
    const texts = new Set(entries.map(([, value]) => JSON.stringify(value)))
    return texts.size === 1 ? [[name, entries[0]?.[1]] as const] : []
  })
  return Object.fromEntries(agreed)
}
