import { type CiliumEnd, type CiliumWorld, type Identity, identitiesOf } from './naive-cilium-identities.ts'
import { unknownGroup } from './naive-cilium-peers.ts'
import { passes } from './naive-cilium-policy.ts'
import type { Connection } from './naive-cilium-ports.ts'
import { asList, asLoose, isGiven, type Loose } from './plain-objects.ts'

export interface CiliumPacket extends Connection {
  readonly from: CiliumEnd
  readonly to: CiliumEnd
  /** Under which the destination was looked up. */
  readonly name?: string
}

/**
 * Decides single packets in a cluster that runs Cilium, object by object, from a description of Cilium alone: it shares
 * no code with the engine. `unknown` where it depends on what manifests do not say: which machine a pod runs on, which
 * address the API server has, which addresses a group of the cloud has. Not decided here: a pod with itself.
 */
export function ciliumFate(world: CiliumWorld, packet: CiliumPacket): CiliumFate {
  const guesses = guessesOf(world, packet)
  const outcomes = new Set(guesses.map((guess) => isLetThrough(world, packet, guess)))
  const fate = outcomes.size === 2 ? 'unknown' : outcomes.has(true) ? 'arrives' : 'lost'
  return { fate, isHidden: guesses.length > 1 }
}

/** What becomes of a packet, and whether something that manifests do not say takes part in it. */
interface CiliumFate {
  readonly fate: 'arrives' | 'lost' | 'unknown'
  readonly isHidden: boolean
}

/** One way in which what manifests do not say may be. */
interface Guess {
  readonly source: Identity
  readonly destination: Identity
  readonly groups: ReadonlySet<string>
}

function guessesOf(world: CiliumWorld, { from, to }: CiliumPacket): Guess[] {
  const isOutside = [from, to].some((end) => 'ip' in end || ('reserved' in end && end.reserved === 'kube-apiserver'))
  const choices = isOutside ? subsetsOf(groupsIn(world)) : [new Set<string>()]
  return identitiesOf(world, from, to).flatMap((source) =>
    identitiesOf(world, to, from).flatMap((destination) => choices.map((groups) => ({ source, destination, groups }))),
  )
}

function isLetThrough(world: CiliumWorld, packet: CiliumPacket, { source, destination, groups }: Guess): boolean {
  const shared = { connection: packet, name: packet.name, groups }
  return (
    passes(world, { ...shared, subject: source, peer: destination, direction: 'egress' }) &&
    passes(world, { ...shared, subject: destination, peer: source, direction: 'ingress' })
  )
}

/** Every group that some policy names and no manifest holds, as text. */
function groupsIn({ objects }: CiliumWorld): string[] {
  const rules = objects.flatMap((object) => [object.spec, ...asList((object as unknown as Loose).specs)])
  const entries = rules.flatMap((rule) =>
    ['ingress', 'ingressDeny', 'egress', 'egressDeny'].flatMap((list) => asList(asLoose(rule)[list])),
  )
  const ofCloud = entries.flatMap(({ fromGroups, toGroups }) => [...asList(fromGroups), ...asList(toGroups)])
  const elements = entries.flatMap(({ fromCIDRSet, toCIDRSet }) => [...asList(fromCIDRSet), ...asList(toCIDRSet)])
  const missing = elements.filter((element) => !isGiven(element.cidr)).map(unknownGroup)
  return [...new Set([...ofCloud.map((group) => JSON.stringify(group)), ...missing])]
}

const subsetsOf = ([first, ...rest]: readonly string[]): ReadonlySet<string>[] => {
  if (first === undefined) return [new Set()]
  return subsetsOf(rest).flatMap((set) => [set, new Set([...set, first])])
}
