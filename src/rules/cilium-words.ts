import { nameSelector } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import { entryOf, spanOf, type YamlNode } from '../manifests/node.ts'
import { showId } from '../model/cluster.ts'
import type { CiliumEntry, CiliumPolicySpec, CiliumRule } from '../policies/cilium/spec.ts'
import type { Span } from '../source/span.ts'

/** An entry of a policy that is enforced, with the rule it stands in. */
export interface FoundEntry {
  readonly spec: CiliumPolicySpec
  readonly rule: CiliumRule
  readonly entry: CiliumEntry
}

/** Entries of all policies that agents take. */
export function* ciliumEntries({ policies }: SideView): Generator<FoundEntry> {
  for (const spec of policies.ciliumPolicies) {
    if (spec.refused) continue
    for (const rule of spec.rules) if (rule.enforced) for (const entry of rule.entries) yield { spec, rule, entry }
  }
}

/** `CiliumNetworkPolicy shop/web, specs item 2, ingress rule 1` */
export const showEntry = ({ spec, rule, entry }: FoundEntry): string =>
  `${showId(spec.id)}, ${rule.name}${entry.section} rule ${entry.index + 1}`

/** `pods app=web in shop`: whom a rule speaks for. */
export const showSubjectOf = ({ subject }: CiliumRule): string =>
  subject.target === 'nodes' ? 'nodes' : nameSelector(subject)

/** Place of a node of a policy. */
export const placeIn = ({ resource }: CiliumPolicySpec, node: YamlNode): Span => spanOf(resource.provenance.file, node)

/** A field of a node from its key to the end of its value; the node where it is not written. */
export function fieldIn(spec: CiliumPolicySpec, node: YamlNode, name: string): Span {
  const entry = entryOf(node, name)
  return entry === undefined ? placeIn(spec, node) : spanOf(spec.resource.provenance.file, entry)
}
