import type { SideView } from '../delta/side-view.ts'
import { isUnset, type YamlNode } from '../manifests/node.ts'
import { itemsAt } from '../model/fields.ts'
import { ciliumEntries, type FoundEntry, placeIn, showEntry } from './cilium-words.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'

export default defineRule({
  id: 'cnp-empty-rule',
  title: 'An entry of a Cilium policy matches nobody',
  severity: 'warning',
  fix: 'none',
  tags: ['cis-5.3.2', 'correctness', 'cilium'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of ciliumEntries(view)) {
      const reason = reasonFor(found)
      if (reason !== undefined) yield hit(view, found, reason)
    }
  },
})

const peerLists = ['Endpoints', 'CIDR', 'CIDRSet', 'Entities', 'Nodes'] as const

/** Why an entry matches nobody, where its author may not know; undefined where it matches somebody or says so openly. */
function reasonFor({ rule, entry }: FoundEntry): string | undefined {
  if (entry.peers === 'any' || entry.peers.length > 0 || entry.names.length > 0) return emptyPorts(entry.node)
  const prefix = entry.direction === 'ingress' ? 'from' : 'to'
  const empty = peerLists.find((name) => isEmptyList(entry.node, `${prefix}${name}`))
  if (empty !== undefined) return `the empty \`${prefix}${empty}\` is nobody`
  if (!isBare(entry.node)) return undefined
  const siblings = rule.entries.filter(({ section }) => section === entry.section)
  if (entry.verdict === 'deny') return 'an entry without peers and ports denies nobody'
  return siblings.length > 1 ? 'an entry without peers and ports allows nobody, unlike in a NetworkPolicy' : undefined
}

const isBare = (node: YamlNode): boolean => isUnset(node) || (node.kind === 'mapping' && node.entries.length === 0)

const isEmptyList = (node: YamlNode, name: string): boolean =>
  node.kind === 'mapping' &&
  node.entries.some((entry) => entry.name === name && entry.value.kind === 'sequence' && entry.value.items.length === 0)

function emptyPorts(node: YamlNode): string | undefined {
  const rules = itemsAt(node, 'toPorts')
  const isEmpty = rules.length > 0 && rules.every((item) => itemsAt(item, 'ports').length === 0)
  return isEmpty ? 'an item of `toPorts` without `ports` is no port at all' : undefined
}

function hit(view: SideView, found: FoundEntry, reason: string): RuleHit {
  const { spec, rule, entry } = found
  const verb = entry.verdict === 'deny' ? 'denies' : 'allows'
  return {
    object: spec.id,
    discriminator: `${rule.name}${entry.section} ${reason}`,
    at: { side: view.side, span: placeIn(spec, entry.node) },
    confidence: 'certain',
    message: `${showEntry(found)} ${verb} nothing: ${reason}. It isolates all the same.`,
    remedy:
      entry.verdict === 'deny'
        ? 'Name who is denied: `fromEntities: [all]` is everybody.'
        : 'To admit everybody name entity all; to deny what no other policy allows, write `[{}]` and nothing beside it.',
  }
}
