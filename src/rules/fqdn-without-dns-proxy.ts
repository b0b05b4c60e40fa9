import { namePeers } from '../delta/name-peers.ts'
import type { SideView } from '../delta/side-view.ts'
import type { DnsService } from '../model/network-profile.ts'
import type { PeerClass } from '../reach/universe.ts'
import { holdsQualifier } from '../sets/qualifier.ts'
import { ciliumEntries, type FoundEntry, fieldIn, showEntry } from './cilium-words.ts'
import { blockDocument } from './edit.ts'
import type { RuleHit } from './finding.ts'
import { defineRule, noOptions } from './rule.ts'
import { classesOf } from './selected-workloads.ts'
import { ciliumDnsRule } from './suggested-policy.ts'

export default defineRule({
  id: 'fqdn-without-dns-proxy',
  title: 'Hosts are allowed by name, and their names are never learned',
  severity: 'error',
  fix: 'patch',
  tags: ['correctness', 'dns', 'cilium'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    for (const found of ciliumEntries(view)) {
      const blind = found.entry.names.length === 0 ? [] : blindClasses(view, found)
      if (blind.length > 0) yield hit(view, found, blind)
    }
  },
})

/** Pods of which some name is never learned. */
interface Blind {
  readonly found: PeerClass
  readonly names: readonly string[]
}

/** Judged pod by pod over all policies: the rule for DNS often stands in another one. */
function blindClasses(view: SideView, { rule, entry }: FoundEntry): Blind[] {
  const subjects = classesOf(view, view.reach.matcher.select(rule.subject).must)
  return subjects
    .filter((found) => view.reach.isolated(found, 'egress') === 'yes')
    .map((found) => ({
      found,
      names: unlearned(
        view,
        found,
        entry.names.map(({ condition }) => condition),
      ),
    }))
    .filter(({ names }) => names.length > 0)
}

/** Names that no query of the pods for them passes the proxy, which learns addresses from the answers. */
function unlearned(view: SideView, found: PeerClass, conditions: readonly string[]): string[] {
  const proxied = view.reach
    .uses(found, 'egress')
    .filter(({ entry }) => entry.verdict === 'allow')
    .flatMap(({ entry }) => entry.connections.qualifiers.filter((text) => text.split(' and ').includes('DNS')))
  return conditions
    .map((condition) => condition.replace(/^to /, ''))
    .filter((name) => !proxied.some((text) => text === 'DNS' || holdsQualifier(text, `DNS and query ${name}`)))
}

function hit(view: SideView, found: FoundEntry, blind: readonly Blind[]): RuleHit {
  const { spec, rule, entry } = found
  const names = [...new Set(blind.flatMap((one) => one.names))]
  const { reach, cluster } = view
  const entries = reach.input.entries.filter(({ origin }) => origin.policy === spec.id)
  const pods = namePeers(reach.matcher.set(blind.map((one) => one.found.index)), reach, entries)
  return {
    object: spec.id,
    discriminator: `${rule.name}${entry.section} ${names.sort().join(' ')}`,
    at: { side: view.side, span: fieldIn(spec, entry.node, 'toFQDNs') },
    confidence: cluster.open ? 'possible' : 'certain',
    ...(cluster.open ? { severity: 'warning' as const } : {}),
    message: `${showEntry(found)}: no query of ${pods} for ${names.join(', ')} passes the DNS proxy, so no address is ever learned and the entry allows nothing.`,
    remedy:
      'Allow DNS to these pods with `rules.dns` that cover the names, in this policy or in another one for the same pods.',
    witness: `${pods} → ${names[0]} is denied`,
    ...(cluster.profile.dns === undefined ? {} : { patch: dnsPatch(found, cluster.profile.dns, names) }),
  }
}

/** The entry that is missing, for the list of the same rule. */
function dnsPatch({ spec }: FoundEntry, dns: DnsService, names: readonly string[]): NonNullable<RuleHit['patch']> {
  const rules = names.map((name) => {
    const plain = name.replace(' (one level)', '')
    return plain.includes('*') ? { matchPattern: plain } : { matchName: plain }
  })
  return { path: spec.resource.provenance.file.path, text: blockDocument({ egress: [ciliumDnsRule(dns, rules)] }) }
}
