import type { YamlNode } from '../manifests/node.ts'
import { labelsAt } from '../manifests/reader.ts'
import type { Resource } from '../manifests/resource.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Labels } from './labels.ts'

export type Reporter = (found: Diagnostic) => void

/** Labels as the API server reads them; a value it would refuse is reported and counts as unknown. */
export function readLabels(resource: Resource, node: YamlNode | undefined, report: Reporter): Labels {
  return labelsAt({ file: resource.provenance.file, report }, node)
}
