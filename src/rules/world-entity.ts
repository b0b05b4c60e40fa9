import { z } from 'zod'
import type { SideView } from '../delta/side-view.ts'
import type { YamlNode } from '../manifests/node.ts'
import { qualifiedName } from '../model/cluster.ts'
import { itemsAt, textAt } from '../model/fields.ts'
import { ciliumEntries, type FoundEntry, placeIn, showEntry, showSubjectOf } from './cilium-words.ts'
import { connectionsOfEntry } from './entry-connections.ts'
import type { RuleHit } from './finding.ts'
import { coveredFamilies } from './public-addresses.ts'
import { defineRule } from './rule.ts'

export default defineRule({
  id: 'world-entity',
  title: 'A Cilium policy is open to every address outside the cluster',
  severity: 'warning',
  fix: 'patch',
  tags: ['mitre-t1041', 'mitre-t1190', 'over-permission', 'cilium'],
  scope: 'side',
  options: z.strictObject({
    allow: z.array(z.string()).default([]).describe('Policies that may be, as namespace/name: shop/front.'),
  }),
  *check({ view, options }) {
    for (const found of ciliumEntries(view)) {
      if (found.entry.verdict === 'deny' || options.allow.includes(qualifiedName(found.spec.id))) continue
      for (const item of openItems(view, found)) yield hit(view, found, item)
    }
  },
})

/** Items that name the world, or everybody, or practically every address of a family. */
function openItems(view: SideView, { entry }: FoundEntry): YamlNode[] {
  const prefix = entry.direction === 'ingress' ? 'from' : 'to'
  const entities = itemsAt(entry.node, `${prefix}Entities`).filter((item) => /^(world|all)$/.test(textAt(item) ?? ''))
  const blocks = [...itemsAt(entry.node, `${prefix}CIDR`), ...itemsAt(entry.node, `${prefix}CIDRSet`)]
  const peers = entry.peers === 'any' ? [] : entry.peers
  const isOpen = (_: YamlNode, index: number): boolean => {
    const peer = peers[index]
    return peer?.kind === 'addresses' && coveredFamilies(peer.addresses, view.cluster.profile).length > 0
  }
  return [...entities, ...(entities.length === 0 ? blocks.filter(isOpen) : [])]
}

/** `entity world`, `0.0.0.0/0` */
const showItem = (item: YamlNode): string =>
  /^(world|all)$/.test(textAt(item) ?? '')
    ? `entity ${textAt(item)}`
    : (textAt(item) ?? textAt(item, 'cidr') ?? 'the block')

function hit(view: SideView, found: FoundEntry, item: YamlNode): RuleHit {
  const { spec, rule, entry } = found
  const connections = connectionsOfEntry(entry)
  const whom = showSubjectOf(rule)
  const outward = entry.direction === 'egress'
  const consequence = outward
    ? `${whom} may send to the whole internet on ${connections.show()}`
    : `the whole internet may connect to ${whom} on ${connections.show()}`
  return {
    object: spec.id,
    discriminator: `${rule.name}${entry.section} ${showItem(item)} ${connections.key}`,
    at: { side: view.side, span: placeIn(spec, item) },
    confidence: 'certain',
    message: `${showEntry(found)}: ${showItem(item)} holds every address outside the cluster, so ${consequence}.`,
    remedy: `${outward ? 'Name the hosts with toFQDNs, or the ranges with toCIDRSet.' : 'Admit entity ingress, or the ranges of the balancer.'} A policy that is meant so belongs under \`allow\` of this rule.`,
    witness: outward ? `${whom} → 203.0.113.10 ${connections.show()}` : `203.0.113.10 → ${whom} ${connections.show()}`,
    patch: {
      path: spec.resource.provenance.file.path,
      text: outward
        ? 'toFQDNs:\n  - matchName: api.example.com # the host that is needed\n'
        : 'fromEntities:\n  - ingress\n',
    },
  }
}
