import { everything, type LabelExpression } from '../../model/label-expression.ts'
import { isAtLeast } from '../../model/network-plugin.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import { supportOf } from '../../model/plugin-capabilities.ts'
import type { AddressSet } from '../../sets/address-set.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { assertNever } from '../../source/assert-never.ts'
import type { Span } from '../../source/span.ts'
import { type Direction, directions, type PeerSelector, type PodSelector, type PolicyEntry } from '../entry.ts'
import { overIdentity } from '../identity-label.ts'
import { ciliumOrders, tiers } from '../tiers.ts'
import { type Limited, limitBlock, limitPort } from './plugin-limits.ts'
import type { IpBlock, NetworkPolicyRule, NetworkPolicySpec, PolicyPeer } from './spec.ts'

/**
 * One NetworkPolicy as entries: for each direction it isolates, one that isolates its pods and one per rule that
 * allows. Rules of a direction that is not among its types, or that the plugin does not know, are inert and give none.
 */
export function compileNetworkPolicy(spec: NetworkPolicySpec, profile: NetworkProfile): PolicyEntry[] {
  return directions
    .filter((direction) => isEnforced(spec, direction, profile))
    .flatMap((direction) => [
      isolation(spec, direction, profile),
      ...spec.rules[direction].flatMap((rule) => compileRule(spec, rule, profile)),
    ])
}

/** Cilium enforces the rules of a direction even where it is not among the types; some plugins do not know egress. */
function isEnforced({ isolates, rules }: NetworkPolicySpec, direction: Direction, profile: NetworkProfile): boolean {
  if (direction === 'egress' && supportOf('egress', profile) === 'no') return false
  return isolates[direction] || (profile.dialect === 'cilium' && rules[direction].length > 0)
}

const subjectOf = ({ id, podSelector }: NetworkPolicySpec, profile: NetworkProfile): PodSelector => ({
  target: 'pods',
  namespaces: { kind: 'named', name: id.namespace },
  labels: seenLabels(podSelector, profile),
})

const seenLabels = (labels: LabelExpression, { dialect }: NetworkProfile): LabelExpression =>
  dialect === 'cilium' ? overIdentity(labels) : labels

type Common = Pick<PolicyEntry, 'layer' | 'direction' | 'tier' | 'order' | 'subject' | 'verdict' | 'exists'>

/**
 * Policies of Kubernetes have no order. Under Cilium they are asked behind what denies; under Calico they stand among its
 * own policies, at order 1000 and by their names.
 */
function orderOf({ id }: NetworkPolicySpec, { dialect, cni }: NetworkProfile): PolicyEntry['order'] {
  switch (dialect) {
    case 'kubernetes':
      return []
    case 'cilium':
      return ciliumOrders.allow
    case 'calico':
      return [
        1000,
        isAtLeast(cni, '3.32')
          ? `${id.name}/${id.namespace}/KubernetesNetworkPolicy`
          : `${id.namespace}/knp.default.${id.name}`,
      ]
    default:
      return assertNever(dialect)
  }
}

const common = (spec: NetworkPolicySpec, direction: Direction, profile: NetworkProfile): Common => ({
  layer: 'network',
  direction,
  tier: tiers.networkPolicy,
  order: orderOf(spec, profile),
  subject: subjectOf(spec, profile),
  verdict: 'allow',
  exists: spec.exists,
})

function isolation(spec: NetworkPolicySpec, direction: Direction, profile: NetworkProfile): PolicyEntry {
  const span = spec.typesSpan ?? spec.rulesSpan[direction] ?? spec.podSelectorSpan
  return {
    ...common(spec, direction, profile),
    origin: { policy: spec.id, rule: `isolates its pods for ${direction}`, index: -1, span, ports: [] },
    peers: [],
    connections: ConnectionSet.none,
    isolates: true,
    effect: spec.podSelector.kind === 'unreadable' ? 'unknown' : 'exact',
  }
}

/** A rule as its plugin takes it: what it certainly allows, and beside it what it allows perhaps. */
function compileRule(spec: NetworkPolicySpec, rule: NetworkPolicyRule, profile: NetworkProfile): PolicyEntry[] {
  const ports = rule.ports === 'any' ? 'any' : rule.ports.map((port) => ({ ...limitPort(port, profile), port }))
  const peers = rule.peers === 'any' ? 'any' : rule.peers.map((peer) => compilePeer(spec, peer, profile))
  const entryOf = (bound: keyof Limited<unknown>): PolicyEntry => {
    const allowed = ports === 'any' ? [] : ports.map((each) => ({ connections: each[bound], span: each.port.span }))
    const selected = peers === 'any' ? 'any' : peers.flatMap((peer) => peer[bound] ?? [])
    return {
      ...common(spec, rule.direction, profile),
      origin: {
        policy: spec.id,
        rule: `${rule.direction} rule ${rule.index + 1}`,
        index: rule.index,
        span: rule.span,
        ports: allowed,
      },
      peers: selected,
      connections:
        ports === 'any' ? ConnectionSet.all : ConnectionSet.union(allowed.map(({ connections }) => connections)),
      isolates: false,
      effect:
        isReadable && (selected === 'any' || selected.every(({ kind }) => kind !== 'unreadable')) ? 'exact' : 'unknown',
    }
  }
  const isReadable = rule.ports === 'any' || rule.ports.every(({ valid }) => valid)
  const isExact = [...(ports === 'any' ? [] : ports), ...(peers === 'any' ? [] : peers)].every(isCertain)
  const entry = entryOf('certain')
  return [
    entry,
    ...(isExact ? [] : [{ ...entryOf('possible'), exists: 'unknown' } as const]),
    ...(isReadable
      ? []
      : [{ ...entry, peers: [{ kind: 'unreadable', span: rule.span }], connections: ConnectionSet.all } as const]),
  ]
}

const isCertain = ({ certain, possible }: Limited<unknown>): boolean => certain === possible

/** Without `namespaceSelector` a pod selector looks into the policy's own namespace only. */
function compilePeer(
  spec: NetworkPolicySpec,
  peer: PolicyPeer,
  profile: NetworkProfile,
): Limited<PeerSelector | undefined> {
  const { span, podSelector, namespaceSelector, ipBlock } = peer
  const exactly = (found: PeerSelector): Limited<PeerSelector> => ({ certain: found, possible: found })
  if (!peer.valid) return exactly({ kind: 'unreadable', span })
  if (ipBlock !== undefined) return compileBlock(ipBlock, span, profile)
  return exactly({
    kind: 'pods',
    target: 'pods',
    namespaces:
      namespaceSelector === undefined
        ? { kind: 'named', name: spec.id.namespace }
        : { kind: 'matching', expression: namespaceSelector },
    labels: seenLabels(podSelector ?? everything, profile),
    span,
  })
}

/** Undefined where no address is left of it. */
function compileBlock(block: IpBlock, span: Span, profile: NetworkProfile): Limited<PeerSelector | undefined> {
  const { certain, possible } = limitBlock(block, profile)
  const peerOf = (addresses: AddressSet): PeerSelector | undefined =>
    addresses.isEmpty && !block.addresses.isEmpty
      ? undefined
      : {
          kind: 'addresses',
          addresses,
          matchesPods: profile.ipBlockMatchesPods,
          matchesNodes: profile.ipBlockMatchesNodes,
          span,
        }
  const found = peerOf(certain)
  return { certain: found, possible: certain === possible ? found : peerOf(possible) }
}
