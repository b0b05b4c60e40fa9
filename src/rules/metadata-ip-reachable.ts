import { z } from 'zod'
import type { SideView } from '../delta/side-view.ts'
import { entryOf, spanOf } from '../manifests/node.ts'
import { metadataAddresses } from '../model/address-ranges.ts'
import { qualifiedName } from '../model/cluster.ts'
import { itemsAt } from '../model/fields.ts'
import type { IpBlock, PolicyPeer } from '../policies/kubernetes/spec.ts'
import { AddressSet } from '../sets/address-set.ts'
import type { Span } from '../source/span.ts'
import { appendItem, fixIn, insertEntry, setValue } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit, TextEdit } from './finding.ts'
import { peersText, showRule, showSubject, showWorkloads } from './policy-words.ts'
import { defineRule } from './rule.ts'
import { selectedBy } from './selected-workloads.ts'

export default defineRule({
  id: 'metadata-ip-reachable',
  title: 'Pods may ask the metadata service for credentials of the machine',
  severity: 'error',
  fix: 'suggestion',
  tags: ['mitre-t1552.005', 'over-permission'],
  scope: 'side',
  options: z.strictObject({
    allow: z
      .array(z.string())
      .default([])
      .describe('Policies that may do so, as namespace/name: kube-system/node-agent.'),
  }),
  *check({ view, options }) {
    for (const found of enforcedRules(view, 'egress')) {
      const { id } = found.spec
      if (found.entry.connections.isEmpty || options.allow.includes(qualifiedName(id))) continue
      const reached = reachedAddresses(found)
      if (!reached.isEmpty) yield hit(view, found, reached)
    }
  },
})

/** The service answers on TCP 80. */
const answersOn = ({ connections }: EnforcedRule['entry']): boolean => connections.has('TCP', 80)

/**
 * Metadata addresses that the rule lets its pods reach, alone: what a rule allows no other one takes back. A rule that
 * allows everything isolates nothing, and one for everybody on other ports speaks of something else.
 */
function reachedAddresses({ rule, entry }: EnforcedRule): AddressSet {
  if (rule.peers === 'any') return answersOn(entry) && !entry.connections.isAll ? metadataAddresses : AddressSet.none
  return rule.peers.reduce((found, peer) => found.union(metadataIn(peer)), AddressSet.none)
}

const metadataIn = ({ valid, ipBlock }: PolicyPeer): AddressSet =>
  valid && ipBlock !== undefined ? ipBlock.addresses.intersect(metadataAddresses) : AddressSet.none

function hit(view: SideView, found: EnforcedRule, reached: AddressSet): RuleHit {
  const { spec, rule, entry } = found
  const { certain } = selectedBy(view, entry.subject)
  const whom = certain.length > 0 ? showWorkloads(certain) : showSubject(spec)
  const ports = entry.connections.show()
  const answered = answersOn(entry)
  const addresses = bestKnownFirst(reached).map((cidr) => cidr.replace(/\/(?:32|128)$/, ''))
  return {
    object: spec.id,
    discriminator: peersText(rule),
    at: { side: view.side, span: placeOf(found) },
    confidence: answered ? 'certain' : 'possible',
    ...(answered ? {} : { severity: 'warning' as const }),
    message:
      `${showRule(spec, rule)} lets ${whom} reach ${addresses.join(', ')} on ${ports}: the metadata service hands out credentials of the machine.` +
      (answered ? '' : ' It usually answers on TCP 80, which this rule does not open.'),
    remedy:
      rule.peers === 'any'
        ? 'Name the peers; for the internet use an ipBlock with the metadata addresses under `except`.'
        : 'Take the metadata addresses out with `except`.',
    witness: `${whom} → ${addresses[0]} ${answered ? 'TCP 80' : ports}`,
    measure: new Set(addresses),
    ...exceptMetadata(found),
  }
}

/** Single addresses as CIDRs, the one that everybody knows in front. */
function bestKnownFirst(addresses: AddressSet): string[] {
  const known = '169.254.169.254/32'
  const cidrs = addresses.cidrs()
  return cidrs.includes(known) ? [known, ...cidrs.filter((cidr) => cidr !== known)] : cidrs
}

/** The first block that holds such an address; for a rule without peers, the rule. */
function placeOf({ spec, rule }: EnforcedRule): Span {
  const peer = rule.peers === 'any' ? undefined : rule.peers.find((candidate) => !metadataIn(candidate).isEmpty)
  if (peer?.ipBlock === undefined) return rule.peersSpan ?? rule.span
  return spanOf(spec.resource.provenance.file, entryOf(peer.ipBlock.node, 'cidr') ?? peer.ipBlock.node)
}

/** Takes the addresses out of every block of the rule; not where a block is nothing but such an address. */
function exceptMetadata({ spec, rule }: EnforcedRule): { readonly fix?: Fix } {
  const blocks =
    rule.peers === 'any' ? [] : rule.peers.flatMap((peer) => (metadataIn(peer).isEmpty ? [] : (peer.ipBlock ?? [])))
  const edits = blocks.map((block) => exceptEdit(spec.resource.provenance.file, block))
  const complete = edits.every((edit) => edit !== undefined)
  return complete ? fixIn(spec.resource, 'Take the metadata addresses out', edits) : {}
}

function exceptEdit(file: Span['file'], { node, cidr, addresses }: IpBlock): TextEdit | undefined {
  const holes = bestKnownFirst(addresses.intersect(metadataAddresses))
  const cidrEntry = entryOf(node, 'cidr')
  if (cidrEntry === undefined || holes.some((hole) => AddressSet.of(cidr).equals(AddressSet.of(hole)))) return undefined
  const written = entryOf(node, 'except')
  if (written === undefined) return insertEntry(file, node, { entry: cidrEntry, side: 'after' }, ['except', holes])
  const [first, ...others] = holes
  const list = written.value
  if (list.kind !== 'sequence' || itemsAt(list).length === 0) return setValue(file, node, written, holes)
  return others.length === 0 && first !== undefined ? appendItem(file, list, first) : appendItems(file, list, holes)
}

/** Several items at one place: one edit, since edits must not overlap. */
function appendItems(file: Span['file'], list: Parameters<typeof appendItem>[1], holes: readonly string[]): TextEdit {
  const edits = holes.map((hole) => appendItem(file, list, hole))
  const [first] = edits
  return { span: (first as TextEdit).span, text: edits.map(({ text }) => text).join('') }
}
