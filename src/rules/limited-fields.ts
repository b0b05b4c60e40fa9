import { entryOf, spanOf, type YamlNode } from '../manifests/node.ts'
import type { PolicyFeature } from '../model/plugin-capabilities.ts'
import type { Direction } from '../policies/entry.ts'
import type { NetworkPolicyRule, NetworkPolicySpec, PolicyPeer, PolicyPort } from '../policies/kubernetes/spec.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { Span } from '../source/span.ts'

/** A part of a policy that not every plugin knows. */
export interface LimitedField {
  readonly feature: PolicyFeature
  readonly direction: Direction
  /** What stands there, for people and to tell several apart. */
  readonly text: string
  readonly span: Span
  /** What becomes of it where the plugin does not know it. */
  readonly effect: string
}

/** Every part of a NetworkPolicy that not all plugins know, in directions that it isolates. */
export function* limitedFields(spec: NetworkPolicySpec): Generator<LimitedField> {
  const egress = spec.rulesSpan.egress ?? spec.typesSpan
  if (spec.isolates.egress && egress !== undefined)
    yield {
      feature: 'egress',
      direction: 'egress',
      text: 'egress',
      span: egress,
      effect: 'its pods are not isolated for egress, and may connect to anybody',
    }
  for (const direction of ['ingress', 'egress'] as const) {
    if (!spec.isolates[direction]) continue
    for (const rule of spec.rules[direction]) yield* fieldsOfRule(spec, rule)
  }
}

function* fieldsOfRule(spec: NetworkPolicySpec, rule: NetworkPolicyRule): Generator<LimitedField> {
  for (const port of rule.ports === 'any' ? [] : rule.ports) yield* fieldsOfPort(spec, rule, port)
  for (const peer of rule.peers === 'any' ? [] : rule.peers) yield* fieldsOfPeer(spec, rule, peer)
}

type Found = Omit<LimitedField, 'direction' | 'span'>

function* fieldsOfPort(spec: NetworkPolicySpec, rule: NetworkPolicyRule, port: PolicyPort): Generator<LimitedField> {
  const at = placed(spec, rule, port.node)
  if (port.endPort !== undefined && typeof port.port === 'number')
    yield* at('endPort', {
      feature: 'endPort',
      text: `${port.port}-${port.endPort}`,
      effect: `only port ${port.port} is open`,
    })
  if (typeof port.port === 'string')
    yield* at('port', {
      feature: 'named ports',
      text: port.port,
      effect: 'the name is not looked up on the pods, so it opens no port, or another one',
    })
  if (port.protocol === 'SCTP')
    yield* at('protocol', { feature: 'SCTP', text: 'SCTP', effect: 'this item allows nothing' })
}

function* fieldsOfPeer(
  spec: NetworkPolicySpec,
  rule: NetworkPolicyRule,
  { ipBlock }: PolicyPeer,
): Generator<LimitedField> {
  if (ipBlock === undefined) return
  const at = placed(spec, rule, ipBlock.node)
  if (ipBlock.except.length > 0)
    yield* at('except', {
      feature: 'ipBlock.except',
      text: `${ipBlock.cidr} but ${[...ipBlock.except].sort().join(', ')}`,
      effect: 'the whole block is ignored, so none of its addresses is allowed',
    })
  if (ipBlock.addresses.overlaps(AddressSet.allV6))
    yield* at('cidr', { feature: 'IPv6', text: ipBlock.cidr, effect: 'none of these addresses is allowed' })
}

/** Puts what is found at an entry of a node. */
const placed = ({ resource }: NetworkPolicySpec, { direction }: NetworkPolicyRule, node: YamlNode) =>
  function* (name: string, found: Found): Generator<LimitedField> {
    const entry = entryOf(node, name)
    if (entry !== undefined) yield { ...found, direction, span: spanOf(resource.provenance.file, entry) }
  }
