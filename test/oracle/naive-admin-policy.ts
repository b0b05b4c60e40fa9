import { prefixHolds, selects } from './naive-selectors.ts'
import {
  asList,
  asLoose,
  type End,
  isGiven,
  type Loose,
  type PlainObject,
  type Question,
  type World,
} from './plain-objects.ts'

export type Action = 'allow' | 'deny' | 'pass'

const actions: Readonly<Record<string, Action>> = { Allow: 'allow', Accept: 'allow', Deny: 'deny', Pass: 'pass' }

interface Ranked {
  readonly object: PlainObject
  /** Undefined: it has none, so it may stand anywhere in its tier. */
  readonly priority: number | undefined
}

/**
 * Every answer a tier may give: of the policies with the lowest number that say something, the first matching rule of
 * each. Empty: none says anything. A policy without priority is tried in every place.
 */
export function tierMayDecide(world: World, question: Question, tier: 'Admin' | 'Baseline'): Set<Action | 'nothing'> {
  const { pod } = question.subject
  if (pod === undefined || pod.hostNetwork) return new Set(['nothing'])
  const policies = world.objects.flatMap((object) => rankedIn(object, tier))
  const placed = policies.filter(({ priority }) => priority !== undefined) as {
    object: PlainObject
    priority: number
  }[]
  const floating = policies.filter(({ priority }) => priority === undefined)
  const places = [-1, ...placed.map(({ priority }) => priority), 2000]
  if (floating.length === 0) return decide(world, question, placed)
  return new Set(
    places.flatMap((priority) => [
      ...decide(world, question, [...placed, ...floating.map(({ object }) => ({ object, priority }))]),
    ]),
  )
}

function rankedIn(object: PlainObject, tier: 'Admin' | 'Baseline'): Ranked[] {
  const priority = typeof object.spec?.priority === 'number' ? object.spec.priority : undefined
  if (object.kind === 'AdminNetworkPolicy') return tier === 'Admin' ? [{ object, priority }] : []
  if (object.kind === 'BaselineAdminNetworkPolicy') return tier === 'Baseline' ? [{ object, priority: undefined }] : []
  return object.kind === 'ClusterNetworkPolicy' && object.spec?.tier === tier ? [{ object, priority }] : []
}

function decide(
  world: World,
  question: Question,
  policies: readonly { readonly object: PlainObject; readonly priority: number }[],
): Set<Action | 'nothing'> {
  const priorities = [...new Set(policies.map(({ priority }) => priority))].sort((a, b) => a - b)
  for (const wanted of priorities) {
    const said = policies
      .filter(({ priority }) => priority === wanted)
      .flatMap(({ object }) => firstMatch(world, question, object) ?? [])
    if (said.length > 0) return new Set(said)
  }
  return new Set(['nothing'])
}

export function firstMatch(world: World, question: Question, { spec }: PlainObject): Action | undefined {
  if (!fits(world, asLoose(spec?.subject), question.subject)) return undefined
  const rules = asList(question.direction === 'Ingress' ? spec?.ingress : spec?.egress)
  const found = rules.find((rule) => ruleMatches(world, rule, question))
  return found === undefined ? undefined : actions[String(found.action)]
}

function ruleMatches(world: World, rule: Loose, question: Question): boolean {
  const peers = asList(question.direction === 'Ingress' ? rule.from : rule.to)
  const ports = rule.ports ?? rule.protocols
  return peers.some(
    (peer) =>
      fits(world, peer, question.peer) &&
      (ports === undefined || asList(ports).some((item) => portFits(item, peer, question))),
  )
}

/** A subject or a peer. */
function fits(world: World, item: Loose, { pod, ip, machine }: End): boolean {
  if (isGiven(item.networks))
    return ip !== undefined && (item.networks as string[]).some((cidr) => prefixHolds(cidr, ip))
  if (isGiven(item.nodes)) return machine !== undefined && selects(asLoose(item.nodes), machine)
  if (pod === undefined || pod.hostNetwork) return false
  const inside = (selector: unknown): boolean => selects(asLoose(selector), world.namespaceLabels(pod.namespace))
  if (isGiven(item.namespaces)) return inside(item.namespaces)
  const { namespaceSelector, podSelector } = asLoose(item.pods)
  return inside(namespaceSelector) && selects(asLoose(podSelector), pod.labels)
}

function portFits(item: Loose, peer: Loose, { destination: { pod }, packet }: Question): boolean {
  const name = item.namedPort ?? item.destinationNamedPort
  if (name !== undefined)
    return (
      !isGiven(peer.networks) &&
      !isGiven(peer.nodes) &&
      pod?.ports.some(
        (port) => port.name === name && port.protocol === packet.protocol && port.number === packet.port,
      ) === true
    )
  const within = (first: unknown, last: unknown): boolean => packet.port >= Number(first) && packet.port <= Number(last)
  if (isGiven(item.portNumber)) {
    const { protocol, port } = asLoose(item.portNumber)
    return (protocol ?? 'TCP') === packet.protocol && within(port, port)
  }
  if (isGiven(item.portRange)) {
    const { protocol, start, end } = asLoose(item.portRange)
    return (protocol ?? 'TCP') === packet.protocol && within(start, end)
  }
  const { number, range } = asLoose(asLoose(item[packet.protocol.toLowerCase()]).destinationPort)
  if (number !== undefined) return within(number, number)
  return range !== undefined && within(asLoose(range).start, asLoose(range).end)
}
