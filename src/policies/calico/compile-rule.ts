import { AddressSet } from '../../sets/address-set.ts'
import type { ConnectionSet } from '../../sets/connection-set.ts'
import { toName } from '../destination-name.ts'
import type { PeerSelector, PodSelector, PolicyEntry } from '../entry.ts'
import { compilePeers, withinFamily } from './compile-peers.ts'
import type { Facts } from './facts.ts'
import { endpointsOf } from './service-endpoints.ts'
import type { CalicoRule } from './spec.ts'

/** What the entries of one policy have in common. */
export type Shared = Pick<PolicyEntry, 'layer' | 'tier' | 'order' | 'exists'> & {
  readonly policy: PolicyEntry['origin']['policy']
  /** Namespace in which its selectors look; undefined: everywhere. */
  readonly namespace: string | undefined
}

type Verdict = PolicyEntry['verdict']

/** One rule as entries, one for each kind of endpoint it speaks for. A rule that only logs is none. */
export function compileRule(
  shared: Shared,
  rule: CalicoRule,
  subjects: readonly PodSelector[],
  facts: Facts,
): PolicyEntry[] {
  const said = whatIsSaid(shared, rule, facts)
  return subjects.flatMap((subject) =>
    verdictsOf(rule).flatMap((verdict) =>
      said
        .filter(({ peers, connections }) => peers === 'any' || (peers.length > 0 && !connections.isEmpty))
        .map((part) => entryOf(shared, rule, subject, verdict, part)),
    ),
  )
}

/** An action that cannot be read may be any. */
function verdictsOf({ verdict }: CalicoRule): readonly Verdict[] {
  if (verdict === undefined) return ['deny', 'allow']
  return verdict === 'log' ? [] : [verdict]
}

interface Said {
  readonly peers: PolicyEntry['peers']
  readonly connections: ConnectionSet
  /** Conditions on connections that ports cannot say. */
  readonly conditions: readonly string[]
}

function whatIsSaid({ namespace }: Shared, rule: CalicoRule, facts: Facts): Said[] {
  const { direction, connections, conditions } = rule
  const other = direction === 'ingress' ? rule.source : rule.destination
  if (other?.service !== undefined && !other.isUnreadable)
    return endpointsOf(other.service, facts.surroundings).map((found) => ({
      peers: withinFamily(found.peers, rule),
      connections: direction === 'egress' ? connections.intersect(found.connections) : connections,
      conditions,
    }))
  const peers = compilePeers(rule, other, namespace, facts)
  if (other === undefined || other.domains.length === 0) return [{ peers, connections, conditions }]
  return other.domains.map((name) => ({
    peers: byName(peers, other.span),
    connections,
    conditions: [...conditions, toName(name)],
  }))
}

/** Which addresses a name has nobody knows beforehand; only what lies outside the cluster is looked for there. */
function byName(peers: PolicyEntry['peers'], span: PeerSelector['span']): PeerSelector[] {
  const outside: PeerSelector = {
    kind: 'addresses',
    addresses: AddressSet.all,
    matchesPods: 'no',
    matchesNodes: 'yes',
    span,
  }
  if (peers === 'any') return [outside]
  return [{ kind: 'all-of', of: [outside, { kind: 'any-of', of: peers, span }], span }]
}

/**
 * Conditions that ports cannot say qualify what is allowed. What is denied or passed on under such a condition is not so
 * for certain: the rule counts as one that may be missing.
 */
function entryOf(shared: Shared, rule: CalicoRule, subject: PodSelector, verdict: Verdict, said: Said): PolicyEntry {
  const { policy, namespace: _, exists, ...common } = shared
  const isConditional = verdict !== 'allow' && said.conditions.length > 0
  const isUncertain = rule.verdict === undefined || rule.isUncertain || isConditional
  return {
    ...common,
    origin: {
      policy,
      rule: `${rule.direction} rule ${rule.index + 1}`,
      index: rule.index,
      span: rule.span,
      ports: rule.ports,
    },
    direction: rule.direction,
    subject,
    peers: said.peers,
    connections: isConditional
      ? said.connections
      : said.conditions.reduce((left, text) => left.qualified(text), said.connections),
    verdict,
    isolates: false,
    exists: isUncertain ? 'unknown' : exists,
    effect: effectOf(rule, said.peers),
  }
}

function effectOf({ isUncertain, verdict, http }: CalicoRule, peers: PolicyEntry['peers']): PolicyEntry['effect'] {
  if (isUncertain || verdict === undefined || (peers !== 'any' && peers.some(isUnknown))) return 'unknown'
  return http ? 'wider' : 'exact'
}

const isUnknown = (peer: PeerSelector): boolean =>
  peer.kind === 'unreadable' || peer.kind === 'some-addresses' || ('of' in peer && peer.of.some(isUnknown))
