import { everything } from '../../model/label-expression.ts'
import { isAtLeast } from '../../model/network-plugin.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { assertNever } from '../../source/assert-never.ts'
import type { Direction, PeerSelector, PodSelector, PolicyEntry } from '../entry.ts'
import { ciliumOrders, tiers } from '../tiers.ts'
import type { NetworkPolicyRule, NetworkPolicySpec, PolicyPeer } from './spec.ts'

/**
 * One NetworkPolicy as entries: for each direction it isolates, one that isolates its pods and one per rule that
 * allows. Rules of a direction that is not among its types are inert and give none.
 */
export function compileNetworkPolicy(spec: NetworkPolicySpec, profile: NetworkProfile): PolicyEntry[] {
  const directions: readonly Direction[] = ['ingress', 'egress']
  return directions
    .filter((direction) => spec.isolates[direction])
    .flatMap((direction) => [
      isolation(spec, direction, profile),
      ...spec.rules[direction].flatMap((rule) => compileRule(spec, rule, profile)),
    ])
}

const subjectOf = ({ id, podSelector }: NetworkPolicySpec): PodSelector => ({
  target: 'pods',
  namespaces: { kind: 'named', name: id.namespace },
  labels: podSelector,
})

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
  subject: subjectOf(spec),
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

function compileRule(spec: NetworkPolicySpec, rule: NetworkPolicyRule, profile: NetworkProfile): PolicyEntry[] {
  const ports = rule.ports === 'any' ? [] : rule.ports
  const readable = ports.every(({ valid }) => valid)
  const peers = rule.peers === 'any' ? 'any' : rule.peers.map((peer) => compilePeer(spec, peer, profile))
  const connections =
    rule.ports === 'any' ? ConnectionSet.all : ConnectionSet.union(rule.ports.map((port) => port.connections))
  const entry: PolicyEntry = {
    ...common(spec, rule.direction, profile),
    origin: {
      policy: spec.id,
      rule: `${rule.direction} rule ${rule.index + 1}`,
      index: rule.index,
      span: rule.span,
      ports: ports.map(({ connections, span }) => ({ connections, span })),
    },
    peers,
    connections,
    isolates: false,
    effect: readable && (peers === 'any' || peers.every(({ kind }) => kind !== 'unreadable')) ? 'exact' : 'unknown',
  }
  return readable
    ? [entry]
    : [entry, { ...entry, peers: [{ kind: 'unreadable', span: rule.span }], connections: ConnectionSet.all }]
}

/** Without `namespaceSelector` a pod selector looks into the policy's own namespace only. */
function compilePeer(spec: NetworkPolicySpec, peer: PolicyPeer, profile: NetworkProfile): PeerSelector {
  const { span, podSelector, namespaceSelector, ipBlock } = peer
  if (!peer.valid) return { kind: 'unreadable', span }
  if (ipBlock !== undefined)
    return {
      kind: 'addresses',
      addresses: ipBlock.addresses,
      matchesPods: profile.ipBlockMatchesPods,
      matchesNodes: profile.ipBlockMatchesNodes,
      span,
    }
  return {
    kind: 'pods',
    target: 'pods',
    namespaces:
      namespaceSelector === undefined
        ? { kind: 'named', name: spec.id.namespace }
        : { kind: 'matching', expression: namespaceSelector },
    labels: podSelector ?? everything,
    span,
  }
}
