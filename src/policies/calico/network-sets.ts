import { valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { textAt } from '../../model/fields.ts'
import { everything, type LabelExpression, matchLabels, nothing } from '../../model/label-expression.ts'
import type { Labels, Truth } from '../../model/labels.ts'
import { NAME_LABEL, undeclaredNamespaceLabels } from '../../model/namespace-labels.ts'
import { readLabels } from '../../model/read-labels.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { parseCidr } from '../../sets/cidr.ts'
import { syntheticSpan } from '../../source/span.ts'
import type { PolicySurroundings } from '../policy-kind.ts'
import { type Context, landsIn, objectsOf, readOnce, refuse, specOf } from './context.ts'
import { calicoFields } from './fields.ts'
import { addressesOf } from './read-networks.ts'
import { NAMESPACE_PREFIX } from './read-selector.ts'
import { mapKeys } from './selector-expression.ts'

/** Networks under labels; in one namespace, or of the whole cluster. */
export interface NetworkSet {
  readonly namespace: string | undefined
  readonly labels: Labels
  readonly addresses: AddressSet
  /** False where Calico refuses the object, or an entry cannot be read. */
  readonly isCertain: boolean
}

/** Reads a set. Entries may be bare addresses, and of both families. */
export function readNetworkSet(context: Context): NetworkSet {
  const { reader, namespace } = context
  const { resource } = reader
  const fields = calicoFields[namespace === undefined ? 'GlobalNetworkSet' : 'NetworkSet']
  const spec = specOf(resource)
  reader.checkFields(resource.node, fields.object)
  reader.checkFields(spec, fields.spec)
  const labels = readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), () => undefined)
  const reserved = labels.values.get('projectcalico.org/namespace')
  if (reserved !== undefined)
    refuse(
      context,
      'network-set-invalid',
      reserved.span,
      'the label projectcalico.org/namespace is given by Calico itself',
    )
  const items = reader.list(spec, 'nets')
  const found = (items ?? []).map((item) => readEntry(item, context))
  return {
    namespace,
    labels: namespace === undefined ? labels : withNamespace(labels, namespace),
    addresses: found.reduce<AddressSet>((all, set) => all.union(set ?? AddressSet.none), AddressSet.none),
    isCertain: !reader.isRefused && items !== undefined && !found.includes(undefined),
  }
}

function withNamespace(labels: Labels, namespace: string): Labels {
  const own = { value: namespace, span: syntheticSpan }
  return { ...labels, values: new Map(labels.values).set('projectcalico.org/namespace', own) }
}

function readEntry(node: YamlNode, context: Context): AddressSet | undefined {
  if (context.reader.isTemplate(node, 'a network')) return undefined
  const text = textAt(node) ?? ''
  const single = AddressSet.single(text)
  if (!single.isEmpty) return single
  const parsed = parseCidr(text)
  if (parsed.ok) return addressesOf(parsed)
  refuse(context, 'network-set-invalid', node, `${text || 'this'} is neither an address nor a network`)
  return undefined
}

const setOf = readOnce(readNetworkSet)

export function networkSets(surroundings: PolicySurroundings): NetworkSet[] {
  return [
    ...objectsOf(surroundings, 'NetworkSet').map((resource) =>
      setOf(resource, landsIn(resource, surroundings), surroundings),
    ),
    ...objectsOf(surroundings, 'GlobalNetworkSet').map((resource) => setOf(resource, undefined, surroundings)),
  ]
}

/** Whether a set has the labels that a condition asks for, those of its namespace included. */
export function matchSet(condition: LabelExpression, set: NetworkSet, surroundings: PolicySurroundings): Truth {
  const { namespace } = set
  const ofNamespace = namespace === undefined ? undefined : namespaceLabels(namespace, surroundings)
  const own = mapKeys(condition, (found): LabelExpression => {
    if (!found.key.startsWith(NAMESPACE_PREFIX) || ofNamespace === undefined) return found
    const key = found.key.slice(NAMESPACE_PREFIX.length)
    const truth = matchLabels({ ...found, key: key === 'projectcalico.org/name' ? NAME_LABEL : key }, ofNamespace)
    return truth === 'unknown' ? { kind: 'unreadable' } : truth === 'yes' ? everything : nothing
  })
  return matchLabels(own, set.labels)
}

function namespaceLabels(name: string, surroundings: PolicySurroundings): Labels {
  const declared = surroundings.objects('/Namespace').find((resource) => resource.name.value === name)
  if (declared !== undefined) return named(labelsOfNamespace(declared), name)
  const configured = surroundings.profile.externalNamespaces.get(name)
  if (configured === undefined) return undeclaredNamespaceLabels(name)
  const values = new Map([...configured].map(([key, value]) => [key, { value, span: syntheticSpan }]))
  return named({ values, unknownKeys: new Set(), complete: true }, name)
}

const labelsOfNamespace = (resource: Resource): Labels =>
  readLabels(resource, valueAt(resource.node, 'metadata', 'labels'), () => undefined)

const named = (labels: Labels, name: string): Labels => ({
  ...labels,
  values: new Map(labels.values).set(NAME_LABEL, { value: name, span: syntheticSpan }),
})
