import { and, type Truth } from '../../model/labels.ts'
import type { NetworkProfile } from '../../model/network-profile.ts'
import { type PolicyFeature, supportOf } from '../../model/plugin-capabilities.ts'
import { AddressSet } from '../../sets/address-set.ts'
import { ConnectionSet } from '../../sets/connection-set.ts'
import { toName } from '../destination-name.ts'
import type { PeerSelector, PolicyEntry } from '../entry.ts'
import type { Place } from './place.ts'
import type { AdminPolicySpec, AdminPort, AdminRule } from './spec.ts'

/** One admin policy as entries, one or more a rule. They never isolate: what no rule matches goes to the next tier. */
export function compileAdminPolicy(spec: AdminPolicySpec, place: Place, profile: NetworkProfile): PolicyEntry[] {
  return spec.rules.flatMap((rule) => {
    const support = supportOfPeers(rule, profile)
    const failsClosed = rule.failsClosed || (support === 'no' && profile.dialect === 'calico')
    const entries = failsClosed
      ? failClosed(spec, rule)
      : verdictsOf(rule).flatMap((verdict) => compileRule(spec, rule, verdict))
    const exists = support === 'yes' || failsClosed ? {} : { exists: 'unknown' as const }
    return entries.map((entry) => ({ ...entry, ...place, ...exists }))
  })
}

/**
 * Whether the plugin knows every kind of peer that a rule names. Some refuse an object with one they do not know, others
 * make it match nobody, or everybody; Calico has the rule fail closed.
 */
function supportOfPeers({ peers, domainNames }: AdminRule, profile: NetworkProfile): Truth {
  const features: PolicyFeature[] = [
    ...(peers.some(({ kind }) => kind === 'addresses') ? (['networks'] as const) : []),
    ...(peers.some(({ kind }) => kind === 'nodes') ? (['nodes'] as const) : []),
    ...(domainNames.length > 0 ? (['domainNames'] as const) : []),
  ]
  return features.map((feature) => supportOf(feature, profile)).reduce(and, 'yes')
}

/** What a controller has to do about a peer of a kind it does not know: allow nobody, and deny everybody else. */
function failClosed(spec: AdminPolicySpec, rule: AdminRule): Unplaced[] {
  if (rule.verdict === 'allow') return []
  return [entryOf(spec, rule, { verdict: 'deny', peers: 'any', connections: ConnectionSet.all })]
}

/** An action that cannot be read may be either, or Pass: neither entry is there for certain. */
const verdictsOf = ({ verdict }: AdminRule): readonly PolicyEntry['verdict'][] =>
  verdict === undefined ? ['deny', 'allow'] : [verdict]

type Said = Pick<PolicyEntry, 'verdict' | 'peers' | 'connections'>

type Unplaced = Omit<PolicyEntry, keyof Place>

function entryOf(spec: AdminPolicySpec, rule: AdminRule, said: Said): Unplaced {
  const ports = rule.ports === 'any' ? [] : rule.ports
  return {
    ...said,
    origin: {
      policy: spec.id,
      rule: `${rule.direction} rule ${rule.index + 1}${rule.name === '' ? '' : ` "${rule.name}"`}`,
      index: rule.index,
      span: rule.span,
      ports: ports.flatMap(({ connections, span }) => (connections ? [{ connections, span }] : [])),
    },
    layer: 'network',
    direction: rule.direction,
    subject: spec.subject,
    isolates: false,
    exists: spec.refused || rule.verdict === undefined ? 'unknown' : 'yes',
    effect: isReadable(rule) ? 'exact' : 'unknown',
  }
}

function compileRule(spec: AdminPolicySpec, rule: AdminRule, verdict: PolicyEntry['verdict']): Unplaced[] {
  const ports = rule.ports === 'any' ? [] : rule.ports
  const entry = (peers: readonly PeerSelector[], connections: ConnectionSet): Unplaced[] =>
    peers.length === 0 || connections.isEmpty ? [] : [entryOf(spec, rule, { verdict, peers, connections })]
  const numbered = connectionsOf(rule.ports === 'any' ? 'any' : rule.ports.filter(({ named }) => !named))
  const unreadablePort = ports.find(({ connections }) => connections === undefined)
  return [
    ...entry(rule.peers.filter(hasNamedPorts), connectionsOf(rule.ports)),
    ...entry(
      rule.peers.filter((peer) => !hasNamedPorts(peer)),
      numbered,
    ),
    ...rule.domainNames.flatMap(({ name, span }) =>
      entry(
        [{ kind: 'addresses', addresses: AddressSet.all, matchesPods: 'no', matchesNodes: 'yes', span }],
        numbered.qualified(toName(name)),
      ),
    ),
    ...(unreadablePort === undefined
      ? []
      : entry([{ kind: 'unreadable', span: unreadablePort.span }], ConnectionSet.all)),
  ]
}

/** Names of ports are resolved on pods; addresses and machines have none. */
const hasNamedPorts = ({ kind }: PeerSelector): boolean => kind === 'pods' || kind === 'unreadable'

const connectionsOf = (ports: 'any' | readonly AdminPort[]): ConnectionSet =>
  ports === 'any'
    ? ConnectionSet.all
    : ConnectionSet.union(ports.map(({ connections }) => connections ?? ConnectionSet.none))

const isReadable = ({ verdict, peers, ports }: AdminRule): boolean =>
  verdict !== undefined &&
  peers.every(({ kind }) => kind !== 'unreadable') &&
  (ports === 'any' || ports.every(({ connections }) => connections !== undefined))
