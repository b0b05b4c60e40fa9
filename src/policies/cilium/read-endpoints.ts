import { valueAt, type YamlNode } from '../../manifests/node.ts'
import { itemsAt, textAt } from '../../model/fields.ts'
import {
  everything,
  type LabelExpression,
  type LabelRequirement,
  nothing,
  requirement,
} from '../../model/label-expression.ts'
import { NAME_LABEL } from '../../model/namespace-labels.ts'
import { AddressSet } from '../../sets/address-set.ts'
import type { Span } from '../../source/span.ts'
import type { Entity, NamespaceScope, PeerSelector, PodSelector } from '../entry.ts'
import { type Context, isSince } from './context.ts'
import { anyPod, reservedEntities, world } from './entities.ts'
import {
  admitsOwnCluster,
  allOf,
  type Conditions,
  clustersOf,
  conditionsOf,
  needsLabel,
  podLabels,
  readRequirements,
  withoutReplaced,
} from './label-selector.ts'

/** An item of `fromEndpoints` or `toEndpoints`: pods, or whatever has the reserved labels it asks for. */
export function readEndpoint(node: YamlNode, context: Context): PeerSelector {
  const span = context.reader.spanOf(node)
  const requirements = readRequirements(node, context)
  if (requirements === undefined) return { kind: 'unreadable', span }
  const conditions = conditionsOf(requirements)
  return conditions.reserved.length > 0
    ? reservedPeer(conditions, span, context)
    : scopedPeer(conditions, span, context)
}

/** A selector that only rules out takes in whatever has no labels of pods, unless something is added to it that asks for one. */
function scopedPeer(conditions: Conditions, span: Span, context: Context): PeerSelector {
  const pods = podPeer(conditions, defaultScope(conditions, context), span, context)
  const { namespaces, labels, clusters, impossible } = conditions
  const isHeldToPods = !conditions.namesNamespace && !context.ofStarting
  const isBound = context.namespace === undefined ? isHeldToPods : namespaces.length === 0
  const isOfCluster = clusters.length === 0 && isSince(context, '1.19')
  if (isBound || isOfCluster || impossible || [...namespaces, ...labels, ...clusters].some(needsLabel)) return pods
  const anywhere: PeerSelector = { ...anyPod(span), clusters: { expression: everything, own: true } }
  return { kind: 'any-of', of: [pods, { kind: 'none-of', of: [anywhere], span }], span }
}

/** A selector that names no namespace looks into the policy's own; into all of them where the policy has none. */
function defaultScope({ namespaces }: Conditions, { namespace }: Context): NamespaceScope {
  return namespace !== undefined && namespaces.length === 0 ? { kind: 'named', name: namespace } : scopeOf(namespaces)
}

/** One namespace chosen by its name and nothing else is named; all other choices are by labels. */
function scopeOf(conditions: readonly LabelRequirement[]): NamespaceScope {
  const [only, another] = conditions
  const [name, second] = only?.values ?? []
  const isName = another === undefined && only?.key === NAME_LABEL && only.operator === 'In' && second === undefined
  return isName && name !== undefined ? { kind: 'named', name } : { kind: 'matching', expression: allOf(conditions) }
}

function podPeer(conditions: Conditions, namespaces: NamespaceScope, span: Span, context: Context): PeerSelector {
  const clusters = clustersOf(conditions, context)
  const pods = { kind: 'pods', target: 'pods', namespaces, labels: podLabels(conditions), span } as const
  return clusters === undefined ? pods : { ...pods, clusters }
}

/** Reserved labels stand for endpoints that are no pods. Nothing is added to a selector that asks for one. */
function reservedPeer(conditions: Conditions, span: Span, context: Context): PeerSelector {
  const reserved = conditions.reserved.map((condition): PeerSelector => {
    const named = reservedEndpoints(condition.key, span)
    return needsLabel(condition) ? named : { kind: 'none-of', of: [named], span }
  })
  const asked = [...conditions.namespaces, ...conditions.labels, ...conditions.clusters]
  if (asked.length === 0 && !conditions.impossible) return { kind: 'all-of', of: reserved, span }
  const pods = podPeer(conditions, scopeOf(conditions.namespaces), span, context)
  const others: PeerSelector = { kind: 'none-of', of: [anyPod(span)], span }
  const needsPods = conditions.impossible || asked.some(needsLabel)
  const matching: PeerSelector = needsPods ? pods : { kind: 'any-of', of: [pods, others], span }
  return { kind: 'all-of', of: [...reserved, matching], span }
}

