import {
  type CiliumWorld,
  type Identity,
  identitySelects,
  isReserved,
  NAMESPACE,
  NAMESPACE_LABELS,
} from './naive-cilium-identities.ts'
import { keysOf, peerPart, type Scope } from './naive-cilium-peers.ts'
import { type Connection, portPart } from './naive-cilium-ports.ts'
import { prefixHolds, selects } from './naive-selectors.ts'
import { asList, asLoose, isGiven, type Loose, type PlainObject } from './plain-objects.ts'

/** One end is asked whether it lets a connection pass; a name and groups of the cloud speak of the address outside. */
export interface CiliumQuestion extends Pick<Scope, 'name' | 'groups'> {
  readonly subject: Identity
  readonly peer: Identity
  readonly direction: 'ingress' | 'egress'
  readonly connection: Connection
}

/** One item of `ingress`, `egress` and the like that speaks of a subject. */
export interface Spoken {
  readonly verdict: 'allow' | 'deny'
  readonly isolates: boolean
  readonly matches: boolean
  /** As written; of isolation alone nothing. */
  readonly entry: Loose
}

/** What one end says to a connection, as Cilium decides it. */
export function passes(world: CiliumWorld, question: CiliumQuestion): boolean {
  const { subject, peer, direction } = question
  if (subject.managed === 'no' || world.enforcement === 'never') return true
  const always = world.enforcement === 'always' || isReserved(subject, 'init')
  const entries = entriesFor(world, question)
  if (entries.length === 0) return !always
  if (entries.some(({ verdict, matches }) => verdict === 'deny' && matches)) return false
  if (entries.some(({ verdict, matches }) => verdict === 'allow' && matches)) return true
  if (direction === 'ingress' && isReserved(peer, 'host') && subject.managed === 'as pod') return true
  return !always && !entries.some(({ isolates }) => isolates)
}

/** Everything that speaks of the subject in this direction, whatever kind of policy it stands in. */
export function entriesFor(world: CiliumWorld, question: CiliumQuestion): Spoken[] {
  return world.objects.flatMap((object) => {
    if (object.kind === 'NetworkPolicy') return kubernetesEntries(object, question)
    if (!/^Cilium(Clusterwide)?NetworkPolicy$/.test(object.kind)) return []
    const { spec, specs } = object as unknown as Loose
    return [...(isGiven(spec) ? [asLoose(spec)] : []), ...asList(specs)].flatMap((rule) =>
      ciliumEntries(world, object, rule, question),
    )
  })
}

function ciliumEntries(world: CiliumWorld, object: PlainObject, rule: Loose, question: CiliumQuestion): Spoken[] {
  const namespace = object.kind === 'CiliumNetworkPolicy' ? (object.metadata.namespace ?? 'default') : undefined
  if (!selectsSubject(namespace, rule, question.subject)) return []
  const { direction, name, groups } = question
  const isolates = asLoose(rule.enableDefaultDeny)[direction] !== false
  const ofStarting = keysOf(rule.endpointSelector).some(({ source, key }) => source === 'reserved' && key === 'init')
  const scope: Scope = { world, namespace, ofStarting, name, groups }
  const said = (verdict: 'allow' | 'deny', entries: unknown): Spoken[] =>
    asList(entries).map((entry) => ({ verdict, isolates, entry, matches: entryMatches(scope, entry, question) }))
  return [...said('allow', rule[direction]), ...said('deny', rule[`${direction}Deny`])]
}

function selectsSubject(namespace: string | undefined, rule: Loose, subject: Identity): boolean {
  if (isGiven(rule.nodeSelector))
    return subject.managed === 'as machine' && selects(asLoose(rule.nodeSelector), subject.machine ?? {})
  if (subject.managed !== 'as pod') return false
  const selector = asLoose(rule.endpointSelector)
  if (namespace === undefined) return identitySelects(selector, subject.labels)
  const { [`k8s:${NAMESPACE}`]: _, ...others } = asLoose(selector.matchLabels)
  return subject.namespace === namespace && identitySelects({ ...selector, matchLabels: others }, subject.labels)
}

