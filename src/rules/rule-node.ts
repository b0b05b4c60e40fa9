import { type MappingNode, type SequenceNode, valueAt, type YamlNode } from '../manifests/node.ts'
import type { NetworkPolicyRule, NetworkPolicySpec } from '../policies/kubernetes/spec.ts'
import { peersKey } from './policy-words.ts'

const mapping = (node: YamlNode | undefined): MappingNode | undefined => (node?.kind === 'mapping' ? node : undefined)
const sequence = (node: YamlNode | undefined): SequenceNode | undefined =>
  node?.kind === 'sequence' ? node : undefined

/** The spec as it is written. */
export const specNode = ({ resource }: NetworkPolicySpec): MappingNode | undefined =>
  mapping(valueAt(resource.node, 'spec'))

/** The rule as it is written; undefined for a null item. */
export function ruleNode(spec: NetworkPolicySpec, rule: NetworkPolicyRule): MappingNode | undefined {
  return mapping(sequence(valueAt(specNode(spec), rule.direction))?.items[rule.index])
}

/** The list of peers as it is written. */
export const peersNode = (spec: NetworkPolicySpec, rule: NetworkPolicyRule): SequenceNode | undefined =>
  sequence(valueAt(ruleNode(spec, rule), peersKey[rule.direction]))

/** The list of ports as it is written. */
export const portsNode = (spec: NetworkPolicySpec, rule: NetworkPolicyRule): SequenceNode | undefined =>
  sequence(valueAt(ruleNode(spec, rule), 'ports'))

/** `policyTypes` as it is written, where it is a list. */
export const typesNode = (spec: NetworkPolicySpec): SequenceNode | undefined =>
  sequence(valueAt(specNode(spec), 'policyTypes'))