function reservedEndpoints(key: string, span: Span): PeerSelector {
  if (key === 'world') return world(span)
  if (key === 'world-ipv4') return world(span, AddressSet.allV4)
  if (key === 'world-ipv6') return world(span, AddressSet.allV6)
  const entity = Object.hasOwn(reservedEntities, key) ? reservedEntities[key] : undefined
  return { kind: 'entities', entities: entity === undefined ? [] : [entity], span }
}

/** Endpoints of the plugin that a clusterwide policy selects besides pods. */
const ownEndpoints: readonly Entity[] = ['health', 'ingress', 'init']

/** Whom `endpointSelector` selects: pods of the policy's namespace, or those of all and some endpoints of the plugin. */
export function readSubject(node: YamlNode, context: Context): PodSelector {
  const requirements = readRequirements(node, context)
  const { namespace } = context
  if (namespace === undefined) return clusterwideSubject(requirements, context)
  if (requirements === undefined) return podsIn({ kind: 'named', name: namespace }, { kind: 'unreadable' })
  const conditions = conditionsOf(withoutReplaced(requirements, node))
  const own = requirement(NAME_LABEL, 'In', [namespace])
  const scope = scopeOf([own, ...conditions.namespaces])
  return podsIn(scope, conditions.reserved.some(needsLabel) ? nothing : subjectLabels(conditions, context))
}

/** Whether a selector of subjects has a condition on whether they are starting, whatever it says of it. */
export const asksForStarting = (node: YamlNode | undefined): boolean =>
  ['reserved:init', '$init'].some(
    (key) =>
      valueAt(node, 'matchLabels', key) !== undefined ||
      itemsAt(node, 'matchExpressions').some((item) => textAt(item, 'key') === key),
  )

function clusterwideSubject(requirements: readonly LabelRequirement[] | undefined, context: Context): PodSelector {
  if (requirements === undefined) return podsIn({ kind: 'matching', expression: everything }, { kind: 'unreadable' })
  const conditions = conditionsOf(requirements)
  const wanted = conditions.reserved.filter(needsLabel).map(({ key }) => key)
  const unwanted = conditions.reserved.filter((condition) => !needsLabel(condition)).map(({ key }) => key)
  const scope = scopeOf(conditions.namespaces)
  const isOnlyReserved = wanted.length > 0
  const asked = [...conditions.namespaces, ...conditions.labels, ...conditions.clusters]
  const needsPods = conditions.impossible || asked.some(needsLabel)
  const entities = ownEndpoints.filter(
    (entity) => !needsPods && !unwanted.includes(entity) && wanted.every((key) => key === entity),
  )
  const pods = podsIn(scope, isOnlyReserved ? nothing : subjectLabels(conditions, context))
  return entities.length === 0 ? pods : { ...pods, entities }
}

/** Policies apply in their own cluster only. */
const subjectLabels = (conditions: Conditions, context: Context): LabelExpression =>
  admitsOwnCluster(conditions, context) ? podLabels(conditions) : nothing

const podsIn = (namespaces: NamespaceScope, labels: LabelExpression): PodSelector => ({
  target: 'pods',
  namespaces,
  labels,
})

/** Machines by their labels, whose keys may carry any source. */
export function readNodeLabels(node: YamlNode, context: Context): LabelExpression {
  const requirements = readRequirements(node, context)
  if (requirements === undefined) return { kind: 'unreadable' }
  return allOf(requirements.map((found) => ({ ...found, key: found.key.replace(/^(any|k8s|node):/, '') })))
}
