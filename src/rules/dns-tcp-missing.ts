import type { SideView } from '../delta/side-view.ts'
import type { PolicyPort } from '../policies/kubernetes/spec.ts'
import { workloadsIn } from '../reach/peers.ts'
import type { PeerClass } from '../reach/universe.ts'
import type { MemberSet } from '../sets/member-set.ts'
import { fixIn, insertItem } from './edit.ts'
import { type EnforcedRule, enforcedRules } from './enforced-rules.ts'
import type { Fix, RuleHit } from './finding.ts'
import { peersText, showRule, showSubject, showWorkloads } from './policy-words.ts'
import { defineRule, noOptions } from './rule.ts'
import { portsNode } from './rule-node.ts'
import { subjectClasses } from './subject-classes.ts'

export default defineRule({
  id: 'dns-tcp-missing',
  title: 'DNS is open for UDP and not for TCP',
  severity: 'warning',
  fix: 'suggestion',
  tags: ['cis-5.3.2', 'correctness', 'dns'],
  scope: 'side',
  options: noOptions,
  *check({ view }) {
    const dnsPorts = view.cluster.profile.dns?.ports ?? []
    for (const found of enforcedRules(view, 'egress')) {
      for (const port of found.rule.ports === 'any' ? [] : found.rule.ports) {
        if (port.protocol !== 'UDP') continue
        const number = dnsPorts.find((dns) => port.port === dns && port.endPort === undefined)
        const cut = number === undefined ? [] : withoutTcp(view, found, number)
        if (number !== undefined && cut.length > 0) yield hit(view, found, port, cut)
      }
    }
  },
})

/** Classes that may ask some peer of the rule over UDP and, whatever other policies say, not over TCP. */
function withoutTcp(view: SideView, { spec, entry }: EnforcedRule, port: number): PeerClass[] {
  const peers = view.reach.matcher.peers(entry.peers).must
  return subjectClasses(view, spec).filter((found) => {
    const { must, may } = view.reach.row(found, 'egress')
    const udp = must.blocks.filter(({ connections }) => connections.has('UDP', port)).map((block) => block.peers)
    const noTcp = may.blocks.filter(({ connections }) => !connections.has('TCP', port)).map((block) => block.peers)
    return udp.some((asked) => noTcp.some((refused) => meet(asked.intersect(peers), refused)))
  })
}

const meet = (a: MemberSet, b: MemberSet): boolean => a.overlaps(b)

function hit(view: SideView, found: EnforcedRule, port: PolicyPort, cut: readonly PeerClass[]): RuleHit {
  const { spec, rule } = found
  const workloads = cut.flatMap((subject) => workloadsIn(view.reach, subject))
  const whom = workloads.length > 0 ? showWorkloads(workloads) : showSubject(spec)
  return {
    object: spec.id,
    discriminator: `UDP ${port.port} ${peersText(rule)}`,
    at: { side: view.side, span: port.span },
    ...(view.cluster.open
      ? { severity: 'note' as const, confidence: 'possible' as const }
      : { confidence: 'certain' as const }),
    message: `${showRule(spec, rule)} opens DNS for UDP ${port.port} and nothing opens TCP ${port.port}: an answer too long for one UDP packet is cut short, and asking again over TCP is denied to ${whom}.`,
    remedy: `Open TCP ${port.port} beside it.`,
    witness: `${whom} → DNS TCP ${port.port} is denied`,
    ...openTcp(found, port),
  }
}

function openTcp({ spec, rule }: EnforcedRule, { node, port }: PolicyPort): { readonly fix?: Fix } {
  const list = portsNode(spec, rule)
  if (list === undefined || port === undefined) return {}
  const edit = insertItem(spec.resource.provenance.file, list, node, { protocol: 'TCP', port })
  return fixIn(spec.resource, `Open TCP ${port} as well`, [edit])
}
