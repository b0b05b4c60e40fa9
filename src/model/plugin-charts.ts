import { spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { ParsedFile } from '../manifests/parse-manifests.ts'
import { parseYaml } from '../manifests/parse-yaml.ts'
import type { SourceFile } from '../source/source-file.ts'
import { type Lookup, optionsOfChart } from './cilium-options.ts'
import { itemsAt, textAt } from './fields.ts'
import type { CiliumSettings } from './network-plugin.ts'
import { readVersion, type Sighting } from './sighting.ts'

/** Charts that install a plugin, by name. */
const charts: ReadonlyMap<string, string> = new Map([
  ['cilium', 'cilium'],
  ['tigera-operator', 'calico'],
])

export const pluginOfChart = (name: string | undefined): string | undefined => charts.get(name ?? '')

/** Options of the plugin among the values of its chart. */
export const settingsOf = (plugin: string, value: Lookup): Partial<CiliumSettings> =>
  plugin === 'cilium' ? optionsOfChart(value) : {}

/** Looks values up in a tree of mappings. */
export function lookupIn(node: YamlNode | undefined): Lookup {
  return (...path) => {
    const found = valueAt(node, ...path)
    if (found?.kind === 'sequence') return found.items.map((item) => scalarText(item) ?? '?').join(',')
    return scalarText(found)
  }
}

const scalarText = (node: YamlNode | undefined): string | undefined =>
  node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined

/** Root of the first document of a text; undefined where it cannot be read. */
export const rootOf = (file: SourceFile): YamlNode | undefined => parseYaml(file)[0]?.root

/** Sightings in a `Chart.yaml` that depends on a chart of a plugin, with the values files beside it. */
export function sightingsOfChart({ file }: ParsedFile, files: readonly ParsedFile[]): readonly Sighting[] {
  if (!/(?:^|\/)Chart\.yaml$/.test(file.path) || !/\b(?:cilium|tigera-operator)\b/.test(file.text)) return []
  return itemsAt(rootOf(file), 'dependencies').flatMap((dependency) => {
    const plugin = pluginOfChart(textAt(dependency, 'name'))
    if (plugin === undefined) return []
    const key = textAt(dependency, 'alias') ?? textAt(dependency, 'name') ?? ''
    const values = valuesBeside(file, files).map((root) => settingsOf(plugin, lookupIn(valueAt(root, key))))
    const sighting: Sighting = {
      plugin,
      version: readVersion(textAt(dependency, 'version')),
      settings: {},
      strength: 'installed',
      at: spanOf(file, dependency),
    }
    return [sighting, ...values.map((settings) => ({ ...sighting, settings }))]
  })
}

const valuesFile = /^values[-.\w]*\.ya?ml$/

function valuesBeside(chart: SourceFile, files: readonly ParsedFile[]): (YamlNode | undefined)[] {
  const folder = chart.path.slice(0, -'Chart.yaml'.length)
  return files
    .filter(({ file: { path } }) => path.startsWith(folder) && valuesFile.test(path.slice(folder.length)))
    .map(({ file }) => rootOf(file))
}
