import { isUnset, spanOf, valueAt, type YamlNode } from '../manifests/node.ts'
import type { Resource } from '../manifests/resource.ts'
import { diagnostic } from '../source/diagnostic.ts'
import type { Cluster } from './cluster.ts'
import { isTemplated, textAt } from './fields.ts'
import { type LabelExpression, matchLabels, nothing } from './label-expression.ts'
import type { Truth } from './labels.ts'
import { undeclaredNamespaceLabels } from './namespace-labels.ts'
import type { Reporter } from './read-labels.ts'
import { readLabelSelector } from './read-selector.ts'

/** From where a Gateway, a ListenerSet or one of its listeners takes what wants to join. */
export type AdmittedNamespaces =
  | { readonly from: 'all' | 'none' | 'unknown' }
  | { readonly from: 'same'; readonly namespace: string }
  | { readonly from: 'selector'; readonly selector: LabelExpression }

/**
 * Reads `{from, selector}`. `Selector` without one admits nobody; a template or a value nobody knows may admit anybody.
 * `home` is the namespace `Same` speaks of. Reports `gateway-refused` and `template-value`.
 */
export function readAdmitted(
  resource: Resource,
  node: YamlNode | undefined,
  { home, missing }: { readonly home: string; readonly missing: 'Same' | 'None' },
  report: Reporter,
): AdmittedNamespaces {
  const from = valueAt(node, 'from')
  if (isTemplated(resource, node) || isTemplated(resource, from))
    return anybody('template-value', resource, node, report)
  switch (textAt(from) || missing) {
    case 'Same':
      return { from: 'same', namespace: home }
    case 'All':
      return { from: 'all' }
    case 'None':
      return { from: 'none' }
    case 'Selector':
      return { from: 'selector', selector: selectorOf(resource, valueAt(node, 'selector'), report) }
    default:
      return anybody('gateway-refused', resource, node, report)
  }
}

/** A missing LabelSelector selects nothing, an empty one everything. */
function selectorOf(resource: Resource, node: YamlNode | undefined, report: Reporter): LabelExpression {
  return isUnset(node) ? nothing : readLabelSelector(resource, node, report)
}

function anybody(
  code: 'template-value' | 'gateway-refused',
  resource: Resource,
  node: YamlNode | undefined,
  report: Reporter,
): AdmittedNamespaces {
  const span = node === undefined ? resource.name.span : spanOf(resource.provenance.file, node)
  const message = 'Which namespaces may join cannot be read: every namespace is taken to be admitted'
  report(diagnostic(code, span, { message, hint: 'Use from: Same, All or Selector.', effect: 'wider' }))
  return { from: 'unknown' }
}

/** Whether a namespace is admitted; `unknown` where its labels are not declared. */
export function admits(admitted: AdmittedNamespaces, namespace: string, cluster: Cluster): Truth {
  switch (admitted.from) {
    case 'all':
      return 'yes'
    case 'none':
      return 'no'
    case 'unknown':
      return 'unknown'
    case 'same':
      return admitted.namespace === namespace ? 'yes' : 'no'
    default: {
      const labels = cluster.namespaces.get(namespace)?.labels ?? undeclaredNamespaceLabels(namespace)
      return matchLabels(admitted.selector, labels)
    }
  }
}
