import { isUnset, valueAt, type YamlNode } from '../../manifests/node.ts'
import type { Resource } from '../../manifests/resource.ts'
import { itemsAt, textAt } from '../../model/fields.ts'
import type { Reporter } from '../../model/read-labels.ts'
import type { Direction } from '../entry.ts'
import { PolicyReader } from '../policy-reader.ts'
import { networkPolicyFields } from './fields.ts'
import { readPeer } from './read-peer.ts'
import { readPort, unreadablePort } from './read-port.ts'
import type { NetworkPolicyRule, NetworkPolicySpec, PolicyPeer } from './spec.ts'

/** Reads one NetworkPolicy. Whatever the API server would refuse is reported with its place, and the rest is read. */
export function readNetworkPolicy(resource: Resource, namespace: string, report: Reporter): NetworkPolicySpec {
  const reader = new PolicyReader(resource, report)
  const spec = valueAt(resource.node, 'spec')
  reader.checkName()
  checkVersion(reader)
  reader.checkFields(resource.node, networkPolicyFields.object)
  reader.checkFields(spec, networkPolicyFields.spec)
  const isolates = reader.isTemplate(spec, 'the spec') ? 'unknown' : readIsolation(spec, reader)
  const found = {
    id: { group: 'networking.k8s.io', kind: 'NetworkPolicy', namespace, name: resource.name.value },
    resource,
    podSelector: reader.selector(valueAt(spec, 'podSelector')),
    podSelectorSpan:
      reader.entrySpan(spec, 'podSelector') ?? reader.entrySpan(resource.node, 'spec') ?? resource.name.span,
    isolates: isolates === 'unknown' ? { ingress: true, egress: true } : isolates,
    typesSpan: itemsAt(spec, 'policyTypes').length > 0 ? reader.entrySpan(spec, 'policyTypes') : undefined,
    rules: { ingress: readRules(spec, 'ingress', reader), egress: readRules(spec, 'egress', reader) },
    rulesSpan: { ingress: reader.entrySpan(spec, 'ingress'), egress: reader.entrySpan(spec, 'egress') },
  }
  return { ...found, exists: reader.isRefused || isolates === 'unknown' ? 'unknown' : 'yes' }
}

function checkVersion(reader: PolicyReader): void {
  const { group, node } = reader.resource
  if (group !== 'extensions') return
  reader.report(
    'policy-version-removed',
    reader.entrySpan(node, 'apiVersion'),
    'extensions/v1beta1 was removed in Kubernetes 1.16; no current cluster takes this policy',
    'narrower',
    'Use networking.k8s.io/v1; the fields are the same.',
  )
}

type Isolation = NetworkPolicySpec['isolates']

/** Directions that are isolated, filled in as the API server does where none is written. */
function readIsolation(spec: YamlNode | undefined, reader: PolicyReader): Isolation | 'unknown' {
  const items = reader.list(spec, 'policyTypes')
  if (items === undefined) return 'unknown'
  if (items.length === 0) return { ingress: true, egress: !isEmptyList(valueAt(spec, 'egress')) }
  if (items.length > 2) reader.refuse('policy-type-invalid', items[2], 'policyTypes has at most two items')
  const strange = items.filter((item) => textAt(item) !== 'Ingress' && textAt(item) !== 'Egress')
  for (const item of strange)
    if (!reader.isTemplate(item, 'an item of policyTypes'))
      reader.refuse('policy-type-invalid', item, 'an item of policyTypes is Ingress or Egress, in this spelling')
  const types = items.map((item) => textAt(item))
  return strange.length > 0 ? 'unknown' : { ingress: types.includes('Ingress'), egress: types.includes('Egress') }
}

/** A missing list, null and `[]` are the same; anything else holds rules. */
const isEmptyList = (node: YamlNode | undefined): boolean =>
  isUnset(node) || (node?.kind === 'sequence' && node.items.length === 0)

/** Rules of a direction; a list that cannot be read may hold a rule that allows anything. */
function readRules(spec: YamlNode | undefined, direction: Direction, reader: PolicyReader): NetworkPolicyRule[] {
  const items = reader.list(spec, direction)
  if (items !== undefined) return items.map((item, index) => readRule(item, direction, index, reader))
  return [unreadableRule(valueAt(spec, direction) as YamlNode, direction, 0, reader)]
}

function unreadableRule(node: YamlNode, direction: Direction, index: number, reader: PolicyReader): NetworkPolicyRule {
  const place = { direction, index, span: reader.spanOf(node), peersSpan: undefined, portsSpan: undefined }
  return { ...place, peers: [unreadablePeer(node, reader)], ports: 'any' }
}

function readRule(node: YamlNode, direction: Direction, index: number, reader: PolicyReader): NetworkPolicyRule {
  if (reader.isTemplate(node, 'a rule')) return unreadableRule(node, direction, index, reader)
  const peersKey = direction === 'ingress' ? 'from' : 'to'
  reader.noteNull(node, 'everything')
  reader.checkFields(node, networkPolicyFields[direction === 'ingress' ? 'ingressRule' : 'egressRule'])
  const peers = reader.list(node, peersKey)?.map((item) => readPeer(item, reader)) ?? [
    unreadablePeer(valueAt(node, peersKey) as YamlNode, reader),
  ]
  const ports = reader.list(node, 'ports')?.map((item) => readPort(item, reader)) ?? [
    unreadablePort(valueAt(node, 'ports') as YamlNode, reader),
  ]
  return {
    direction,
    index,
    span: reader.spanOf(node),
    peers: peers.length === 0 ? 'any' : peers,
    peersSpan: reader.entrySpan(node, peersKey),
    ports: ports.length === 0 ? 'any' : ports,
    portsSpan: reader.entrySpan(node, 'ports'),
  }
}

function unreadablePeer(node: YamlNode, reader: PolicyReader): PolicyPeer {
  const nothing = { podSelector: undefined, namespaceSelector: undefined, ipBlock: undefined }
  return { span: reader.spanOf(node), node, ...nothing, valid: false }
}