function entryMatches(scope: Scope, entry: Loose, { subject, peer, direction, connection }: CiliumQuestion): boolean {
  const peers = peerPart(scope, entry, direction === 'ingress' ? 'from' : 'to', peer)
  const ports = portPart(entry, connection, direction === 'ingress' ? subject : peer)
  if (peers === 'none' && ports === 'none') return false
  return peers !== false && ports !== false
}

/** A NetworkPolicy as Cilium reads it: rules count although `policyTypes` leaves their direction out. */
function kubernetesEntries(object: PlainObject, question: CiliumQuestion): Spoken[] {
  const { subject, direction } = question
  const own = object.metadata.namespace ?? 'default'
  if (subject.managed !== 'as pod' || subject.namespace !== own) return []
  if (!identitySelects(object.spec?.podSelector, subject.labels)) return []
  const rules = asList(object.spec?.[direction])
  const written = Array.isArray(object.spec?.policyTypes) ? object.spec.policyTypes : []
  const isTold =
    direction === 'ingress' ? written.length === 0 || written.includes('Ingress') : written.includes('Egress')
  if (rules.length === 0) return isTold ? [{ verdict: 'allow', isolates: true, matches: false, entry: {} }] : []
  return rules.map((entry) => ({
    verdict: 'allow',
    isolates: true,
    entry,
    matches: kubernetesRuleMatches(own, entry, question),
  }))
}

function kubernetesRuleMatches(own: string, rule: Loose, question: CiliumQuestion): boolean {
  const { subject, peer, direction, connection } = question
  const peers = asList(direction === 'ingress' ? rule.from : rule.to)
  const ports = asList(rule.ports)
  const destination = direction === 'ingress' ? subject : peer
  return (
    (peers.length === 0 || peers.some((item) => kubernetesPeerMatches(own, item, peer))) &&
    (ports.length === 0 || ports.some((item) => kubernetesPortMatches(item, connection, destination)))
  )
}

/** Selectors speak of pods alone. Whether those that only rule out labels took in others before 1.19 nobody wrote down. */
function kubernetesPeerMatches(own: string, item: Loose, peer: Identity): boolean {
  if (isGiven(item.ipBlock)) return peer.ip !== undefined && blockHolds(asLoose(item.ipBlock), peer.ip)
  if (peer.namespace === undefined) return false
  const inside = isGiven(item.namespaceSelector)
    ? identitySelects(asNamespaceLabels(asLoose(item.namespaceSelector)), peer.labels)
    : peer.namespace === own
  return inside && identitySelects(item.podSelector, peer.labels)
}

function blockHolds({ cidr, except }: Loose, ip: string): boolean {
  return (
    prefixHolds(String(cidr), ip) && !(Array.isArray(except) && except.some((hole) => prefixHolds(String(hole), ip)))
  )
}

/** The labels of a namespace are labels of its pods under a longer key. */
function asNamespaceLabels({ matchLabels, matchExpressions }: Loose): Loose {
  const pairs = Object.entries(asLoose(matchLabels)).map(([key, value]) => [`${NAMESPACE_LABELS}${key}`, value])
  return {
    matchLabels: Object.fromEntries(pairs),
    matchExpressions: asList(matchExpressions).map((item) => ({ ...item, key: `${NAMESPACE_LABELS}${item.key}` })),
  }
}

/** No protocol is TCP, and no port every port of it. */
function kubernetesPortMatches(
  { protocol, port, endPort }: Loose,
  connection: Connection,
  { ports }: Identity,
): boolean {
  if ((protocol ?? 'TCP') !== connection.protocol) return false
  if (!isGiven(port)) return true
  if (typeof port === 'number')
    return connection.port >= port && connection.port <= (typeof endPort === 'number' ? endPort : port)
  return (
    ports?.some(
      ({ name, protocol: declared, number }) =>
        name === port && declared === connection.protocol && number === connection.port,
    ) === true
  )
}
