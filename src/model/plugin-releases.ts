import { spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Lookup } from './cilium-options.ts'
import { itemsAt, textAt } from './fields.ts'
import { lookupIn, pluginOfChart, rootOf, settingsOf } from './plugin-charts.ts'
import { readVersion, type Sighting } from './sighting.ts'

/** A chart that an object installs. */
interface Release {
  readonly chart: string | undefined
  readonly version: string | undefined
  readonly at: YamlNode
  /** Where its values are looked up, what counts most first. */
  readonly values: readonly Lookup[]
}

/** What an object of Argo CD, Flux or the Helm controller of k3s installs, where that is a network plugin. */
export function sightingsOfRelease(resource: Resource): readonly Sighting[] {
  const spec = valueAt(resource.node, 'spec')
  return releasesOf(resource.kind, spec).flatMap(({ chart, version, at, values }) => {
    const plugin = pluginOfChart(chart)
    if (plugin === undefined) return []
    const value: Lookup = (...path) => values.map((lookup) => lookup(...path)).find((text) => text !== undefined)
    return [
      {
        plugin,
        version: readVersion(version),
        settings: settingsOf(plugin, value),
        strength: 'installed',
        at: spanOf(resource.provenance.file, at),
      },
    ]
  })
}

function releasesOf(kind: string, spec: YamlNode | undefined): readonly Release[] {
  if (kind === 'Application') {
    const single = valueAt(spec, 'source')
    return [...(single === undefined ? [] : [single]), ...itemsAt(spec, 'sources')].map(argoRelease)
  }
  if (kind === 'HelmRelease') return fluxRelease(spec)
  const chart = valueAt(spec, 'chart')
  const name = textAt(chart)?.split('/').at(-1)
  return chart === undefined
    ? []
    : [{ chart: name, version: textAt(spec, 'version'), at: chart, values: [valuesText(spec, 'valuesContent')] }]
}

/** Parameters go over the object of values, and that one over their text. */
function argoRelease(source: YamlNode): Release {
  const helm = valueAt(source, 'helm')
  const parameters = itemsAt(helm, 'parameters')
  const parameter: Lookup = (...path) =>
    lookupIn(parameters.findLast((item) => textAt(item, 'name') === path.join('.')))('value')
  return {
    chart: textAt(source, 'chart'),
    version: textAt(source, 'targetRevision'),
    at: valueAt(source, 'chart') ?? source,
    values: [parameter, lookupIn(valueAt(helm, 'valuesObject')), valuesText(helm, 'values')],
  }
}

/** A chart by its name, or by the name of the source object that holds it. */
function fluxRelease(spec: YamlNode | undefined): readonly Release[] {
  const values = [lookupIn(valueAt(spec, 'values'))]
  const chart = valueAt(spec, 'chart', 'spec', 'chart')
  if (chart !== undefined)
    return [{ chart: textAt(chart), version: textAt(spec, 'chart', 'spec', 'version'), at: chart, values }]
  const name = valueAt(spec, 'chartRef', 'name')
  return name === undefined ? [] : [{ chart: textAt(name), version: undefined, at: name, values }]
}

/** Values that stand in one text. */
function valuesText(holder: YamlNode | undefined, field: string): Lookup {
  const text = textAt(holder, field)
  return text === undefined ? () => undefined : lookupIn(rootOf({ path: '', text }))
}
